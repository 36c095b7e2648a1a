package io.coalestra.batch;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The counts of a batcher. Not safe for concurrent use: {@link Gathering} keeps it under
 * its lock.
 */
final class Tally {

	private final Map<BatchTrigger, Long> triggers = new EnumMap<>(BatchTrigger.class);

	private long batches;

	private long items;

	private long keys;

	private long waitNanos;

	private long durationNanos;

	private long absent;

	private long failed;

	private long failedBatches;

	long withdrawn;

	long refused;

	Tally() {
		for (BatchTrigger trigger : BatchTrigger.values()) {
			this.triggers.put(trigger, 0L);
		}
	}

	void count(BulkResult result) {
		this.triggers.merge(result.trigger(), 1L, Long::sum);
		this.batches++;
		this.items += result.callers();
		this.keys += result.keys();
		this.waitNanos += result.waitNanos();
		this.durationNanos += result.durationNanos();
		this.absent += result.absent();
		this.failed += result.failed();
		if (result.failure() != null) {
			this.failedBatches++;
		}
	}

	BatcherStatistics toStatistics(int pending, int queued, int running) {
		return new BatcherStatistics(this.batches, this.items, this.keys, this.triggers,
				Duration.ofNanos(this.waitNanos), Duration.ofNanos(this.durationNanos), this.absent, this.failed,
				this.failedBatches, this.withdrawn, this.refused, pending, queued, running);
	}

}
