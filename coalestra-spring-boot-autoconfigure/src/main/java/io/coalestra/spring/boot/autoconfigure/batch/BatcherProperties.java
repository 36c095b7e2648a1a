package io.coalestra.spring.boot.autoconfigure.batch;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.batch.Window;
import io.coalestra.spring.boot.batch.TransactionRule;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code coalestra.batching} and {@code coalestra.batchers} say. Values are checked
 * where they are mapped, so that every fault is reported under the name of its property.
 *
 * @param batching Settings of all batchers.
 * @param batchers Settings of batchers by name, over those of all.
 */
@ConfigurationProperties("coalestra")
public record BatcherProperties(@DefaultValue BatcherRule batching, Map<String, BatcherRule> batchers) {

	/**
	 * Copies.
	 */
	public BatcherProperties {
		batchers = (batchers != null) ? Collections.unmodifiableMap(new LinkedHashMap<>(batchers)) : Map.of();
	}

	/**
	 * Makes the properties of an application that sets none, as binding them would.
	 * @return the properties
	 */
	static BatcherProperties unset() {
		return new BatcherProperties(
				new BatcherRule(null, null, null, null, null, null, null, null, null, null, null, null, null, null),
				Map.of());
	}

	/**
	 * Settings of batchers. What is left out is taken from the level below: from the
	 * settings of all batchers, then from the code.
	 *
	 * @param maxBatchSize How many callers a batch takes.
	 * @param maxDistinctKeys How many distinct keys a batch takes; as many as callers
	 * where this is not set.
	 * @param window How long a batch gathers at most.
	 * @param windowKind What ends the gathering beside the length of the window.
	 * @param maxConcurrentBulkCalls How many bulk calls run at a time.
	 * @param maxPending How many items may be pending; above, calls are refused.
	 * @param callTimeout How long a caller waits at most, gathering and queueing
	 * included.
	 * @param bulkTimeout How long a bulk call may take.
	 * @param closeGrace How long closing waits for bulk calls that run.
	 * @param missingIsError Whether an item that the bulk call does not answer is an
	 * error of its caller.
	 * @param shareRunning Whether a caller joins the read of an equal key that already
	 * runs.
	 * @param interruptWhenAbandoned Whether a bulk call is interrupted whose callers have
	 * all given up.
	 * @param transactions What is done with calls inside a read-write transaction.
	 * @param groupBy Comma-separated list of the CallerContext beans by which calls are
	 * grouped.
	 */
	public record BatcherRule(@Nullable Integer maxBatchSize, @Nullable Integer maxDistinctKeys,
			@Nullable Duration window, Window.@Nullable Kind windowKind, @Nullable Integer maxConcurrentBulkCalls,
			@Nullable Integer maxPending, @Nullable Duration callTimeout, @Nullable Duration bulkTimeout,
			@Nullable Duration closeGrace, @Nullable Boolean missingIsError, @Nullable Boolean shareRunning,
			@Nullable Boolean interruptWhenAbandoned, @Nullable TransactionRule transactions,
			@Nullable List<String> groupBy) {

	}

}
