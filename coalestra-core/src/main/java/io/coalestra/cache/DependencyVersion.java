package io.coalestra.cache;

import java.util.Objects;

import io.coalestra.key.ResourceKey;

/**
 * Which revision of a dependency a derived value was computed from.
 *
 * @param key the dependency
 * @param version its version
 */
public record DependencyVersion(ResourceKey<?> key, ResourceVersion version) {

	/**
	 * Checks.
	 */
	public DependencyVersion {
		Objects.requireNonNull(key, "key");
		Objects.requireNonNull(version, "version");
	}

}
