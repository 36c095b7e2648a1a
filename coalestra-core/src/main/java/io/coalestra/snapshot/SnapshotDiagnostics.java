package io.coalestra.snapshot;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What making a snapshot took. Reads that served several builds at once are counted with
 * the build that caused them. Immutable.
 *
 * @param duration how long the build took; zero where it never left the warm path, which
 * reads the clock once
 * @param requested distinct keys asked for
 * @param resolved keys with a value
 * @param failed keys with an error
 * @param cacheHits keys answered from the cache
 * @param cacheMisses keys, dependencies counted, that the cache did not answer
 * @param staleValues keys whose value is stale
 * @param coalesced keys for which the build joined a read in progress
 * @param sourceCalls calls of sources, retries counted
 * @param batchCalls calls of batch sources
 * @param derivedCalls calls of derived sources
 * @param batchChunks calls that keys were split into, over all batch sources
 * @param retries calls that repeated a failed one
 * @param refreshesScheduled background refreshes that the build set off
 * @param supportHits remembered answers of {@code supports} that were used
 * @param supportMisses times that {@code supports} was asked
 * @param futureRejections values refused for their time of observation
 * @param observationSkew how far apart the values were observed; zero for fewer than two
 * @param sourceCallsBySource calls by source
 * @param sourceLatencyBySource time spent in calls by source, summed
 */
public record SnapshotDiagnostics(Duration duration, int requested, int resolved, int failed, int cacheHits,
		int cacheMisses, int staleValues, int coalesced, int sourceCalls, int batchCalls, int derivedCalls,
		int batchChunks, int retries, int refreshesScheduled, int supportHits, int supportMisses, int futureRejections,
		Duration observationSkew, Map<String, Integer> sourceCallsBySource,
		Map<String, Duration> sourceLatencyBySource) {

	/**
	 * Copies; maps are sorted by name.
	 */
	public SnapshotDiagnostics {
		sourceCallsBySource = Collections.unmodifiableMap(new TreeMap<>(sourceCallsBySource));
		sourceLatencyBySource = Collections.unmodifiableMap(new TreeMap<>(sourceLatencyBySource));
	}

}
