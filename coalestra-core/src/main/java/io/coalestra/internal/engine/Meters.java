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
import io.coalestra.time.TimeSource;

/**
 * Counts what builds did, in as few steps as can be: the keys of a warm build are added
 * by runs of one type, not one by one, to meters that were found beforehand.
 */
final class Meters {

	// Reading the clock costs a warm build twice what all its meters do, so that not each
	// is timed.
	private static final int TIMING_BITS = 4;

	private static final int WARM_BUILDS_TO_A_TIMED_ONE = 1 << TIMING_BITS;

	// By which neighbouring times fall anywhere: the golden ratio, as a fraction of 2^64.
	private static final long SCATTER = 0x9E3779B97F4A7C15L;

	private final Signals signals;

	private final TimeSource time;

	private final boolean metering;

	private final boolean tellingHits;

	private final MetricSink.Meter warmBuilds;

	private final MetricSink.Meter warmBuildTime;

	// Filled once for each type, which are few.
	private final ConcurrentMap<ResourceType<?>, MetricSink.Meter> freshHits = new ConcurrentHashMap<>();

	Meters(Signals signals, TimeSource time) {
		this.signals = signals;
		this.time = time;
		this.metering = signals.isMetering();
		this.tellingHits = signals.wants(EventType.CACHE_HIT);
		this.warmBuilds = signals.meter(Metric.SNAPSHOT_BUILD, "success", "warm");
		this.warmBuildTime = signals.meter(Metric.SNAPSHOT_WARM_BUILD_TIME);
	}

	/**
	 * Counts a build that the cache alone has answered.
	 * @param keys its keys, all of them fresh
	 * @param now when it began: nanoseconds since the epoch
	 */
	void builtWarm(ResourceKeys keys, long now) {
		if (this.metering) {
			for (ResourceKeys.Run run : keys.runs()) {
				freshHits(run.type()).record(run.count());
			}
			this.warmBuilds.record(1);
			if (isTimed(now)) {
				long duration = Math.max(0, this.time.epochNanos() - now);
				this.warmBuildTime.record(WARM_BUILDS_TO_A_TIMED_ONE * (duration / 1e6));
			}
		}
		if (this.tellingHits) {
			keys.forEach(
					(key) -> this.signals.emit(EventType.CACHE_HIT, "resource", key.toString(), "freshness", "fresh"));
		}
	}

	// Chosen by the moment at which it began, which nothing else depends on: no state is
	// shared for it. Clocks may tick in steps of more than sixteen nanoseconds, so that
	// the lowest bits alone would not do.
	private static boolean isTimed(long now) {
		return (now * SCATTER) >>> (Long.SIZE - TIMING_BITS) == 0;
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

	/**
	 * Counts a build that has left the warm path.
	 * @param status what it came to
	 * @param durationNanos how long it took
	 */
	void builtCold(String status, long durationNanos) {
		this.signals.count(Metric.SNAPSHOT_BUILD, status, "cold");
		this.signals.record(Metric.SNAPSHOT_BUILD_DURATION, durationNanos / 1e6, status);
	}

}
