package io.coalestra.spring.boot.builder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.coalestra.snapshot.SnapshotBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The builders that {@code coalestra.builders} names, beside the one that has no name.
 * Each is also a bean, to be injected with its name as qualifier. Immutable.
 */
public final class NamedSnapshotBuilders {

	private final Map<String, SnapshotBuilder> builders;

	/**
	 * Keeps builders.
	 * @param builders the builders by name
	 */
	public NamedSnapshotBuilders(Map<String, SnapshotBuilder> builders) {
		this.builders = Collections.unmodifiableMap(new LinkedHashMap<>(builders));
	}

	/**
	 * Returns all of them.
	 * @return the builders by name, in the order of the properties; unmodifiable
	 */
	public Map<String, SnapshotBuilder> asMap() {
		return this.builders;
	}

	/**
	 * Returns one of them.
	 * @param name its name
	 * @return the builder, or null if there is none of that name
	 */
	public @Nullable SnapshotBuilder get(String name) {
		return this.builders.get(name);
	}

}
