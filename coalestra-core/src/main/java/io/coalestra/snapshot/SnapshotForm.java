package io.coalestra.snapshot;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.key.ResourceKey;

/**
 * The serialized form of snapshots. Lists where order counts, instants in ISO 8601,
 * durations as numbers with their unit in the name.
 */
final class SnapshotForm {

	private static final String SCHEMA = "coalestra.snapshot";

	private static final int VERSION = 1;

	private SnapshotForm() {
	}

	static SequencedMap<String, Object> of(Snapshot snapshot) {
		SequencedMap<String, Object> form = new LinkedHashMap<>();
		form.put("schema", SCHEMA);
		form.put("schema_version", VERSION);
		form.put("snapshot_id", snapshot.id());
		form.put("created_at", snapshot.createdAt().toString());
		form.put("complete", snapshot.isComplete());
		form.put("keys", snapshot.keys().stream().map(ResourceKey::toString).toList());
		form.put("resources", snapshot.values().values().stream().map(SnapshotForm::of).toList());
		form.put("absent", snapshot.keys().stream().filter(snapshot::isAbsent).map(ResourceKey::toString).toList());
		form.put("errors", snapshot.errors().values().stream().map(ResourceFailure::toMap).toList());
		snapshot.coherenceUnknownSince().ifPresent((since) -> form.put("coherence_unknown_since", since.toString()));
		form.put("diagnostics", of(snapshot.diagnostics()));
		return Collections.unmodifiableSequencedMap(form);
	}

	private static Map<String, Object> of(SnapshotValue<?> value) {
		Map<String, Object> form = new LinkedHashMap<>();
		form.put("resource", value.key().toString());
		form.put("value", value.value());
		form.put("source", value.source());
		form.put("observed_at", value.observedAt().toString());
		form.put("fetched_at", value.fetchedAt().toString());
		form.put("age_seconds", seconds(value.age()));
		form.put("stale", value.stale());
		form.put("from_cache", value.fromCache());
		form.put("latency_ms", millis(value.latency()));
		form.put("attempts", value.attempts());
		form.put("authority_rank", value.authorityRank());
		form.put("version", of(value.version()));
		form.put("dependency_versions", value.dependencyVersions().stream().map(SnapshotForm::of).toList());
		form.put("metadata", value.metadata());
		return Collections.unmodifiableMap(form);
	}

	private static Map<String, Object> of(ResourceVersion version) {
		Map<String, Object> form = new LinkedHashMap<>();
		form.put("origin", version.origin());
		form.put("sequence", version.sequence());
		if (version.sourceVersion() != null) {
			form.put("source_version", version.sourceVersion());
		}
		return Collections.unmodifiableMap(form);
	}

	private static Map<String, Object> of(DependencyVersion dependency) {
		Map<String, Object> form = new LinkedHashMap<>();
		form.put("resource", dependency.key().toString());
		form.put("version", of(dependency.version()));
		return Collections.unmodifiableMap(form);
	}

	private static Map<String, Object> of(SnapshotDiagnostics diagnostics) {
		Map<String, Object> form = new LinkedHashMap<>();
		form.put("duration_ms", millis(diagnostics.duration()));
		form.put("requested_resources", diagnostics.requested());
		form.put("resolved_resources", diagnostics.resolved());
		form.put("failed_resources", diagnostics.failed());
		form.put("cache_hits", diagnostics.cacheHits());
		form.put("cache_misses", diagnostics.cacheMisses());
		form.put("stale_values", diagnostics.staleValues());
		form.put("coalesced_requests", diagnostics.coalesced());
		form.put("source_calls", diagnostics.sourceCalls());
		form.put("batch_calls", diagnostics.batchCalls());
		form.put("derived_calls", diagnostics.derivedCalls());
		form.put("batch_chunks", diagnostics.batchChunks());
		form.put("retries", diagnostics.retries());
		form.put("refresh_scheduled", diagnostics.refreshesScheduled());
		form.put("support_cache_hits", diagnostics.supportHits());
		form.put("support_cache_misses", diagnostics.supportMisses());
		form.put("future_timestamp_rejections", diagnostics.futureRejections());
		form.put("observation_skew_ms", millis(diagnostics.observationSkew()));
		form.put("source_calls_by_source", diagnostics.sourceCallsBySource());
		Map<String, Object> latencies = new LinkedHashMap<>();
		diagnostics.sourceLatencyBySource().forEach((source, latency) -> latencies.put(source, millis(latency)));
		form.put("source_latency_ms_by_source", Collections.unmodifiableMap(latencies));
		return Collections.unmodifiableMap(form);
	}

	// Exact to the nanosecond for spans of up to 104 days.
	private static double seconds(Duration span) {
		return span.getSeconds() + span.getNano() / 1e9;
	}

	private static double millis(Duration span) {
		return span.toNanos() / 1e6;
	}

}
