package io.coalestra.publish;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * A value that an event brings.
 *
 * @param <T> the value's type
 * @param key the key
 * @param value the value
 * @param source who says so; trimmed, not empty
 * @param observedAt when it was true, or null for the moment of publication
 * @param metadata what travels with the value
 */
public record ResourceUpdate<T>(ResourceKey<T> key, T value, String source, @Nullable Instant observedAt,
		Map<String, Object> metadata) {

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if the source is blank
	 * @throws NullPointerException if an entry of the metadata is null, by its name
	 */
	public ResourceUpdate {
		Objects.requireNonNull(key, "key");
		Objects.requireNonNull(value, "value");
		source = Objects.requireNonNull(source, "source").strip();
		if (source.isEmpty()) {
			throw new IllegalArgumentException("source: \"\" (expected: the publisher's name)");
		}
		metadata.forEach((name, entry) -> Objects.requireNonNull(entry, () -> "metadata \"" + name + "\""));
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Describes a value that is true now.
	 * @param <T> the value's type
	 * @param key the key
	 * @param value the value
	 * @param source who says so
	 * @return the update
	 */
	public static <T> ResourceUpdate<T> of(ResourceKey<T> key, T value, String source) {
		return new ResourceUpdate<>(key, value, source, null, Map.of());
	}

	/**
	 * Says when the value was true.
	 * @param instant the time of observation
	 * @return the update
	 */
	public ResourceUpdate<T> observedAt(Instant instant) {
		return new ResourceUpdate<>(this.key, this.value, this.source, Objects.requireNonNull(instant, "observedAt"),
				this.metadata);
	}

	/**
	 * Adds an entry to the metadata.
	 * @param name the entry's name
	 * @param entry the entry
	 * @return the update
	 */
	public ResourceUpdate<T> metadata(String name, Object entry) {
		Map<String, Object> more = new LinkedHashMap<>(this.metadata);
		more.put(name, entry);
		return new ResourceUpdate<>(this.key, this.value, this.source, this.observedAt, more);
	}

}
