package io.coalestra.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.ResourceVersion;
import io.coalestra.key.ResourceKey;

/**
 * A value in a snapshot, with its provenance. A view, made when asked for; immutable.
 *
 * @param <T> the value's type
 * @param key the key
 * @param value the value; the snapshot's own copy unless proven immutable
 * @param source the source or publisher that it is from
 * @param observedAt when the fact was true
 * @param fetchedAt when it was acquired; for a value from the cache, when the snapshot
 * was made
 * @param age how long before {@code fetchedAt} it was observed, never negative
 * @param stale whether it was past its time to live when the snapshot was made
 * @param fromCache whether it was read from the cache
 * @param latency how long acquiring it took; zero from the cache
 * @param attempts how many calls of its source it took; 0 for a publication
 * @param authorityRank the source's authority
 * @param version which revision it is
 * @param dependencyVersions what it was computed from; empty unless derived
 * @param metadata what the source and the engine say about it
 */
public record SnapshotValue<T>(ResourceKey<T> key, T value, String source, Instant observedAt, Instant fetchedAt,
		Duration age, boolean stale, boolean fromCache, Duration latency, int attempts, int authorityRank,
		ResourceVersion version, List<DependencyVersion> dependencyVersions, Map<String, Object> metadata) {
}
