package io.coalestra.internal.store;

import io.coalestra.key.ResourceKey;

/**
 * Remembers what was seen, also where it was dropped or never stored.
 */
@FunctionalInterface
public interface Memory {

	/**
	 * Returns whether a value is older than one that was seen. Called inside the atomic
	 * change of the key.
	 * @param key the key
	 * @param rank the value's rank
	 * @param observedAt when it was observed: nanoseconds since the epoch
	 * @return true if so
	 */
	boolean isOlder(ResourceKey<?> key, int rank, long observedAt);

}
