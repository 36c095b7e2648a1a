package io.coalestra.internal.chain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.source.Dependencies;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The revisions that a derivation is computed from. Each read of a payload that is not
 * proven immutable is a copy of its own.
 */
final class DependencyValues implements Dependencies {

	private final ResourceKeys keys;

	private final List<Revision<?>> revisions;

	private final boolean[] stale;

	private final PayloadIsolation isolation;

	DependencyValues(ResourceKeys keys, List<Revision<?>> revisions, boolean[] stale, PayloadIsolation isolation) {
		this.keys = keys;
		this.revisions = revisions;
		this.stale = stale;
		this.isolation = isolation;
	}

	@Override
	public ResourceKeys keys() {
		return this.keys;
	}

	@Override
	public <T> T get(ResourceKey<T> key) {
		return this.<T>find(key)
			.orElseThrow(() -> new NoSuchElementException("dependency " + key + ": the resource does not exist"));
	}

	@Override
	public <T> Optional<T> find(ResourceKey<T> key) {
		Revision<?> revision = this.revisions.get(position(key));
		@Nullable Object payload = revision.payload();
		if (payload == null) {
			return Optional.empty();
		}
		T typed = key.type().payloadType().rawType().cast(payload);
		return Optional.of(revision.isShareable() ? typed : this.isolation.isolate(typed));
	}

	@Override
	public Instant observedAt(ResourceKey<?> key) {
		return TimeSource.toInstant(this.revisions.get(position(key)).provenance().observedAt());
	}

	@Override
	public boolean isStale(ResourceKey<?> key) {
		return this.stale[position(key)];
	}

	boolean isAnyStale() {
		for (boolean one : this.stale) {
			if (one) {
				return true;
			}
		}
		return false;
	}

	private int position(ResourceKey<?> key) {
		int position = this.keys.indexOf(key);
		if (position < 0) {
			throw new IllegalArgumentException(
					"key: " + key + " (expected: a declared dependency, one of " + this.keys + ")");
		}
		return position;
	}

	/**
	 * Returns whether a value would be computed from just what it was computed from, one
	 * of which has been read again since and found to be unchanged.
	 * @param computed the value
	 * @return true if nothing else can come of computing it
	 */
	boolean confirm(Revision<?> computed) {
		List<DependencyVersion> from = computed.provenance().dependencies();
		if (from.size() != this.revisions.size() || isAnyStale()) {
			return false;
		}
		boolean confirmed = false;
		for (int i = 0; i < from.size(); i++) {
			Revision<?> now = this.revisions.get(i);
			if (!from.get(i).key().equals(now.key()) || !from.get(i).version().isSameAs(now.version())) {
				return false;
			}
			confirmed |= now.provenance().fetchedAt() > computed.provenance().fetchedAt();
		}
		return confirmed;
	}

	List<DependencyVersion> versions() {
		List<DependencyVersion> versions = new ArrayList<>(this.revisions.size());
		for (Revision<?> revision : this.revisions) {
			versions.add(new DependencyVersion(revision.key(), revision.version()));
		}
		return List.copyOf(versions);
	}

	// Without dependencies there is nothing to inherit an age from.
	long oldestObservation(long otherwise) {
		return this.revisions.stream()
			.mapToLong((revision) -> revision.provenance().observedAt())
			.min()
			.orElse(otherwise);
	}

}
