package io.coalestra.source;

import java.time.Instant;
import java.util.Optional;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;

/**
 * The values that a derived source asked for, as they were when all of them were known.
 *
 * <p>
 * Immutable and safe for concurrent use.
 */
public interface Dependencies {

	/**
	 * Returns the keys that the source named, in its order.
	 * @return the keys
	 */
	ResourceKeys keys();

	/**
	 * Returns a dependency's value.
	 * @param <T> the value's type
	 * @param key a key that the source named
	 * @return the value
	 * @throws IllegalArgumentException if the source did not name the key
	 * @throws java.util.NoSuchElementException if the resource does not exist
	 */
	<T> T get(ResourceKey<T> key);

	/**
	 * Returns a dependency's value, if the resource exists.
	 * @param <T> the value's type
	 * @param key a key that the source named
	 * @return the value, or empty when the resource does not exist
	 * @throws IllegalArgumentException if the source did not name the key
	 */
	<T> Optional<T> find(ResourceKey<T> key);

	/**
	 * Returns when a dependency was observed.
	 * @param key a key that the source named
	 * @return the time of observation
	 * @throws IllegalArgumentException if the source did not name the key
	 */
	Instant observedAt(ResourceKey<?> key);

	/**
	 * Returns whether a dependency is past its time to live.
	 * @param key a key that the source named
	 * @return true if it is stale
	 * @throws IllegalArgumentException if the source did not name the key
	 */
	boolean isStale(ResourceKey<?> key);

}
