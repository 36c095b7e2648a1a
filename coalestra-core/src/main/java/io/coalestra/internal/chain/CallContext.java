package io.coalestra.internal.chain;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.coalestra.cache.Revision;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceKey;
import io.coalestra.source.FetchContext;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a source is told.
 */
final class CallContext implements FetchContext {

	private final Voyage voyage;

	private final String source;

	private final int attempt;

	private final long deadline;

	private final long latestEnd;

	private final TimeSource time;

	private final RevisionStore store;

	private final PayloadIsolation isolation;

	private final Map<ResourceKey<?>, Revision<?>> handedOut = new ConcurrentHashMap<>(0);

	/**
	 * Makes a context.
	 * @param voyage what causes the call
	 * @param source the source's name
	 * @param attempt which call it is
	 * @param deadline the latest deadline of those who wait
	 * @param latestEnd when the call is given up: the deadline or the source's time limit
	 */
	CallContext(Voyage voyage, String source, int attempt, long deadline, long latestEnd, TimeSource time,
			RevisionStore store, PayloadIsolation isolation) {
		this.voyage = voyage;
		this.isolation = isolation;
		this.source = source;
		this.attempt = attempt;
		this.deadline = deadline;
		this.latestEnd = latestEnd;
		this.time = time;
		this.store = store;
	}

	/**
	 * Runs the call with what was bound to the thread that caused it.
	 * @param call the call
	 */
	void run(Runnable call) {
		this.voyage.captured().run(call);
	}

	@Override
	public Instant requestedAt() {
		return TimeSource.toInstant(this.voyage.requestedAt());
	}

	@Override
	public Optional<Instant> deadline() {
		if (this.deadline == Long.MAX_VALUE) {
			return Optional.empty();
		}
		return Optional.of(this.time.now().plusNanos(this.deadline - this.time.monotonicNanos()));
	}

	@Override
	public Optional<Duration> remaining() {
		if (this.latestEnd == Long.MAX_VALUE) {
			return Optional.empty();
		}
		return Optional.of(Duration.ofNanos(Math.max(0, this.latestEnd - this.time.monotonicNanos())));
	}

	// What one source changes in it, the next must not see.
	@Override
	public Map<String, Object> metadata() {
		return this.isolation.isolateEntries(this.voyage.metadata());
	}

	@Override
	public String snapshotId() {
		return this.voyage.id();
	}

	@Override
	public int attempt() {
		return this.attempt;
	}

	@Override
	public Optional<String> knownVersion(ResourceKey<?> key) {
		Revision<?> stored = this.store.current(key);
		if (stored == null || stored.version().sourceVersion() == null
				|| !stored.provenance().source().equals(this.source)) {
			return Optional.empty();
		}
		this.handedOut.put(key, stored);
		return Optional.ofNullable(stored.version().sourceVersion());
	}

	/**
	 * Returns the value whose version the source was handed: that is what it confirms,
	 * whatever becomes of the cache meanwhile.
	 * @param key the key
	 * @return the value, or null
	 */
	@Nullable Revision<?> handedOut(ResourceKey<?> key) {
		return this.handedOut.get(key);
	}

}
