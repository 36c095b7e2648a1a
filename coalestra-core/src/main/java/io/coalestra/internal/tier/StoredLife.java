package io.coalestra.internal.tier;

import java.time.Duration;

import io.coalestra.cache.Revision;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * For how long a tier keeps what is written into it.
 *
 * @param longest the longest that it keeps a value
 * @param longestFill how old a fill may be
 * @param time the time
 */
record StoredLife(Duration longest, Duration longestFill, TimeSource time) {

	private static final long LEAST = 1_000_000;

	/**
	 * Returns for how long a value is kept: no longer than it may serve.
	 * @param revision the value
	 * @return the span, or null where it is not worth keeping
	 */
	@Nullable Duration of(Revision<?> revision) {
		long left = revision.lifetime().usableUntil() - this.time.epochNanos();
		if (revision.lifetime().usableUntil() == Long.MAX_VALUE || left >= TimeSource.toNanos(this.longest)) {
			return this.longest;
		}
		return (left >= LEAST) ? Duration.ofNanos(left) : null;
	}

	/**
	 * Returns for how long the mark of a clearing stands: longer than anything that was
	 * written before it.
	 * @return the span
	 */
	Duration ofMark() {
		return this.longest.multipliedBy(2).plus(this.longestFill.multipliedBy(2));
	}

	/**
	 * Returns for how long what was met is remembered: as long as the tier may still
	 * have, or go back to, what is older.
	 * @return the span
	 */
	Duration ofMemory() {
		Duration fills = this.longestFill.multipliedBy(2);
		Duration values = this.longest.plus(this.longestFill);
		return (values.compareTo(fills) > 0) ? values : fills;
	}

}
