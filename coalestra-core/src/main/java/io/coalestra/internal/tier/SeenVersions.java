package io.coalestra.internal.tier;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.cache.WriteRule;
import io.coalestra.key.ResourceKey;
import io.coalestra.tier.TierVersion;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What this node has met of a key, in the tier, in a notice, from a source or in its own
 * writes, so that a tier that goes back is not followed, and nobody is shown an older
 * value after a newer one. Remembered for longer than a fill can take, up to a bound.
 *
 * <p>
 * Two things are remembered: the newest version, by which a removal counts; and, beyond
 * removals, the newest value, since what comes after a removal may still be late. The
 * value's generation is the highest under which it was met, so that what was forced
 * before it is not taken for going back on purpose once more.
 *
 * <p>
 * The tier forgets a key's generation with its entry, and counts from zero again.
 * Generations are moments, and so are orders: a value of a lower generation that was
 * observed after the higher one began has not gone back.
 *
 * <p>
 * Written by whoever meets a version, atomically for each key, and only upwards unless
 * something was forced.
 */
final class SeenVersions {

	/** Generations are in microseconds, orders in nanoseconds. */
	static final long NANOS_OF_A_GENERATION = 1_000;

	private static final int MAX_KEYS = 100_000;

	private static final TierVersion NO_VALUE = new TierVersion(0, TierVersion.LOWEST_RANK, TierVersion.LOWEST_ORDER);

	private final Cache<ResourceKey<?>, Met> met;

	/**
	 * Makes an empty memory.
	 * @param memory for how long a version is remembered
	 * @param time the time
	 */
	SeenVersions(Duration memory, TimeSource time) {
		this.met = Caffeine.newBuilder()
			.maximumSize(MAX_KEYS)
			.expireAfterWrite(memory)
			.ticker(time::monotonicNanos)
			.executor(Runnable::run)
			.build();
	}

	/**
	 * Returns the newest version of a key.
	 * @param key the key
	 * @return the version, or null where none is remembered
	 */
	@Nullable TierVersion of(ResourceKey<?> key) {
		Met known = this.met.getIfPresent(key);
		return (known != null) ? known.newest : null;
	}

	/**
	 * Returns whether a value is older than one that this node has met. One of another
	 * rank is not comparable: what was of higher rank may have ended.
	 * @param key the key
	 * @param rank the value's rank
	 * @param order the value's order
	 * @return true if so
	 */
	boolean isOlder(ResourceKey<?> key, int rank, long order) {
		Met known = this.met.getIfPresent(key);
		return known != null && known.value.rank() == rank && order < known.value.order();
	}

	/**
	 * Returns whether what was forced goes back on purpose, beyond what this node has
	 * met: it was forced after that.
	 * @param key the key
	 * @param forced the version of what was forced
	 * @return true if so, also where nothing is remembered
	 */
	boolean isForcedAfter(ResourceKey<?> key, TierVersion forced) {
		Met known = this.met.getIfPresent(key);
		return known == null
				|| (forced.generation() > known.value.generation() && !isAfter(known.value, forced.generation()));
	}

	/**
	 * Returns whether a version lies before the newest one that is remembered.
	 * @param key the key
	 * @param version a version of the tier
	 * @return true if so, false also where nothing is remembered
	 */
	boolean isBehind(ResourceKey<?> key, TierVersion version) {
		Met known = this.met.getIfPresent(key);
		return known != null && compare(version, known.newest) < 0;
	}

	/**
	 * Learns that the tier knows nothing of a key, when nothing from before its last
	 * known generation can come any more: generations begin anew.
	 * @param key the key
	 * @param until the moment up to which generations are over, in their unit
	 */
	void forgetGeneration(ResourceKey<?> key, long until) {
		this.met.asMap()
			.computeIfPresent(key, (same, known) -> (known.newest.generation() < until)
					? new Met(ungenerated(known.value), known.value) : known);
	}

	/**
	 * Forgets everything: after a clearing, versions begin anew.
	 */
	void forget() {
		this.met.invalidateAll();
	}

	/**
	 * Notes a version.
	 * @param key the key
	 * @param version the version
	 */
	void note(ResourceKey<?> key, TierVersion version) {
		this.met.asMap().merge(key, new Met(version, valueOf(version)), Met::and);
	}

	/**
	 * Notes a value that goes back on purpose.
	 * @param key the key
	 * @param version its version
	 */
	void noteForced(ResourceKey<?> key, TierVersion version) {
		this.met.asMap()
			.merge(key, new Met(version, valueOf(version)),
					(known, forced) -> new Met(newer(known.newest, forced.newest), forced.value));
	}

	/**
	 * Notes what a source gave to this node, or what it is about to write, as the next of
	 * the generation that it knows.
	 * @param key the key
	 * @param rank the rank
	 * @param order the order
	 * @param rule the rule by which it is written
	 */
	void noteOwn(ResourceKey<?> key, int rank, long order, WriteRule rule) {
		this.met.asMap().compute(key, (same, known) -> {
			TierVersion own = new TierVersion((known != null) ? known.newest.generation() : 0, rank, order);
			Met next = new Met(own, valueOf(own));
			if (known == null) {
				return next;
			}
			return (rule == WriteRule.FORCE) ? new Met(own, next.value) : known.and(next);
		});
	}

	private static TierVersion valueOf(TierVersion version) {
		return (version.rank() == TierVersion.LOWEST_RANK) ? NO_VALUE : version;
	}

	private static TierVersion ungenerated(TierVersion version) {
		return new TierVersion(0, version.rank(), version.order());
	}

	private static TierVersion newer(TierVersion one, TierVersion other) {
		return (compare(other, one) > 0) ? other : one;
	}

	/**
	 * Orders two versions of a key, of which the tier may have forgotten the generation
	 * in between.
	 * @param version a version
	 * @param rival another
	 * @return the order
	 */
	static int compare(TierVersion version, TierVersion rival) {
		if (isAfter(version, rival.generation()) || isAfter(rival, version.generation())) {
			return Long.compare(version.order(), rival.order());
		}
		return version.compareTo(rival);
	}

	private static boolean isAfter(TierVersion version, long generation) {
		return version.generation() < generation && version.order() / NANOS_OF_A_GENERATION > generation;
	}

	private record Met(TierVersion newest, TierVersion value) {

		private Met and(Met more) {
			return new Met(newer(this.newest, more.newest), newerValue(this.value, more.value));
		}

		// What was known before stays under the generation that it had: what is forced in
		// a later one is yet to be taken.
		private static TierVersion newerValue(TierVersion known, TierVersion later) {
			if (known.compareContent(later) > 0) {
				return known;
			}
			return new TierVersion(Math.max(known.generation(), later.generation()), later.rank(), later.order());
		}

	}

}
