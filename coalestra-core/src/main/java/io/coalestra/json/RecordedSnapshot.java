package io.coalestra.json;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.snapshot.Explanation;
import io.coalestra.snapshot.ResourceUnavailableException;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotDiagnostics;
import io.coalestra.snapshot.SnapshotValue;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that was written down and read back. Immutable but for the payloads, which
 * belong to whoever read it.
 */
final class RecordedSnapshot implements Snapshot {

	private final String id;

	private final Instant createdAt;

	private final ResourceKeys keys;

	private final SequencedMap<ResourceKey<?>, SnapshotValue<?>> values;

	private final SequencedMap<ResourceKey<?>, ResourceFailure> errors;

	private final Set<ResourceKey<?>> absent;

	private final SnapshotDiagnostics diagnostics;

	private final @Nullable Instant coherenceUnknownSince;

	RecordedSnapshot(String id, Instant createdAt, ResourceKeys keys, List<SnapshotValue<?>> values,
			List<ResourceFailure> errors, Set<ResourceKey<?>> absent, SnapshotDiagnostics diagnostics,
			@Nullable Instant coherenceUnknownSince) {
		this.id = id;
		this.createdAt = createdAt;
		this.keys = keys;
		SequencedMap<ResourceKey<?>, SnapshotValue<?>> byKey = new LinkedHashMap<>();
		values.forEach((value) -> byKey.put(value.key(), value));
		this.values = Collections.unmodifiableSequencedMap(byKey);
		SequencedMap<ResourceKey<?>, ResourceFailure> failures = new LinkedHashMap<>();
		errors.forEach((failure) -> failures.put(failure.key(), failure));
		this.errors = Collections.unmodifiableSequencedMap(failures);
		this.absent = Set.copyOf(absent);
		this.diagnostics = diagnostics;
		this.coherenceUnknownSince = coherenceUnknownSince;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public Instant createdAt() {
		return this.createdAt;
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
		return value(key).value();
	}

	@Override
	public <T> Optional<T> find(ResourceKey<T> key) {
		return findValue(key).map(SnapshotValue::value);
	}

	@Override
	public <T> SnapshotValue<T> value(ResourceKey<T> key) {
		requireAsked(key);
		return findValue(key).orElseThrow(() -> new ResourceUnavailableException(
				errorFor(key).orElseGet(() -> ResourceFailure.of(key, ResourceFailure.Kind.ABSENT, List.of()))));
	}

	private void requireAsked(ResourceKey<?> key) {
		if (!this.keys.contains(key)) {
			throw new IllegalArgumentException("key: " + key + " (expected: a key of the request)");
		}
	}

	@Override
	public <T> Optional<SnapshotValue<T>> findValue(ResourceKey<T> key) {
		SnapshotValue<?> found = this.values.get(key);
		return (found != null) ? Optional.of(typed(key, found)) : Optional.empty();
	}

	private static <T> SnapshotValue<T> typed(ResourceKey<T> key, SnapshotValue<?> value) {
		return new SnapshotValue<>(key, key.type().payloadType().rawType().cast(value.value()), value.source(),
				value.observedAt(), value.fetchedAt(), value.age(), value.stale(), value.fromCache(), value.latency(),
				value.attempts(), value.authorityRank(), value.version(), value.dependencyVersions(), value.metadata());
	}

	@Override
	public SequencedMap<ResourceKey<?>, SnapshotValue<?>> values() {
		return this.values;
	}

	@Override
	public SequencedMap<ResourceKey<?>, ResourceFailure> errors() {
		return this.errors;
	}

	@Override
	public Optional<ResourceFailure> errorFor(ResourceKey<?> key) {
		return Optional.ofNullable(this.errors.get(key));
	}

	@Override
	public boolean isAbsent(ResourceKey<?> key) {
		return this.absent.contains(key);
	}

	@Override
	public List<ResourceKey<?>> staleKeys() {
		List<ResourceKey<?>> stale = new ArrayList<>();
		this.values.forEach((key, value) -> {
			if (value.stale()) {
				stale.add(key);
			}
		});
		return Collections.unmodifiableList(stale);
	}

	@Override
	public boolean isComplete() {
		return this.errors.isEmpty();
	}

	@Override
	public SnapshotDiagnostics diagnostics() {
		return this.diagnostics;
	}

	@Override
	public Explanation explain(ResourceKey<?> key) {
		requireAsked(key);
		SnapshotValue<?> value = this.values.get(key);
		if (value != null) {
			return new Explanation(key, "read back from a record", List.of(new Explanation.Step(value.latency(),
					"value", value.source(), "version " + value.version() + ", observed " + value.observedAt())));
		}
		String why = errorFor(key).map(ResourceFailure::message).orElse("the resource does not exist");
		return new Explanation(key, "read back from a record",
				List.of(new Explanation.Step(Duration.ZERO, "failure", "", why)));
	}

	@Override
	public List<Explanation> explain() {
		return this.keys.stream().map(this::explain).toList();
	}

	@Override
	public String toString() {
		return "Snapshot[" + this.keys.size() + " keys, " + this.errors.size() + " errors, recorded " + this.createdAt
				+ "]";
	}

}
