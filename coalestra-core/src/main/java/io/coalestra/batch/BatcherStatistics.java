package io.coalestra.batch;

import java.time.Duration;
import java.util.Map;

/**
 * Counts of a {@link Batcher} since it was made, and its state, all of one instant.
 *
 * @param batches bulk calls that ended, failed ones and direct ones included
 * @param items callers whose batch has ended; {@code items / batches} is the mean size
 * @param keys keys that bulk functions were given
 * @param triggers how many of the batches each trigger started, every trigger a key
 * @param totalWait the sum of the batches' longest waits
 * @param totalDuration the sum of the bulk calls' durations
 * @param absent callers whose item does not exist
 * @param failed callers who got a failure from their batch
 * @param failedBatches batches that failed as a whole
 * @param withdrawn callers who gave up before their answer: cancelled, interrupted or out
 * of time
 * @param refused calls that were refused at once: too many pending, a condition, closed
 * @param pending items that were taken and whose batch has not ended
 * @param queued batches that wait for a bulk call to end
 * @param running bulk calls that run
 */
public record BatcherStatistics(long batches, long items, long keys, Map<BatchTrigger, Long> triggers,
		Duration totalWait, Duration totalDuration, long absent, long failed, long failedBatches, long withdrawn,
		long refused, int pending, int queued, int running) {

	/**
	 * Copies the map.
	 */
	public BatcherStatistics {
		triggers = Map.copyOf(triggers);
	}

}
