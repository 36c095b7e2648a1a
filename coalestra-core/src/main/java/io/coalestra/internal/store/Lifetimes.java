package io.coalestra.internal.store;

import java.time.Duration;
import java.util.random.RandomGenerator;

import io.coalestra.cache.Revision;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.RefreshMode;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Dates revisions: turns a policy's spans into moments, so that a read compares numbers
 * only, and draws the spread once for each revision.
 */
final class Lifetimes {

	private final RandomGenerator random;

	Lifetimes(RandomGenerator random) {
		this.random = random;
	}

	Revision.Lifetime present(Freshness policy, long since, long latencyNanos, @Nullable Duration ownTtl,
			@Nullable Duration ownMaxStale, int epoch, int stamp) {
		long ttl = (ownTtl != null) ? TimeSource.toNanos(ownTtl) : policy.ttlNanos();
		long maxStale = (ownMaxStale != null) ? TimeSource.toNanos(ownMaxStale) : policy.maxStaleNanos();
		long jittered = jittered(ttl, policy.spread().jitter());
		long freshUntil = until(since, jittered);
		long usableUntil = until(since, Math.max(ttl, maxStale));
		return new Revision.Lifetime(since, quietUntil(policy, since, freshUntil, latencyNanos), freshUntil,
				usableUntil, epoch, stamp, ownTtl, ownMaxStale);
	}

	Revision.Lifetime absent(Freshness policy, long since, @Nullable Duration ownTtl, int epoch, int stamp) {
		long until = until(since, TimeSource.toNanos((ownTtl != null) ? ownTtl : policy.absentTtl()));
		return new Revision.Lifetime(since, until, until, until, epoch, stamp, ownTtl, null);
	}

	// Without end is without end, however long ago it was observed.
	private static long until(long since, long span) {
		return (span == Long.MAX_VALUE) ? span : TimeSource.plus(since, span);
	}

	private long jittered(long ttl, double jitter) {
		return (jitter > 0 && ttl != Long.MAX_VALUE) ? ttl - (long) (ttl * jitter * this.random.nextDouble()) : ttl;
	}

	private long quietUntil(Freshness policy, long since, long freshUntil, long latencyNanos) {
		if (freshUntil == Long.MAX_VALUE) {
			return freshUntil;
		}
		long quiet = freshUntil;
		if (policy.refreshMode() == RefreshMode.REFRESH_AHEAD) {
			// A refresh is due from age ttl - refreshAhead on, that age included.
			quiet = TimeSource.minus(TimeSource.minus(freshUntil, TimeSource.toNanos(policy.refreshAhead())), 1);
		}
		double earliness = policy.spread().earliness();
		if (earliness > 0) {
			double early = earliness * Math.max(1, latencyNanos) * -Math.log(1 - this.random.nextDouble());
			quiet = Math.min(quiet,
					TimeSource.minus(freshUntil, (long) Math.min(early, (double) TimeSource.minus(freshUntil, since))));
		}
		return Math.max(quiet, TimeSource.minus(since, 1));
	}

}
