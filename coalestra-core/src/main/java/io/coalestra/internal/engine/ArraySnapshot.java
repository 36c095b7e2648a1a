package io.coalestra.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.engine.Delivery.Way;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.subscription.TracedSnapshot;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.snapshot.Explanation;
import io.coalestra.snapshot.ResourceUnavailableException;
import io.coalestra.snapshot.SnapshotDiagnostics;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotValue;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot as an array of revisions over the keys of its request. Everything else is
 * made when it is asked for.
 *
 * <p>
 * The arrays are written before the snapshot is handed out and never after. Copies of
 * payloads that are not proven immutable are made on first reading and kept; they are
 * guarded by the map's monitor.
 */
final class ArraySnapshot implements TracedSnapshot {

	// An updater, not an object of its own a snapshot: a warm build makes two objects.
	private static final AtomicReferenceFieldUpdater<ArraySnapshot, @Nullable Lazy> LAZY = AtomicReferenceFieldUpdater
		.newUpdater(ArraySnapshot.class, Lazy.class, "lazy");

	private final ResourceKeys keys;

	private final @Nullable Revision<?>[] revisions;

	private final long createdAt;

	private final PayloadIsolation isolation;

	private final @Nullable Delivery delivery;

	private final @Nullable Instant coherenceUnknownSince;

	// Set once by whichever reader first needs it, through LAZY; all see the same.
	private volatile @Nullable Lazy lazy;

	ArraySnapshot(SnapshotRequest request, @Nullable Revision<?>[] revisions, long createdAt,
			PayloadIsolation isolation, @Nullable Delivery delivery, @Nullable Instant coherenceUnknownSince) {
		this(request.keys(), request.snapshotId(), revisions, createdAt, isolation, delivery, coherenceUnknownSince);
	}

	ArraySnapshot(ResourceKeys keys, @Nullable String givenId, @Nullable Revision<?>[] revisions, long createdAt,
			PayloadIsolation isolation, @Nullable Delivery delivery, @Nullable Instant coherenceUnknownSince) {
		this.keys = keys;
		this.revisions = revisions;
		this.createdAt = createdAt;
		this.isolation = isolation;
		this.delivery = delivery;
		this.coherenceUnknownSince = coherenceUnknownSince;
		if (givenId != null) {
			// Written only where there is something to write: a volatile write, even of
			// null,
			// costs as much as reading the cache.
			this.lazy = new Lazy(givenId);
		}
	}

	/**
	 * Returns the same snapshot for somebody else, whose copies of mutable payloads are
	 * its own.
	 * @return a snapshot of the same id
	 */
	ArraySnapshot apart() {
		return new ArraySnapshot(this.keys, (this.delivery != null) ? null : id(), this.revisions, this.createdAt,
				this.isolation, this.delivery, this.coherenceUnknownSince);
	}

	@Override
	public @Nullable Revision<?> revision(int position) {
		return this.revisions[position];
	}

	@Override
	public boolean isStale(int position) {
		return Way.STALE.contains(wayOf(position));
	}

	@Override
	public boolean isMadeWithoutCalls() {
		return this.delivery == null || this.delivery.tally().of(Tally.Count.SOURCE_CALLS) == 0;
	}

	@Override
	public String id() {
		return (this.delivery != null) ? this.delivery.voyage().id() : lazy().id;
	}

	private Lazy lazy() {
		Lazy present = this.lazy;
		if (present != null) {
			return present;
		}
		Lazy made = new Lazy(UUID.randomUUID().toString());
		return LAZY.compareAndSet(this, null, made) ? made : Objects.requireNonNull(this.lazy);
	}

	@Override
	public Instant createdAt() {
		return TimeSource.toInstant(this.createdAt);
	}

	@Override
	public Optional<Instant> coherenceUnknownSince() {
		return Optional.ofNullable(this.coherenceUnknownSince);
	}

	@Override
	public ResourceKeys keys() {
		return this.keys;
	}

