package io.coalestra.signal;

import java.util.List;

/**
 * Takes the engine's metrics.
 *
 * <p>
 * Implementations are safe for concurrent use and never block: they are called on the
 * path of builds. What they throw is contained, counted and logged once; it never reaches
 * a build.
 */
public interface MetricSink {

	/**
	 * Takes nothing, at no cost.
	 */
	MetricSink NONE = (metric, labels) -> Meter.NONE;

	/**
	 * Finds the meter of a metric with label values. The engine asks once for each
	 * combination and keeps the answer.
	 * @param metric the metric
	 * @param labels the values of {@link Metric#labelNames()}, in their order
	 * @return the meter
	 */
	Meter meter(Metric metric, List<String> labels);

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
