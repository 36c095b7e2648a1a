package io.coalestra.time;

import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clocks, and one shared timer thread.
 */
final class SystemTimeSource implements TimeSource {

	static final SystemTimeSource INSTANCE = new SystemTimeSource();

	// The system's own origin is arbitrary, and may lie in the future; from this one on
	// time is never negative.
	private final long origin = System.nanoTime();

	private final ScheduledThreadPoolExecutor timers;

	private SystemTimeSource() {
		this.timers = new ScheduledThreadPoolExecutor(1,
				Thread.ofPlatform().daemon().name("coalestra-timer").factory());
		this.timers.setRemoveOnCancelPolicy(true);
		this.timers.setKeepAliveTime(10, TimeUnit.SECONDS);
		this.timers.allowCoreThreadTimeOut(true);
	}

	@Override
	public long epochNanos() {
		Instant now = Instant.now();
		return now.getEpochSecond() * 1_000_000_000L + now.getNano();
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

}