	@Override
	public <T> T get(ResourceKey<T> key) {
		int position = requirePosition(key);
		return payload(key, requireRevision(position), position);
	}

	@Override
	public <T> Optional<T> find(ResourceKey<T> key) {
		int position = keys().indexOf(key);
		Revision<?> revision = (position >= 0) ? this.revisions[position] : null;
		return (revision != null && !revision.isAbsent()) ? Optional.of(payload(key, revision, position))
				: Optional.empty();
	}

	@Override
	public <T> SnapshotValue<T> value(ResourceKey<T> key) {
		int position = requirePosition(key);
		return valueOf(key, requireRevision(position), position);
	}

	@Override
	public <T> Optional<SnapshotValue<T>> findValue(ResourceKey<T> key) {
		int position = keys().indexOf(key);
		Revision<?> revision = (position >= 0) ? this.revisions[position] : null;
		return (revision != null && !revision.isAbsent()) ? Optional.of(valueOf(key, revision, position))
				: Optional.empty();
	}

	private int requirePosition(ResourceKey<?> key) {
		int position = keys().indexOf(key);
		if (position < 0) {
			throw new IllegalArgumentException("key: " + key + " (expected: a key of the request)");
		}
		return position;
	}

	private Revision<?> requireRevision(int position) {
		Revision<?> revision = this.revisions[position];
		if (revision != null && !revision.isAbsent()) {
			return revision;
		}
		throw new ResourceUnavailableException(Optional.ofNullable(failureAt(position))
			.orElseGet(() -> ResourceFailure.of(keys().get(position), ResourceFailure.Kind.ABSENT, List.of())));
	}

	private <T> T payload(ResourceKey<T> key, Revision<?> revision, int position) {
		Object stored = Objects.requireNonNull(revision.payload());
		Class<T> type = key.type().payloadType().rawType();
		if (!type.isInstance(stored)) {
			throw new ClassCastException("value of " + key + ": a " + stored.getClass().getTypeName() + " (expected: a "
					+ type.getTypeName() + ")");
		}
		return type.cast(revision.isShareable() ? stored : lazy().copy(position, stored, this.isolation));
	}

	private <T> SnapshotValue<T> valueOf(ResourceKey<T> key, Revision<?> revision, int position) {
		Revision.Provenance from = revision.provenance();
		Way way = wayOf(position);
		long fetchedAt = !way.isCache() ? from.fetchedAt()
				: (this.delivery != null) ? this.delivery.takenAt(position) : this.createdAt;
		return new SnapshotValue<>(key, payload(key, revision, position), from.source(),
				TimeSource.toInstant(from.observedAt()), TimeSource.toInstant(fetchedAt),
				Duration.ofNanos(Math.max(0, TimeSource.minus(fetchedAt, from.observedAt()))), Way.STALE.contains(way),
				way.isCache(), way.isCache() ? Duration.ZERO : from.latency(), from.attempts(), from.rank(),
				revision.version(), from.dependencies(),
				metadata(this.isolation.isolateEntries(from.metadata()), way, position));
	}

	private Map<String, Object> metadata(Map<String, Object> own, Way way, int position) {
		Delivery known = this.delivery;
		if (known == null || ((way == Way.CACHE_FRESH || way == Way.SOURCE || way == Way.TIER)
				&& known.superseded(position) == null && !known.isRefreshing(position))) {
			return own;
		}
		Map<String, Object> more = new LinkedHashMap<>(own);
		switch (way) {
			case JOINED -> more.put("coalesced_request", true);
			case CACHE_STALE -> {
				more.put("refresh_mode", "stale_while_revalidate");
				more.put("refresh_scheduled", known.isRefreshing(position));
			}
			case CACHE_FALLBACK -> fallbackMetadata(known.failure(position), more);
			case CACHE_FRESH -> {
				if (known.isRefreshing(position)) {
					more.put("refresh_scheduled", true);
				}
			}
			case SOURCE, SOURCE_STALE, TIER, FAILED -> {
			}
		}
		if (known.superseded(position) != null) {
			more.put("superseded_source", Objects.requireNonNull(known.superseded(position)));
		}
		return Collections.unmodifiableMap(more);
	}

