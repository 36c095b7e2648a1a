package io.coalestra.internal.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import io.coalestra.cache.Revision;
import io.coalestra.cache.SessionToken;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.internal.store.Written;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.ObservationPolicy;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.StandalonePublisher;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.signal.Activity;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.signal.Watch;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Puts what events bring into the cache. All updates of a call are checked and isolated
 * on the calling thread, before the first is written.
 *
 * <p>
 * It has no state but the backlog of submissions; what is written is decided in the
 * store.
 */
public final class CachePublisher implements StandalonePublisher {

	private final RevisionStore store;

	private final PayloadIsolation isolation;

	private final Signals signals;

	private final TimeSource time;

	private final ObservationPolicy observation;

	private final Backlog backlog;

	private final Runnable whenClosed;

	private final @Nullable EngineTier tier;

	// Raised by the first close; read by every operation.
	private volatile boolean closed;

	// Whoever closes it second waits for the first to be through.
	private final ReentrantLock closing = new ReentrantLock();

	// Guarded by the lock.
	private boolean ended;

	/**
	 * Makes a publisher.
	 * @param store writes
	 * @param isolation isolates payloads
	 * @param signals emits
	 * @param time the time
	 * @param observation what is done with future observations
	 * @param submissions the bounds of what is submitted
	 * @param executor writes what is submitted
	 * @param name the name of the builder, or of the publisher itself
	 * @param whenClosed is run when what was submitted has been written
	 * @param tier what is shared with other nodes, or null
	 */
	public CachePublisher(RevisionStore store, PayloadIsolation isolation, Signals signals, TimeSource time,
			ObservationPolicy observation, SubmissionSettings submissions, Executor executor, String name,
			Runnable whenClosed, @Nullable EngineTier tier) {
		this.store = store;
		this.isolation = isolation;
		this.signals = signals;
		this.time = time;
		this.observation = observation;
		this.whenClosed = whenClosed;
		this.tier = tier;
		this.backlog = new Backlog(submissions, executor, "coalestra-" + name + "-publisher");
	}

	@Override
	public List<PublishResult> publishAll(Collection<? extends ResourceUpdate<?>> updates, WriteRule rule) {
		requireOpen();
		Objects.requireNonNull(rule, "rule");
		return write(captured(updates), rule);
	}

	@Override
	public CompletableFuture<PublishResult> submit(ResourceUpdate<?> update) {
		requireOpen();
		List<Draft> captured = captured(List.of(update));
		return this.backlog.submit(() -> write(captured, WriteRule.MONOTONIC).getFirst());
	}

	@Override
	public CompletableFuture<List<PublishResult>> submitAll(Collection<? extends ResourceUpdate<?>> updates,
			WriteRule rule) {
		requireOpen();
		Objects.requireNonNull(rule, "rule");
		List<Draft> captured = captured(updates);
		return this.backlog.submit(() -> write(captured, rule));
	}

	@Override
	public CompletableFuture<Boolean> submitInvalidation(ResourceKey<?> key) {
		requireOpen();
		Objects.requireNonNull(key, "key");
		return this.backlog.submit(() -> removed(key));
	}

	@Override
	public boolean flush(Duration limit) throws InterruptedException {
		return this.backlog.flush(limit);
	}

	@Override
	public SubmissionStatistics submissions() {
		return this.backlog.statistics();
	}

	private void requireOpen() {
		if (this.closed) {
			throw new IllegalStateException("publisher: closed (expected: open)");
		}
	}

	// --- capturing ---

	private List<Draft> captured(Collection<? extends ResourceUpdate<?>> updates) {
		long now = this.time.epochNanos();
		int epoch = this.store.epoch();
		Map<ResourceKey<?>, Draft> drafts = new LinkedHashMap<>();
		for (ResourceUpdate<?> update : updates) {
			Draft draft = draft(update, now, epoch);
			drafts.merge(draft.key(), draft, this::stronger);
		}
		return List.copyOf(drafts.values());
	}

