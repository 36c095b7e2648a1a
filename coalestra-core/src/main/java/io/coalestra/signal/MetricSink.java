package io.coalestra.signal;

import java.util.List;
import java.util.Objects;

/**
 * Takes the engine's metrics.
 *
 * <p>
 * Implementations are safe for concurrent use. One that {@linkplain #isNonBlocking() says
 * that it never blocks} is called on the path of builds, any other from a buffer's
 * thread. What they throw is contained, counted and logged once; it never reaches a
 * build.
 */
public interface MetricSink {

	/**
	 * Takes nothing, at no cost.
	 */
	MetricSink NONE = nonBlocking((metric, labels) -> Meter.NONE);

	/**
	 * Finds the meter of a metric with label values. The engine asks once for each
	 * combination and keeps the answer.
	 * @param metric the metric
	 * @param labels the values of {@link Metric#labelNames()}, in their order
	 * @return the meter
	 */
	Meter meter(Metric metric, List<String> labels);

	/**
	 * Returns whether meters are sure not to block: they neither wait nor write to a disk
	 * or a network. A builder puts a buffer before a sink that does not say so.
	 * @return by default false
	 */
	default boolean isNonBlocking() {
		return false;
	}

	/**
	 * Declares that a sink never blocks, so that it is called on the path of builds.
	 * @param sink the sink
	 * @return the sink with that declaration
	 */
	static MetricSink nonBlocking(MetricSink sink) {
		return new NonBlockingMetricSink(Objects.requireNonNull(sink, "sink"));
	}

	/**
	 * One counter or distribution with its label values.
	 */
	@FunctionalInterface
	interface Meter {

		/**
		 * Records nothing.
		 */
		Meter NONE = (value) -> {
		};

		/**
		 * Adds to the counter, or records one observation; latencies are in milliseconds.
		 * @param value how much
		 */
		void record(double value);

	}

}
