package io.coalestra.collections.fleet;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.coalestra.time.TimeSource;

/**
 * The machine's time, whose time of day a test sets. What is monotonic goes on, as on a
 * machine whose clock is set.
 */
final class OffsetTime implements TimeSource {

	private final TimeSource machine = TimeSource.system();

	private final AtomicLong offset = new AtomicLong();

	void set(Duration fromMachine) {
		this.offset.set(fromMachine.toNanos());
	}

	@Override
	public long epochNanos() {
		return this.machine.epochNanos() + this.offset.get();
	}

	@Override
	public long monotonicNanos() {
		return this.machine.monotonicNanos();
	}

	@Override
	public Timer schedule(Runnable task, long delayNanos) {
		return this.machine.schedule(task, delayNanos);
	}

}
