package io.coalestra.internal.engine;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.coalestra.internal.signal.Signals;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.key.ResourceType;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.signal.MetricSink;

/**
 * Counts what builds did, in as few steps as can be: the keys of a warm build are added
 * by runs of one type, not one by one, to meters that were found beforehand.
 */
final class Meters {

	private static final String SUCCESS = "success";

	private final Signals signals;

	private final boolean metering;

	private final boolean tellingHits;

	private final MetricSink.Meter succeeded;

	private final MetricSink.Meter successDuration;

	// Filled once for each type, which are few.
	private final ConcurrentMap<ResourceType<?>, MetricSink.Meter> freshHits = new ConcurrentHashMap<>();

	Meters(Signals signals) {
		this.signals = signals;
		this.metering = signals.isMetering();
		this.tellingHits = signals.wants(EventType.CACHE_HIT);
		this.succeeded = signals.meter(Metric.SNAPSHOT_BUILD, SUCCESS);
		this.successDuration = signals.meter(Metric.SNAPSHOT_BUILD_DURATION, SUCCESS);
	}

	boolean isMetering() {
		return this.metering;
	}

	void warmHits(ResourceKeys keys) {
		if (this.metering) {
			for (ResourceKeys.Run run : keys.runs()) {
				freshHits(run.type()).record(run.count());
			}
		}
		if (this.tellingHits) {
			keys.forEach(
					(key) -> this.signals.emit(EventType.CACHE_HIT, "resource", key.toString(), "freshness", "fresh"));
		}
	}

	private MetricSink.Meter freshHits(ResourceType<?> type) {
		MetricSink.Meter known = this.freshHits.get(type);
		return (known != null) ? known : this.freshHits.computeIfAbsent(type,
				(wanted) -> this.signals.meter(Metric.CACHE_ACCESS, "fresh", wanted.namespace(), wanted.name()));
	}

	void access(ResourceKey<?> key, String status) {
		if (this.metering) {
			this.signals.count(Metric.CACHE_ACCESS, status, key.namespace(), key.name());
		}
	}

	void hit(ResourceKey<?> key) {
		access(key, "fresh");
		if (this.tellingHits) {
			this.signals.emit(EventType.CACHE_HIT, "resource", key.toString(), "freshness", "fresh");
		}
	}

	void builtWarm(long durationNanos) {
		this.succeeded.record(1);
		this.successDuration.record(durationNanos / 1e6);
	}

	void built(String status, long durationNanos) {
		this.signals.count(Metric.SNAPSHOT_BUILD, status);
		this.signals.record(Metric.SNAPSHOT_BUILD_DURATION, durationNanos / 1e6, status);
	}

}
