package io.coalestra.internal.engine;

import io.coalestra.internal.signal.Signals;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.key.ResourceType;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;

/**
 * Counts what builds did, in as few steps as can be: the keys of a warm build are added
 * by runs of one type, not one by one.
 */
final class Meters {

	private final Signals signals;

	private final boolean metering;

	private final boolean tellingHits;

	Meters(Signals signals) {
		this.signals = signals;
		this.metering = signals.isMetering();
		this.tellingHits = signals.wants(EventType.CACHE_HIT);
	}

	boolean isMetering() {
		return this.metering;
	}

	void warmHits(ResourceKeys keys) {
		if (this.metering) {
			int start = 0;
			for (int i = 1; i <= keys.size(); i++) {
				ResourceType<?> type = keys.get(start).type();
				if (i == keys.size() || !keys.get(i).type().equals(type)) {
					this.signals.record(Metric.CACHE_ACCESS, i - start, "fresh", type.namespace(), type.name());
					start = i;
				}
			}
		}
		if (this.tellingHits) {
			keys.forEach(
					(key) -> this.signals.emit(EventType.CACHE_HIT, "resource", key.toString(), "freshness", "fresh"));
		}
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

	void built(String status, long durationNanos) {
		this.signals.count(Metric.SNAPSHOT_BUILD, status);
		this.signals.record(Metric.SNAPSHOT_BUILD_DURATION, durationNanos / 1e6, status);
	}

}
