package io.coalestra.signal;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * A sink of metrics with a bounded buffer before it, for one that writes to a disk or a
 * network. What only counts in memory is faster without.
 */
public final class BufferedMetricSink implements MetricSink, BufferedSink {

	private final MetricSink sink;

	private final DeliveryBuffer<Measurement> buffer;

	/**
	 * Puts a buffer before a sink.
	 * @param name names the buffer's thread
	 * @param sink the sink, called on that thread alone
	 * @param settings the buffer's bounds
	 */
	public BufferedMetricSink(String name, MetricSink sink, BufferSettings settings) {
		this.sink = Objects.requireNonNull(sink, "sink");
		this.buffer = new DeliveryBuffer<>(name, settings, Measurement::deliver);
	}

	@Override
	public Meter meter(Metric metric, List<String> labels) {
		return new LateMeter(metric, labels);
	}

	@Override
	public boolean isNonBlocking() {
		return true;
	}

	@Override
	public BufferStatistics statistics() {
		return this.buffer.statistics();
	}

	@Override
	public boolean flush(Duration limit) throws InterruptedException {
		return this.buffer.flush(limit);
	}

	@Override
	public boolean close(Duration limit, Rest rest) throws InterruptedException {
		return this.buffer.close(limit, rest);
	}

	private record Measurement(LateMeter meter, double value) {

		void deliver() {
			this.meter.deliver(this.value);
		}

	}

	/**
	 * Looks its meter up when the first value is delivered, since that may block as well.
	 * The meter is read and written by the buffer's thread alone.
	 */
	private final class LateMeter implements Meter {

		private final Metric metric;

		private final List<String> labels;

		private @Nullable Meter meter;

		LateMeter(Metric metric, List<String> labels) {
			this.metric = metric;
			this.labels = labels;
		}

		@Override
		public void record(double value) {
			BufferedMetricSink.this.buffer.enqueue(new Measurement(this, value));
		}

		private void deliver(double value) {
			Meter known = this.meter;
			if (known == null) {
				known = BufferedMetricSink.this.sink.meter(this.metric, this.labels);
				this.meter = known;
			}
			known.record(value);
		}

	}

}
