package io.coalestra.internal.isolation;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

import io.coalestra.health.PayloadCopyHealth;

/**
 * Counts copies. Each number is right by itself; a reader may see a copy that has begun
 * and is not counted as ended yet.
 */
final class CopyTally {

	private final AtomicInteger active = new AtomicInteger();

	private final LongAccumulator peak = new LongAccumulator(Math::max, 0);

	private final LongAdder completed = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder nanos = new LongAdder();

	private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

	void begun() {
		this.peak.accumulate(this.active.incrementAndGet());
	}

	void ended(long took, boolean done) {
		this.active.decrementAndGet();
		(done ? this.completed : this.failed).increment();
		this.nanos.add(took);
		this.longest.accumulate(took);
	}

	PayloadCopyHealth health() {
		return new PayloadCopyHealth(this.active.get(), (int) this.peak.get(), this.completed.sum(), this.failed.sum(),
				Duration.ofNanos(this.nanos.sum()), Duration.ofNanos(this.longest.get()));
	}

}
