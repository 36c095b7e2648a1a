package io.coalestra.time;

import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clocks, and one shared timer thread.
 */
final class SystemTimeSource implements TimeSource {

	private static final long ANCHOR_LIFE = 10_000_000;

	private static final long ANCHOR_PRECISION = 2_000;

	static final SystemTimeSource INSTANCE = new SystemTimeSource();

	// The system's own origin is arbitrary, and may lie in the future; from this one on
	// time is never negative.
	private final long origin = System.nanoTime();

	// Replaced by whoever finds it too old; any two threads' readings are as good.
	private volatile Anchor anchor = new Anchor(this.origin - ANCHOR_LIFE, 0);

	private final ScheduledThreadPoolExecutor timers;

	private SystemTimeSource() {
		this.timers = new ScheduledThreadPoolExecutor(1,
				Thread.ofPlatform().daemon().name("coalestra-timer").factory());
		this.timers.setRemoveOnCancelPolicy(true);
		this.timers.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.timers.allowCoreThreadTimeOut(true);
	}

	/**
	 * Returns the wall clock's time, at most a hundredth of a second behind its being
	 * set.
	 */
	// The wall clock takes half as long again to read as the monotonic one, and a warm
	// build is not much more than a reading of the time. So it is read anew every
	// hundredth
	// of a second, and counted on from there.
	@Override
	public long epochNanos() {
		long now = System.nanoTime();
		Anchor known = this.anchor;
		long since = now - known.monotonic();
		return (since >= 0 && since < ANCHOR_LIFE) ? known.epoch() + since : anchored();
	}

	private long anchored() {
		long before = System.nanoTime();
		Instant read = Instant.now();
		long after = System.nanoTime();
		long epoch = read.getEpochSecond() * 1_000_000_000L + read.getNano();
		// Where the thread was put off between the readings they do not belong together.
		if (after - before < ANCHOR_PRECISION) {
			this.anchor = new Anchor(before + (after - before) / 2, epoch);
		}
		return epoch;
	}

	@Override
	public long monotonicNanos() {
		return System.nanoTime() - this.origin;
	}

	@Override
	public Timer schedule(Runnable task, long delayNanos) {
		Future<?> scheduled = this.timers.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
		return () -> scheduled.cancel(false);
	}

	@Override
	public String toString() {
		return "system";
	}

	/**
	 * A reading of both clocks at one moment, in nanoseconds.
	 *
	 * @param monotonic of the monotonic clock
	 * @param epoch of the wall clock, since the epoch
	 */
	private record Anchor(long monotonic, long epoch) {
	}

}
