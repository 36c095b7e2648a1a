package io.coalestra.internal.signal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.signal.MetricSink;
import io.coalestra.time.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events and metrics to the sinks. Whatever a sink throws ends here: it is counted,
 * and logged the first time.
 */
public final class Signals {

	private static final Logger logger = LoggerFactory.getLogger(Signals.class);

	private final Map<EventType, List<EventSink>> sinks = new EnumMap<>(EventType.class);

	// Filled by the constructor; the warm path asks it once a build.
	private final Set<EventType> wanted = EnumSet.noneOf(EventType.class);

	private final MetricSink metricSink;

	private final boolean metering;

	private final TimeSource timeSource;

	// Filled once for each combination of labels, which are few by the label rule.
	private final ConcurrentMap<MeterName, MetricSink.Meter> meters = new ConcurrentHashMap<>();

	private final AtomicLong contained = new AtomicLong();

	private final Activities activities;

	/**
	 * Makes an emitter.
	 * @param connected take the events that they want, and the metrics
	 * @param timeSource dates events
	 */
	public Signals(Sinks connected, TimeSource timeSource) {
		this(connected, timeSource, "", ActivityWatcher.NONE);
	}

	/**
	 * Makes an emitter that is also watched.
	 * @param connected take the events that they want, and the metrics
	 * @param timeSource dates events
	 * @param builder the builder's name
	 * @param watcher follows what is done
	 */
	public Signals(Sinks connected, TimeSource timeSource, String builder, ActivityWatcher watcher) {
		this.activities = new Activities(builder, watcher, this::contain, this::contained);
		this.metricSink = connected.metricSink();
		this.metering = !MetricSink.NONE.equals(this.metricSink);
		this.timeSource = timeSource;
		for (EventType type : EventType.values()) {
			List<EventSink> wanting = new ArrayList<>();
			for (EventSink sink : connected.eventSinks()) {
				contain(() -> {
					if (sink.wants(type)) {
						wanting.add(sink);
					}
				});
			}
			this.sinks.put(type, List.copyOf(wanting));
			if (!wanting.isEmpty()) {
				this.wanted.add(type);
			}
		}
	}

	/**
	 * Returns who is told of what begins.
	 * @return the teller
	 */
	public Activities activities() {
		return this.activities;
	}

	/**
	 * Returns whether any sink wants events of a type; asked before one is made.
	 * @param type the type
	 * @return true if one does
	 */
	public boolean wants(EventType type) {
		return this.wanted.contains(type);
	}

	private List<EventSink> sinksOf(EventType type) {
		return this.sinks.getOrDefault(type, List.of());
	}

	/**
	 * Returns whether metrics go anywhere.
	 * @return false if there is no sink of metrics
	 */
	public boolean isMetering() {
		return this.metering;
	}

	/**
	 * Emits an event.
	 * @param type what happened
	 * @param fields names and values in turn
	 */
	public void emit(EventType type, Object... fields) {
		List<EventSink> wanting = sinksOf(type);
		if (wanting.isEmpty()) {
			return;
		}
		SequencedMap<String, Object> named = new LinkedHashMap<>();
		for (int i = 0; i < fields.length; i += 2) {
			named.put((String) fields[i], fields[i + 1]);
		}
		Event event = new Event(type, this.timeSource.now(), named);
		for (EventSink sink : wanting) {
			contain(() -> sink.emit(event));
		}
	}

	/**
	 * Adds one to a counter.
	 * @param metric the counter
	 * @param labels the values of its labels
	 */
	public void count(Metric metric, String... labels) {
		record(metric, 1, labels);
	}

	/**
	 * Adds to a counter, or records an observation.
	 * @param metric the metric
	 * @param value how much
	 * @param labels the values of its labels
	 */
	public void record(Metric metric, double value, String... labels) {
		if (isMetering()) {
			meter(metric, labels).record(value);
		}
	}

	/**
	 * Finds a meter, for who records so often that looking it up each time would be felt.
	 * @param metric the metric
	 * @param labels the values of its labels
	 * @return the meter, which contains what the sink throws
	 */
	public MetricSink.Meter meter(Metric metric, String... labels) {
		if (!isMetering()) {
			return MetricSink.Meter.NONE;
		}
		MeterName name = new MeterName(metric, List.of(labels));
		// Nearly always there: looked for without the lock that adding takes.
		MetricSink.Meter known = this.meters.get(name);
		return (known != null) ? known : this.meters.computeIfAbsent(name, this::made);
	}

	private MetricSink.Meter made(MeterName name) {
		MetricSink.Meter[] meter = { MetricSink.Meter.NONE };
		contain(() -> meter[0] = this.metricSink.meter(name.metric(), name.labels()));
		return MetricSink.Meter.NONE.equals(meter[0]) ? MetricSink.Meter.NONE : new ContainedMeter(meter[0]);
	}

	/**
	 * Runs what an application is told by, and keeps what it throws.
	 * @param delivery tells it
	 */
	public void contain(Runnable delivery) {
		try {
			delivery.run();
		}
		catch (Throwable thrown) {
			contained(thrown);
		}
	}

	private void contained(Throwable thrown) {
		if (this.contained.getAndIncrement() == 0) {
			logger.warn("A sink failed; this and further failures of sinks are contained and counted", thrown);
		}
	}

	/**
	 * Returns how many exceptions of sinks were contained.
	 * @return the number of exceptions
	 */
	public long containedFailures() {
		return this.contained.get();
	}

	/**
	 * Keeps what a meter throws.
	 */
	private final class ContainedMeter implements MetricSink.Meter {

		private final MetricSink.Meter meter;

		private ContainedMeter(MetricSink.Meter meter) {
			this.meter = meter;
		}

		@Override
		public void record(double value) {
			try {
				this.meter.record(value);
			}
			catch (Throwable thrown) {
				contained(thrown);
			}
		}

	}

	private record MeterName(Metric metric, List<String> labels) {
	}

}
