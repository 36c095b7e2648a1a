package io.coalestra.spring.boot.autoconfigure.caching;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.coalestra.policy.RefreshMode;
import io.coalestra.spring.boot.cache.CachedValues;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code coalestra.caching.*} says of Spring's cache abstraction.
 *
 * @param enabled Whether caches of Spring's cache abstraction are Coalestra's, where the
 * application has no CacheManager of its own.
 * @param coalesceAll Whether callers of all cached methods share calls, where that means
 * the same to each of them, and not only of those annotated with "sync".
 * @param values What callers of cached methods get.
 * @param deadline How long a caller waits at most for a value that another caller makes.
 * Without bound when it is not set.
 * @param defaults What applies to caches that are not named, and to named ones where they
 * say nothing.
 * @param caches Settings by name of the cache.
 * @param shared Caches that share their values with other nodes by the shared tier: by
 * name of the cache, the class of its values.
 */
@ConfigurationProperties("coalestra.caching")
public record CachingProperties(@DefaultValue("false") boolean enabled, @DefaultValue("true") boolean coalesceAll,
		@DefaultValue("shared") CachedValues values, @Nullable Duration deadline, @DefaultValue CacheRule defaults,
		@DefaultValue Map<String, CacheRule> caches, @DefaultValue Map<String, Class<?>> shared) {

	/**
	 * Copies.
	 */
	public CachingProperties {
		caches = Collections.unmodifiableMap(new LinkedHashMap<>(caches));
		shared = Collections.unmodifiableMap(new LinkedHashMap<>(shared));
	}

	/**
	 * Settings of a cache. What is left out is taken from the defaults.
	 *
	 * @param maxEntries Most entries of the cache.
	 * @param ttl How long a value is fresh. Until it is evicted when it is not set.
	 * @param maxStale Age up to which a value may serve at all; at least the ttl.
	 * @param staleOnError Whether a stale value may stand in where the method fails.
	 * @param refreshMode When a value is read again.
	 * @param refreshAhead How long before the end of the ttl a fresh value is read again;
	 * only with the refresh-ahead mode.
	 * @param absentTtl How long it is believed that a method answered null; as long as
	 * another answer when it is not set.
	 * @param jitter Largest part of the ttl that is taken off at random, so that values
	 * loaded together expire apart: 0 to 1.
	 * @param earlyRefresh How eagerly values that are slow to read are read again before
	 * their end: 0 turns it off, 1 is the usual.
	 */
	public record CacheRule(@Nullable Long maxEntries, @Nullable Duration ttl, @Nullable Duration maxStale,
			@Nullable Boolean staleOnError, @Nullable RefreshMode refreshMode, @Nullable Duration refreshAhead,
			@Nullable Duration absentTtl, @Nullable Double jitter, @Nullable Double earlyRefresh) {
	}

}
