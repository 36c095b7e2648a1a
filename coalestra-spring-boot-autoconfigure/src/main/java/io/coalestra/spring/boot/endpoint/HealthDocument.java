package io.coalestra.spring.boot.endpoint;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.health.BuilderHealth;
import io.coalestra.health.BuilderHealth.Capacity;
import io.coalestra.health.BuilderHealth.CircuitCount;
import io.coalestra.health.BuilderHealth.Finding;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes the health of a builder in its versioned form: readers branch on the version and
 * pass over fields that they do not know.
 */
final class HealthDocument {

	private HealthDocument() {
	}

	static Map<String, @Nullable Object> of(BuilderHealth health) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("schema", "coalestra.builder-health");
		document.put("schema_version", 1);
		document.put("taken_at", health.takenAt().toString());
		document.put("closed", health.closed());
		document.put("background_refreshes", health.backgroundRefreshes());
		document.put("singleflight_in_flight", health.flights());
		document.put("oldest_flight_seconds", seconds(health.oldestFlight()));
		document.put("source_support_cache_entries", health.rememberedSupport());
		document.put("capacity", values(health.capacity(), HealthDocument::capacity));
		document.put("waiting_for_capacity", health.waitingForCapacity());
		document.put("cache", cache(health.cache()));
		document.put("circuits", health.circuits().stream().map(HealthDocument::circuit).toList());
		document.put("runaway_calls", health.runawayCalls());
		document.put("queue_timeout_count", health.queueTimeouts());
		document.put("source_timeout_count", health.sourceTimeouts());
		document.put("deadline_exceeded_count", health.deadlinesExceeded());
		document.put("inline_overruns", health.inlineOverruns());
		document.put("source_timeout_guarantees", values(health.timeoutGuarantees(), HealthDocument::guarantee));
		document.put("source_transport_timeout_violations", health.transportTimeoutViolations());
		document.put("observability_failure_count", health.containedSinkFailures());
		document.put("assessment", assessment(health));
		return document;
	}

	private static Map<String, Object> assessment(BuilderHealth health) {
		List<Finding> findings = health.findings();
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("schema", "coalestra.builder-health-assessment");
		document.put("schema_version", 1);
		document.put("severity", health.severity().name().toLowerCase(Locale.ROOT));
		document.put("reasons", findings.stream().map(Finding::reason).distinct().toList());
		document.put("findings", findings.stream().map(HealthDocument::finding).toList());
		return document;
	}

	private static Map<String, Object> finding(Finding finding) {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("reason", finding.reason());
		document.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
		document.put("component", finding.component());
		document.put("message", finding.message());
		return document;
	}

	private static Map<String, Object> capacity(Capacity capacity) {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("limit", capacity.limit());
		document.put("in_use", capacity.inUse());
		document.put("waiting", capacity.waiting());
		return document;
	}

	private static Map<String, Object> cache(CacheStatistics cache) {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("size", cache.size());
		document.put("max_entries", cache.maxEntries());
		document.put("fresh_hits", cache.freshHits());
		document.put("stale_hits", cache.staleHits());
		document.put("misses", cache.misses());
		document.put("writes", cache.writes());
		document.put("invalidations", cache.invalidations());
		document.put("evictions", cache.evictions());
		document.put("expirations", cache.expirations());
		return document;
	}

	private static Map<String, Object> circuit(CircuitCount circuit) {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("source", circuit.source());
		document.put("scope", circuit.scope());
		document.put("state", circuit.state());
		document.put("count", circuit.count());
		return document;
	}

	private static Map<String, @Nullable Object> guarantee(TimeoutGuarantee guarantee) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("status", guarantee.status().wireName());
		document.put("safe", guarantee.safe());
		document.put("transport_timeout_seconds", seconds(guarantee.transportTimeout()));
		document.put("source_timeout_seconds", seconds(guarantee.sourceTimeout()));
		return document;
	}

	private static <V> Map<String, Object> values(Map<String, V> map, Function<V, Object> form) {
		Map<String, Object> document = new LinkedHashMap<>();
		map.forEach((name, value) -> document.put(name, form.apply(value)));
		return document;
	}

	private static @Nullable Double seconds(@Nullable Duration duration) {
		return (duration != null) ? TimeSource.toNanos(duration) / 1e9 : null;
	}

}
