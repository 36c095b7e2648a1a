package io.coalestra.batch;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How a bulk call went, in numbers.
 */
record BulkResult(BatchTrigger trigger, int callers, int keys, long waitNanos, long durationNanos, int absent,
		int failed, @Nullable Throwable failure) {

	BatchReport toReport(String batcher) {
		return new BatchReport(batcher, this.trigger, this.callers, this.keys, Duration.ofNanos(this.waitNanos),
				Duration.ofNanos(this.durationNanos), this.absent, this.failed, this.failure);
	}

}
