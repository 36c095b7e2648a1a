package io.coalestra.policy;

import java.time.Duration;
import java.util.Objects;

import io.coalestra.time.TimeSource;

/**
 * How long a value is fresh, how long it may still serve, and when it is read again.
 *
 * <p>
 * Age is measured from the time of observation. A value is <em>fresh</em> while its age
 * is at most {@code ttl}, <em>usable but stale</em> while it is at most {@code maxStale},
 * and then expired; all bounds are inclusive. Immutable and safe for concurrent use.
 *
 * @param ttl how long a value is fresh: zero or more; {@link #FOREVER} never ends
 * @param maxStale the age up to which a value may serve at all: at least {@code ttl}
 * @param staleOnError whether a stale value may stand in where every source fails
 * @param refreshMode when a value is read again
 * @param refreshAhead how long before the end of {@code ttl} a fresh value is read again:
 * zero but for {@link RefreshMode#REFRESH_AHEAD}, and then at most {@code ttl}
 * @param spread how far apart values that were loaded together expire
 * @param absentTtl how long the answer "does not exist" is believed: zero or more
 */
public record Freshness(Duration ttl, Duration maxStale, boolean staleOnError, RefreshMode refreshMode,
		Duration refreshAhead, Spread spread, Duration absentTtl) {

	/**
	 * A span without end.
	 */
	public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

	/**
	 * What applies where nothing is stated: fresh for one second, usable for ten, absence
	 * believed for one second.
	 */
	public static final Freshness DEFAULT = Freshness.ttl(Duration.ofSeconds(1)).maxStale(Duration.ofSeconds(10));

	/**
	 * Checks the relations between the parts.
	 * @throws IllegalArgumentException if a part is out of its bounds
	 */
	public Freshness {
		Objects.requireNonNull(refreshMode, "refreshMode");
		Objects.requireNonNull(spread, "spread");
		requireNotNegative("ttl", ttl);
		requireNotNegative("absentTtl", absentTtl);
		requireNotNegative("refreshAhead", refreshAhead);
		if (maxStale.compareTo(ttl) < 0) {
			throw new IllegalArgumentException("maxStale: " + maxStale + " (expected: at least ttl " + ttl + ")");
		}
		if (!refreshAhead.isZero() && refreshMode != RefreshMode.REFRESH_AHEAD) {
			throw new IllegalArgumentException(
					"refreshAhead: " + refreshAhead + " (expected: zero unless refreshMode is REFRESH_AHEAD)");
		}
		if (refreshAhead.compareTo(ttl) > 0) {
			throw new IllegalArgumentException(
					"refreshAhead: " + refreshAhead + " (expected: at most ttl " + ttl + ")");
		}
	}

	/**
	 * Starts from a time to live; the value is not usable beyond it, nothing is read
	 * ahead of it, and nothing is spread.
	 * @param ttl how long a value is fresh: zero or more
	 * @return the policy
	 */
	public static Freshness ttl(Duration ttl) {
		return new Freshness(ttl, ttl, true, RefreshMode.BLOCKING, Duration.ZERO, Spread.NONE,
				(ttl.compareTo(Duration.ofSeconds(1)) < 0) ? ttl : Duration.ofSeconds(1));
	}

	/**
	 * Makes a policy under which values never expire.
	 * @return the policy
	 */
	public static Freshness forever() {
		return ttl(FOREVER);
	}

	/**
	 * Returns this policy with another age up to which a value may serve.
	 * @param age the age, inclusive: at least the time to live
	 * @return the policy
	 */
	public Freshness maxStale(Duration age) {
		return new Freshness(this.ttl, age, this.staleOnError, this.refreshMode, this.refreshAhead, this.spread,
				this.absentTtl);
	}

	/**
	 * Returns this policy such that a stale value never stands in for failed sources. It
	 * does not stop {@link RefreshMode#STALE_WHILE_REVALIDATE}.
	 * @return the policy
	 */
	public Freshness neverStaleOnError() {
		return new Freshness(this.ttl, this.maxStale, false, this.refreshMode, this.refreshAhead, this.spread,
				this.absentTtl);
	}

	/**
	 * Returns this policy such that a usable, stale value is returned at once and read
	 * again in the background.
	 * @return the policy
	 */
	public Freshness staleWhileRevalidate() {
		return new Freshness(this.ttl, this.maxStale, this.staleOnError, RefreshMode.STALE_WHILE_REVALIDATE,
				Duration.ZERO, this.spread, this.absentTtl);
	}

	/**
	 * Returns this policy such that a fresh value is read again shortly before it ends.
	 * @param span how long before the end of the time to live: zero or more, and at most
	 * the time to live
	 * @return the policy
	 */
	public Freshness refreshAhead(Duration span) {
		return new Freshness(this.ttl, this.maxStale, this.staleOnError, RefreshMode.REFRESH_AHEAD, span, this.spread,
				this.absentTtl);
	}

	/**
	 * Returns this policy with values that were loaded together expiring apart.
	 * @param rule how far apart
	 * @return the policy
	 */
	public Freshness spread(Spread rule) {
		return new Freshness(this.ttl, this.maxStale, this.staleOnError, this.refreshMode, this.refreshAhead, rule,
				this.absentTtl);
	}

	/**
	 * Returns this policy with another life for the answer "does not exist".
	 * @param life how long absence is believed; zero asks again each time
	 * @return the policy
	 */
	public Freshness absentTtl(Duration life) {
		return new Freshness(this.ttl, this.maxStale, this.staleOnError, this.refreshMode, this.refreshAhead,
				this.spread, life);
	}

	private static void requireNotNegative(String name, Duration value) {
		if (value.isNegative()) {
			throw new IllegalArgumentException(name + ": " + value + " (expected: not negative)");
		}
	}

	/**
	 * Returns the time to live in nanoseconds, saturated.
	 * @return nanoseconds
	 */
	public long ttlNanos() {
		return TimeSource.toNanos(this.ttl);
	}

	/**
	 * Returns the age up to which a value may serve in nanoseconds, saturated.
	 * @return nanoseconds
	 */
	public long maxStaleNanos() {
		return TimeSource.toNanos(this.maxStale);
	}

}
