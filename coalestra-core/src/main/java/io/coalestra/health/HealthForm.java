package io.coalestra.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import io.coalestra.cache.CacheStatistics;
import io.coalestra.health.BuilderHealth.Capacity;
import io.coalestra.health.BuilderHealth.CircuitCount;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.source.TimeoutGuarantee.Status;
import org.jspecify.annotations.Nullable;

/**
 * Writes the state of a builder in its versioned form.
 */
final class HealthForm {

	private HealthForm() {
	}

	static Map<String, @Nullable Object> of(BuilderHealth health, HealthAssessment assessment) {
		Map<String, @Nullable Object> document = new LinkedHashMap<>();
		document.put("schema", "coalestra.builder-health");
		document.put("schema_version", 1);
		document.put("taken_at", health.takenAt().toString());
		document.put("builder", health.builder());
		document.put("closed", health.closed());
		document.put("background_refreshes", health.backgroundRefreshes());
		document.put("singleflight_in_flight", health.flights());
		document.put("oldest_flight_seconds", WireValues.seconds(health.oldestFlight()));
		document.put("source_support_cache_entries", health.rememberedSupport());
		document.put("capacity", values(health.capacity(), HealthForm::capacity));
		document.put("waiting_for_capacity", health.waitingForCapacity());
		document.put("cache", cache(health.cache()));
		document.put("circuits", health.circuits().stream().map(HealthForm::circuit).toList());
		document.put("running_calls", health.runningCalls());
		document.put("runaway_calls", health.runawayCalls());
		document.put("queue_timeout_count", health.queueTimeouts());
		document.put("source_timeout_count", health.sourceTimeouts());
		document.put("deadline_exceeded_count", health.deadlinesExceeded());
		document.put("inline_overruns", health.inlineOverruns());
		document.put("revalidation_attempt_count", health.revalidations().attempts());
		document.put("revalidation_failure_count", health.revalidations().failures());
		putGuarantees(document, health);
		putBuffers(document, health);
		putCopies(document, health.payloadCopies());
		putSubmissions(document, health.submissions());
		document.put("subscriptions", subscriptions(health.subscriptions()));
		document.put("components", values(health.components(), ComponentHealth::toMap));
		document.put("assessment", assessment.toMap());
		return document;
	}

	private static void putGuarantees(Map<String, @Nullable Object> document, BuilderHealth health) {
		document.put("source_timeout_guarantees", values(health.timeoutGuarantees(), HealthForm::guarantee));
		document.put("blocking_source_count",
				health.timeoutGuarantees()
					.values()
					.stream()
					.map(TimeoutGuarantee::status)
					.filter((status) -> status != Status.NON_BLOCKING && status != Status.UNDECLARED)
					.count());
		document.put("protected_blocking_source_count", count(health, Status.PROTECTED));
		document.put("unsafe_blocking_source_count",
				count(health, Status.UNSAFE_TIMEOUT_MISSING) + count(health, Status.UNSAFE_TIMEOUT_NOT_WITHIN_SOURCE));
		document.put("undeclared_source_timeout_count", count(health, Status.UNDECLARED));
		document.put("source_transport_timeout_violation_count", health.transportTimeoutViolationCount());
		document.put("source_transport_timeout_violations", health.transportTimeoutViolations());
	}

	private static long count(BuilderHealth health, Status status) {
		return health.timeoutGuarantees().values().stream().filter((guarantee) -> guarantee.status() == status).count();
	}

	private static void putBuffers(Map<String, @Nullable Object> document, BuilderHealth health) {
		document.put("observability_buffers", values(health.buffers(), HealthForm::buffer));
		document.put("observability_pending", health.pendingSinkRecords());
		document.put("observability_peak_pending",
				health.buffers().values().stream().mapToLong(BufferStatistics::peakPending).sum());
		document.put("observability_dropped_count", health.droppedSinkRecords());
		document.put("observability_failure_count", health.sinkFailures());
		document.put("observability_shutdown_incomplete",
				health.buffers().values().stream().anyMatch(BufferStatistics::shutdownIncomplete));
		document.put("observability_shutdown_timeout_count", health.sinkShutdownTimeouts());
	}

	private static void putCopies(Map<String, @Nullable Object> document, PayloadCopyHealth copies) {
		document.put("active_payload_copies", copies.active());
		document.put("payload_copy_peak_active", copies.peakActive());
		document.put("payload_copy_completed_count", copies.completed());
		document.put("payload_copy_failure_count", copies.failed());
		document.put("payload_copy_longest_seconds", WireValues.seconds(copies.longest()));
	}

	private static void putSubmissions(Map<String, @Nullable Object> document, SubmissionStatistics submissions) {
		document.put("pending_submissions", submissions.pending());
		document.put("max_pending_submissions", submissions.maxPending());
		document.put("submission_accepted_count", submissions.accepted());
		document.put("submission_failed_count", submissions.failed());
		document.put("submission_refused_count", submissions.refused());
	}

	private static Map<String, Object> subscriptions(BuilderHealth.Subscriptions subscriptions) {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("active", subscriptions.active());
		document.put("watched_keys", subscriptions.watchedKeys());
		document.put("delivered", subscriptions.delivered());
		document.put("failed_builds", subscriptions.failedBuilds());
		document.put("failed_subscribers", subscriptions.failedSubscribers());
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
		document.put("transport_timeout_seconds", WireValues.seconds(guarantee.transportTimeout()));
		document.put("source_timeout_seconds", WireValues.seconds(guarantee.sourceTimeout()));
		return document;
	}

	private static Map<String, Object> buffer(BufferStatistics buffer) {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("enqueued", buffer.enqueued());
		document.put("delivered", buffer.delivered());
		document.put("dropped", buffer.dropped());
		document.put("failures", buffer.failures());
		document.put("pending", buffer.pending());
		document.put("closed", buffer.closed());
		document.put("max_pending", buffer.maxPending());
		document.put("peak_pending", buffer.peakPending());
		document.put("worker_alive", buffer.workerAlive());
		document.put("shutdown_timeout_count", buffer.shutdownTimeouts());
		return document;
	}

	private static <V> Map<String, Object> values(Map<String, V> map, Function<V, ?> form) {
		Map<String, Object> document = new LinkedHashMap<>();
		map.forEach((name, value) -> document.put(name, form.apply(value)));
		return document;
	}

}
