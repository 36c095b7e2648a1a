package io.coalestra.time;

import java.time.Duration;
import java.time.Instant;

/**
 * What the engine knows of time: the time of day, a monotonic time, and timers.
 *
 * <p>
 * The time of day dates observations and ages; the monotonic time measures deadlines,
 * latencies and circuits, and never goes back. Both are {@code long} nanoseconds because
 * they are read on the path of every build, where an object a reading would be felt. Safe
 * for concurrent use.
 */
public interface TimeSource {

	/**
	 * Returns the time source of the machine. Its one timer thread is shared, a daemon,
	 * starts with the first timer and ends when there has been none for ten seconds.
	 * @return the time source
	 */
	static TimeSource system() {
		return SystemTimeSource.INSTANCE;
	}

	/**
	 * Returns the time of day.
	 * @return nanoseconds since the epoch
	 */
	long epochNanos();

	/**
	 * Returns the monotonic time, from an arbitrary origin.
	 * @return nanoseconds
	 */
	long monotonicNanos();

	/**
	 * Runs a task once, after a delay of monotonic time.
	 * @param task the task; it must be short and never block, since all timers share one
	 * thread
	 * @param delayNanos the delay in nanoseconds; zero or less runs as soon as possible
	 * @return the timer, by which the task can be called off
	 */
	Timer schedule(Runnable task, long delayNanos);

	/**
	 * Returns the time of day as an instant.
	 * @return the time of day
	 */
	default Instant now() {
		return toInstant(epochNanos());
	}

	/**
	 * Converts nanoseconds since the epoch.
	 * @param epochNanos nanoseconds since the epoch
	 * @return the instant
	 */
	static Instant toInstant(long epochNanos) {
		return Instant.ofEpochSecond(Math.floorDiv(epochNanos, 1_000_000_000L),
				Math.floorMod(epochNanos, 1_000_000_000L));
	}

	/**
	 * Converts an instant, saturating at the ends of the range of {@code long}: the years
	 * 1677 and 2262.
	 * @param instant the instant
	 * @return nanoseconds since the epoch
	 */
	static long toEpochNanos(Instant instant) {
		try {
			return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
		}
		catch (ArithmeticException outOfRange) {
			return (instant.getEpochSecond() < 0) ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
	}

	/**
	 * Converts a duration, saturating at the ends of the range of {@code long}: 292
	 * years.
	 * @param duration the duration
	 * @return nanoseconds
	 */
	static long toNanos(Duration duration) {
		try {
			return duration.toNanos();
		}
		catch (ArithmeticException outOfRange) {
			return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
	}

	/**
	 * Adds without wrapping around: what would pass the end of the range stays at it.
	 * @param nanos a time or a span
	 * @param more a span
	 * @return the sum, saturated
	 */
	static long plus(long nanos, long more) {
		long sum = nanos + more;
		if (((nanos ^ sum) & (more ^ sum)) < 0) {
			return (more < 0) ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
		return sum;
	}

	/**
	 * Subtracts without wrapping around: what would pass the end of the range stays at
	 * it, so that what was observed at the beginning of time is old and not from the
	 * future.
	 * @param nanos a time or a span
	 * @param less a time or a span
	 * @return the difference, saturated
	 */
	static long minus(long nanos, long less) {
		long difference = nanos - less;
		if (((nanos ^ less) & (nanos ^ difference)) < 0) {
			return (nanos < 0) ? Long.MIN_VALUE : Long.MAX_VALUE;
		}
		return difference;
	}

	/**
	 * A task that waits for its time.
	 */
	@FunctionalInterface
	interface Timer {

		/**
		 * Calls the task off, unless it has begun. May be called any number of times.
		 */
		void cancel();

	}

}
