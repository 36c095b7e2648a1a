package io.coalestra.spring.boot.cache;

import java.util.Objects;

import io.coalestra.policy.Freshness;

/**
 * What applies to one cache. Immutable.
 *
 * @param freshness how long values are fresh, and how long they may still serve
 * @param maxEntries most entries of the cache: 1 or more
 */
public record CacheSettings(Freshness freshness, long maxEntries) {

	/**
	 * What applies where nothing is stated: values stay until they are evicted, or make
	 * room among 10,000.
	 */
	public static final CacheSettings DEFAULT = new CacheSettings(Freshness.forever().absentTtl(Freshness.FOREVER),
			10_000);

	/**
	 * Checks.
	 * @throws IllegalArgumentException if there is no room for an entry
	 */
	public CacheSettings {
		Objects.requireNonNull(freshness, "freshness");
		if (maxEntries < 1) {
			throw new IllegalArgumentException("maxEntries: " + maxEntries + " (expected: 1 or more)");
		}
	}

}