	private static void fallbackMetadata(@Nullable ResourceFailure failure, Map<String, Object> metadata) {
		if (failure != null) {
			metadata.put("fallback_error_type", failure.kind().name());
			metadata.put("fallback_error", failure.message());
		}
	}

	private Way wayOf(int position) {
		return (this.delivery != null) ? this.delivery.way(position) : Way.CACHE_FRESH;
	}

	// A key that fell back has a value; why it had to is told beside it, not as an error.
	private @Nullable ResourceFailure failureAt(int position) {
		return (this.delivery != null && this.delivery.way(position) == Way.FAILED) ? this.delivery.failure(position)
				: null;
	}

	@Override
	public SequencedMap<ResourceKey<?>, SnapshotValue<?>> values() {
		SequencedMap<ResourceKey<?>, SnapshotValue<?>> values = new LinkedHashMap<>();
		for (int i = 0; i < this.revisions.length; i++) {
			Revision<?> revision = this.revisions[i];
			if (revision != null && !revision.isAbsent()) {
				values.put(keys().get(i), valueOf(keys().get(i), revision, i));
			}
		}
		return Collections.unmodifiableSequencedMap(values);
	}

	@Override
	public SequencedMap<ResourceKey<?>, ResourceFailure> errors() {
		SequencedMap<ResourceKey<?>, ResourceFailure> errors = new LinkedHashMap<>();
		for (int i = 0; i < this.revisions.length; i++) {
			ResourceFailure failure = failureAt(i);
			if (failure != null) {
				errors.put(keys().get(i), failure);
			}
		}
		return Collections.unmodifiableSequencedMap(errors);
	}

	@Override
	public Optional<ResourceFailure> errorFor(ResourceKey<?> key) {
		int position = keys().indexOf(key);
		return (position >= 0) ? Optional.ofNullable(failureAt(position)) : Optional.empty();
	}

	@Override
	public boolean isAbsent(ResourceKey<?> key) {
		int position = keys().indexOf(key);
		Revision<?> revision = (position >= 0) ? this.revisions[position] : null;
		return revision != null && revision.isAbsent();
	}

	@Override
	public List<ResourceKey<?>> staleKeys() {
		List<ResourceKey<?>> stale = new ArrayList<>();
		for (int i = 0; i < this.revisions.length; i++) {
			if (Way.STALE.contains(wayOf(i))) {
				stale.add(keys().get(i));
			}
		}
		return Collections.unmodifiableList(stale);
	}

	@Override
	public boolean isComplete() {
		if (this.delivery != null) {
			for (int i = 0; i < this.revisions.length; i++) {
				if (this.delivery.way(i) == Way.FAILED) {
					return false;
				}
			}
		}
		return true;
	}