	private Draft stronger(Draft earlier, Draft later) {
		Comparator<Draft> strength = Comparator
			.comparingInt((Draft draft) -> this.store.rankOf(draft.key(), draft.origin().source()))
			.thenComparingLong((draft) -> draft.statement().observedAt());
		return (strength.compare(later, earlier) >= 0) ? later : earlier;
	}

	private Draft draft(ResourceUpdate<?> update, long now, int epoch) {
		long observedAt = (update.observedAt() != null) ? TimeSource.toEpochNanos(update.observedAt()) : now;
		long tolerated = TimeSource.plus(now, TimeSource.toNanos(this.observation.futureTolerance()));
		if (observedAt > tolerated && this.observation.rejectFutureObservations()) {
			throw new IllegalArgumentException("observedAt of " + update.key() + ": " + update.observedAt()
					+ " (expected: at most " + this.observation.futureTolerance() + " after now)");
		}
		Draft.Dating dating = (update.observedAt() != null) ? Draft.Dating.STATED : Draft.Dating.ASSUMED;
		Object value = requireOfType(update);
		boolean shareable = this.isolation.isShareable(value);
		Object isolated = shareable ? value : this.isolation.isolate(value);
		return new Draft(update.key(), new Draft.Content.Value(isolated, shareable),
				new Draft.Origin(update.source(), now, Duration.ZERO, 0, List.of()),
				new Draft.Statement(dating, observedAt, observedAt, null, null, null,
						metadata(update, TimeSource.minus(observedAt, now)), Set.of()),
				new Draft.Event(epoch));
	}

	// Whose types were lost on the way would have its readers fail instead.
	private static Object requireOfType(ResourceUpdate<?> update) {
		Object value = Objects.requireNonNull(update.value());
		Class<?> type = update.key().type().payloadType().rawType();
		if (!type.isInstance(value)) {
			throw new IllegalArgumentException("value of " + update.key() + ": a " + value.getClass().getTypeName()
					+ " (expected: a " + type.getTypeName() + ")");
		}
		return value;
	}

	private Map<String, Object> metadata(ResourceUpdate<?> update, long ahead) {
		Map<String, Object> metadata = new LinkedHashMap<>(this.isolation.isolateEntries(update.metadata()));
		metadata.put("published", true);
		if (ahead > 0) {
			metadata.put("clock_skew_seconds", ahead / 1e9);
		}
		return Collections.unmodifiableMap(metadata);
	}

	// --- writing ---

	private List<PublishResult> write(List<Draft> drafts, WriteRule rule) {
		if (drafts.isEmpty()) {
			return List.of();
		}
		Watch watch = this.signals.activities()
			.begun((name) -> new Activity.Publication(name, drafts.stream().<ResourceKey<?>>map(Draft::key).toList()));
		try {
			Watch.Binding binding = watch.bind();
			List<PublishResult> results;
			try {
				results = writeAll(drafts, rule);
			}
			finally {
				binding.close();
			}
			watch.ended(new Watch.End("success", null, Map.of("stored",
					results.stream().filter((result) -> result.status() == PublishStatus.PUBLISHED).count())));
			return results;
		}
		catch (RuntimeException | Error ex) {
			watch.ended(Watch.End.of("failure", ex));
			throw ex;
		}
	}

	private List<PublishResult> writeAll(List<Draft> drafts, WriteRule rule) {
		List<Written> written = (drafts.size() == 1) ? List.of(this.store.write(drafts.getFirst(), rule))
				: this.store.writeTogether(drafts, rule, null);
		List<PublishResult> results = new ArrayList<>(drafts.size());
		for (int i = 0; i < drafts.size(); i++) {
			results.add(result(drafts.get(i), written.get(i), rule));
		}
		if (this.tier != null) {
			share(this.tier, drafts, written, rule);
		}
		return Collections.unmodifiableList(results);
	}

