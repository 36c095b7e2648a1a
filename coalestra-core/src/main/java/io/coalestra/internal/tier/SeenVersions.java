package io.coalestra.internal.tier;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.key.ResourceKey;
import io.coalestra.tier.TierVersion;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The newest version of a key that this node has met, in the tier, in a notice or in its
 * own writes, so that a tier that goes back is not followed. Remembered for longer than a
 * fill can take, up to a bound.
 *
 * <p>
 * Written by whoever meets a version, atomically for each key, and only upwards.
 */
final class SeenVersions {

	private static final int MAX_KEYS = 100_000;

	private final Cache<ResourceKey<?>, TierVersion> versions;

	/**
	 * Makes an empty memory.
	 * @param memory for how long a version is remembered
	 * @param time the time
	 */
	SeenVersions(Duration memory, TimeSource time) {
		this.versions = Caffeine.newBuilder()
			.maximumSize(MAX_KEYS)
			.expireAfterWrite(memory)
			.ticker(time::monotonicNanos)
			.executor(Runnable::run)
			.build();
	}

	@Nullable TierVersion of(ResourceKey<?> key) {
		return this.versions.getIfPresent(key);
	}

	/**
	 * Notes a version.
	 * @param key the key
	 * @param version the version
	 */
	void note(ResourceKey<?> key, TierVersion version) {
		this.versions.asMap().merge(key, version, (known, met) -> (met.compareTo(known) > 0) ? met : known);
	}

	/**
	 * Forgets everything: after a clearing, versions begin anew.
	 */
	void forget() {
		this.versions.invalidateAll();
	}

	/**
	 * Notes what this node is about to write, as the next of the generation that it
	 * knows.
	 * @param key the key
	 * @param rank the rank
	 * @param order the order
	 */
	void noteOwn(ResourceKey<?> key, int rank, long order) {
		this.versions.asMap().compute(key, (same, known) -> {
			TierVersion own = new TierVersion((known != null) ? known.generation() : 0, rank, order);
			return (known == null || own.compareTo(known) > 0) ? own : known;
		});
	}

}
