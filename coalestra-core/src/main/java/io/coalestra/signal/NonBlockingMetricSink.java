package io.coalestra.signal;

import java.util.List;

/**
 * A sink of metrics that was declared not to block.
 *
 * @param sink the sink
 */
record NonBlockingMetricSink(MetricSink sink) implements MetricSink {

	@Override
	public Meter meter(Metric metric, List<String> labels) {
		return this.sink.meter(metric, labels);
	}

	@Override
	public boolean isNonBlocking() {
		return true;
	}

}