	// Where the time was only assumed, what comes later is not a duplicate, here as in
	// the
	// cache.
	private static void share(EngineTier tier, List<Draft> drafts, List<Written> written, WriteRule rule) {
		List<Revision<?>> stated = new ArrayList<>(drafts.size());
		List<Revision<?>> assumed = new ArrayList<>();
		for (int i = 0; i < drafts.size(); i++) {
			if (written.get(i).status() == WriteStatus.STORED) {
				boolean isAssumed = drafts.get(i).statement().dating() == Draft.Dating.ASSUMED;
				(isAssumed ? assumed : stated).add(Objects.requireNonNull(written.get(i).offered()));
			}
		}
		tier.published(stated, rule);
		tier.published(assumed, (rule == WriteRule.MONOTONIC) ? WriteRule.REPLACE_EQUAL : rule);
	}

	private PublishResult result(Draft draft, Written written, WriteRule rule) {
		PublishStatus status = PublishStatus.of(written.status());
		Revision<?> current = Objects.requireNonNull((written.stored() != null) ? written.stored() : written.offered());
		Revision<?> previous = written.previous();
		ResourceKey<?> key = draft.key();
		String source = draft.origin().source();
		this.signals.count(Metric.RESOURCE_PUBLISH, status.wireName(), source, key.namespace(), key.name());
		if (status == PublishStatus.PUBLISHED) {
			this.signals.emit(EventType.RESOURCE_PUBLISHED, "resource", key.toString(), "source", source, "observed_at",
					TimeSource.toInstant(draft.statement().observedAt()), "replaced", previous != null, "forced",
					rule == WriteRule.FORCE, "authority_rank", current.provenance().rank());
		}
		else {
			this.signals.emit(EventType.RESOURCE_PUBLISH_IGNORED, "resource", key.toString(), "source", source,
					"status", status.wireName(), "observed_at", TimeSource.toInstant(draft.statement().observedAt()),
					"cached_observed_at", TimeSource.toInstant(current.provenance().observedAt()),
					"candidate_authority_rank", Objects.requireNonNull(written.offered()).provenance().rank(),
					"cached_authority_rank", current.provenance().rank());
		}
		return new PublishResult(key, status, current.version(), (previous != null) ? previous.version() : null,
				SessionToken.of(key, current.provenance().rank(), current.provenance().observedAt()));
	}

	// --- invalidating ---

	@Override
	public boolean invalidate(ResourceKey<?> key) {
		requireOpen();
		return removed(key);
	}

	// The tier first: what is read from it from here on is not what was invalidated, and
	// what was read before is fenced.
	private boolean removed(ResourceKey<?> key) {
		if (this.tier != null) {
			this.tier.invalidated(key);
		}
		boolean cached = this.store.invalidate(key);
		this.signals.count(Metric.RESOURCE_INVALIDATION, key.namespace(), key.name());
		this.signals.emit(EventType.RESOURCE_INVALIDATED, "resource", key.toString(), "reason", "requested");
		return cached;
	}

	@Override
	public int invalidateIf(Predicate<? super ResourceKey<?>> condition) {
		requireOpen();
		this.store.fenceIf(condition);
		int cached = 0;
		for (ResourceKey<?> key : this.store.keys(condition)) {
			cached += removed(key) ? 1 : 0;
		}
		return cached;
	}

	@Override
	public void invalidateTag(String tag) {
		requireOpen();
		this.store.invalidateTag(Objects.requireNonNull(tag, "tag"));
		if (this.tier != null) {
			this.tier.tagInvalidated(tag);
		}
	}

	@Override
	public void clear() {
		requireOpen();
		if (this.tier != null) {
			this.tier.cleared();
		}
		this.store.clear();
	}

	// --- closing ---

	@Override
	public boolean isClosed() {
		return this.closed;
	}

	@Override
	public void close() {
		this.closed = true;
		if (!this.closing.tryLock()) {
			if (this.backlog.workInstead()) {
				// Whoever closes it waits for what runs on this thread.
				return;
			}
			this.closing.lock();
		}
		try {
			if (!this.ended) {
				this.ended = true;
				this.backlog.close();
				this.whenClosed.run();
			}
		}
		finally {
			this.closing.unlock();
		}
	}

}