	@Override
	public SnapshotDiagnostics diagnostics() {
		int failed = errors().size();
		int resolved = 0;
		long oldest = Long.MAX_VALUE;
		long newest = Long.MIN_VALUE;
		for (Revision<?> revision : this.revisions) {
			if (revision != null && !revision.isAbsent()) {
				resolved++;
				oldest = Math.min(oldest, revision.provenance().observedAt());
				newest = Math.max(newest, revision.provenance().observedAt());
			}
		}
		Duration skew = (resolved > 1) ? Duration.ofNanos(TimeSource.minus(newest, oldest)) : Duration.ZERO;
		Delivery known = this.delivery;
		if (known == null) {
			return new SnapshotDiagnostics(Duration.ZERO, keys().size(), resolved, failed, keys().size(), 0, 0, 0, 0, 0,
					0, 0, 0, 0, 0, 0, 0, skew, Map.of(), Map.of());
		}
		Tally tally = known.tally();
		Map<String, Integer> calls = new HashMap<>();
		Map<String, Duration> latencies = new HashMap<>();
		tally.calls().forEach((source, sum) -> {
			calls.put(source, sum.number());
			latencies.put(source, Duration.ofNanos(sum.latencyNanos()));
		});
		return new SnapshotDiagnostics(known.duration(), keys().size(), resolved, failed,
				tally.of(Tally.Count.CACHE_HITS), tally.of(Tally.Count.CACHE_MISSES), staleKeys().size(),
				tally.of(Tally.Count.COALESCED), tally.of(Tally.Count.SOURCE_CALLS), tally.of(Tally.Count.BATCH_CALLS),
				tally.of(Tally.Count.DERIVED_CALLS), tally.of(Tally.Count.BATCH_CHUNKS), tally.of(Tally.Count.RETRIES),
				tally.of(Tally.Count.REFRESHES), tally.of(Tally.Count.SUPPORT_HITS),
				tally.of(Tally.Count.SUPPORT_MISSES), tally.of(Tally.Count.FUTURE_REJECTIONS), skew, calls, latencies);
	}

	@Override
	public Explanation explain(ResourceKey<?> key) {
		return explain(requirePosition(key));
	}

	@Override
	public List<Explanation> explain() {
		List<Explanation> all = new ArrayList<>(this.revisions.length);
		for (int i = 0; i < this.revisions.length; i++) {
			all.add(explain(i));
		}
		return Collections.unmodifiableList(all);
	}

	private Explanation explain(int position) {
		Way way = wayOf(position);
		Revision<?> revision = this.revisions[position];
		List<Explanation.Step> steps = new ArrayList<>();
		Delivery known = this.delivery;
		Flight flight = (known != null) ? known.flight(position) : null;
		steps.add(new Explanation.Step(Duration.ZERO, "cache", "",
				(known == null || flight == null) ? verdictOf(way, revision) : known.whyRead(position)));
		if (flight != null) {
			steps.addAll(flight.trail());
		}
		Duration last = steps.getLast().after();
		if (revision != null) {
			Revision.Provenance from = revision.provenance();
			Duration took = way.isCache() ? last : last.plus(from.latency());
			steps.add(new Explanation.Step(took, "value", from.source(),
					"version " + revision.version() + ", rank " + from.rank() + ", observed "
							+ TimeSource.toInstant(from.observedAt()) + ", attempts " + from.attempts()));
		}
		ResourceFailure failure = (this.delivery != null) ? this.delivery.failure(position) : null;
		if (failure != null) {
			steps.add(new Explanation.Step(last, (way == Way.FAILED) ? "failure" : "fallback", "", failure.message()));
		}
		return new Explanation(keys().get(position), way.sentence(), steps);
	}

	private static String verdictOf(Way way, @Nullable Revision<?> revision) {
		return (revision == null) ? way.sentence() : switch (way) {
			case CACHE_STALE -> "stale, and usable";
			case CACHE_FALLBACK -> "stale, and stands in";
			case CACHE_FRESH, SOURCE, SOURCE_STALE, TIER, JOINED, FAILED ->
				"fresh until " + TimeSource.toInstant(revision.lifetime().freshUntil());
		};
	}

	@Override
	public String toString() {
		return "Snapshot[" + keys().size() + " keys, " + errors().size() + " errors]";
	}

	/**
	 * What few snapshots need: an id, and own copies of mutable payloads.
	 */
	private static final class Lazy {

		private final String id;

		private final Map<Integer, Object> copies = new HashMap<>();

		private Lazy(String id) {
			this.id = id;
		}

		private Object copy(int position, Object stored, PayloadIsolation isolation) {
			synchronized (this.copies) {
				return this.copies.computeIfAbsent(position, (key) -> isolation.isolate(stored));
			}
		}

	}

}
