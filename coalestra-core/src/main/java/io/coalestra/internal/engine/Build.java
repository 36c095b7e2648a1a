package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.engine.Delivery.Way;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.store.CommitStamp;
import io.coalestra.internal.store.Judgement;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.EventType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotRequest.CacheUse;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One build that has left the warm path: judges the cache, reads what is missing, waits
 * as long as the request lets it, and makes the snapshot.
 *
 * <p>
 * Everything here belongs to the build; only the wait is touched by other threads.
 */
final class Build {

	private static final int MAX_REREADS = 8;

	private final Engine engine;

	private final EngineParts parts;

	private final SnapshotRequest request;

	private final Voyage voyage;

	private final @Nullable Revision<?>[] revisions;

	private final Delivery delivery;

	private final long startedAt;

	private final long deadline;

	private final long softDeadline;

	private long readAtStamp;

	private @Nullable List<Integer> missing;

	Build(Engine engine, SnapshotRequest request, long requestedAt) {
		this.engine = engine;
		this.parts = engine.parts();
		this.request = request;
		this.voyage = new Voyage(requestedAt, request.metadata(), request.snapshotId());
		this.revisions = new Revision<?>[request.keys().size()];
		this.delivery = new Delivery(request.keys().size(), this.voyage);
		this.startedAt = this.parts.time().monotonicNanos();
		Duration limit = (request.deadline() != null) ? request.deadline() : engine.settings().defaultDeadline();
		this.deadline = until(limit);
		this.softDeadline = until(request.softDeadline());
	}

	private long until(@Nullable Duration span) {
		return (span != null) ? TimeSource.plus(this.startedAt, TimeSource.toNanos(span)) : Long.MAX_VALUE;
	}

	Voyage voyage() {
		return this.voyage;
	}

	long deadline() {
		return this.deadline;
	}

	long softDeadline() {
		return this.softDeadline;
	}

	EngineParts parts() {
		return this.parts;
	}

	/**
	 * Judges what the cache holds.
	 * @return the keys that have to be read; empty when the cache answers all
	 */
	List<ResourceKey<?>> readCache() {
		Map<ResourceKey<?>, Judgement.Refresh> due = new LinkedHashMap<>();
		List<Integer> positions = (this.request.cacheUse() == CacheUse.BYPASS) ? bypass() : judgeTogether(due);
		this.missing = positions;
		this.engine.refreshes().schedule(due, this.voyage);
		List<ResourceKey<?>> keys = new ArrayList<>(positions.size());
		positions.forEach((position) -> keys.add(this.request.keys().get(position)));
		return keys;
	}

	private List<Integer> bypass() {
		List<Integer> all = new ArrayList<>(this.revisions.length);
		this.readAtStamp = this.parts.store().commits().begin();
		for (int i = 0; i < this.revisions.length; i++) {
			all.add(i);
			ResourceKey<?> key = this.request.keys().get(i);
			this.engine.meters().access(key, "revalidation_bypass");
			this.parts.signals().emit(EventType.CACHE_BYPASSED, "resource", key.toString(), "reason", "request");
		}
		count(0, 0, all.size());
		return all;
	}

	// What was committed together is judged together: a commit that comes between has
	// everything judged anew.
	private List<Integer> judgeTogether(Map<ResourceKey<?>, Judgement.Refresh> due) {
		CommitStamp commits = this.parts.store().commits();
		Judgement[] judgements = new Judgement[this.revisions.length];
		for (int attempt = 0; attempt < MAX_REREADS; attempt++) {
			this.readAtStamp = commits.begin();
			judgeAll(judgements);
			if (commits.isUnchanged(this.readAtStamp)) {
				return take(judgements, due);
			}
		}
		commits.readExclusively(() -> {
			this.readAtStamp = commits.begin();
			judgeAll(judgements);
		});
		return take(judgements, due);
	}

	private void judgeAll(Judgement[] judgements) {
		long now = this.voyage.requestedAt();
		for (int i = 0; i < judgements.length; i++) {
			judgements[i] = this.parts.store().judge(this.request.keys().get(i), now, this.request.maxAge());
		}
	}

	private List<Integer> take(Judgement[] judgements, Map<ResourceKey<?>, Judgement.Refresh> due) {
		List<Integer> positions = new ArrayList<>();
		int fresh = 0;
		for (int i = 0; i < judgements.length; i++) {
			ResourceKey<?> key = this.request.keys().get(i);
			Judgement judgement = judgements[i];
			switch (judgement.worth()) {
				case FRESH -> {
					fresh++;
					this.revisions[i] = judgement.revision();
					this.engine.meters().hit(key);
				}
				case STALE_SERVED -> {
					this.revisions[i] = judgement.revision();
					this.delivery.way(i, Way.CACHE_STALE);
					this.engine.meters().access(key, "stale_while_revalidate");
				}
				case STALE_FALLBACK, MISSING -> {
					positions.add(i);
					this.engine.meters().access(key, "miss");
				}
			}
			if (judgement.refresh() != Judgement.Refresh.NOT_DUE) {
				due.put(key, judgement.refresh());
			}
		}
		count(fresh, judgements.length - fresh - positions.size(), positions.size());
		return positions;
	}

	private void count(int fresh, int stale, int missed) {
		this.parts.store().countReads(fresh, stale, missed);
		this.voyage.tally().add(Tally.Count.CACHE_HITS, fresh + stale);
		this.voyage.tally().add(Tally.Count.CACHE_MISSES, missed);
	}

	/**
	 * Returns on which terms the missing keys are read.
	 * @return which reads in progress may be joined
	 */
	Joining joining() {
		return (this.request.cacheUse() == CacheUse.BYPASS) ? Joining.NOT_DEPARTED : Joining.ANY;
	}

	/**
	 * Returns whether every required key has something usable, so that the build can end
	 * at its soft deadline.
	 * @param read the reads of the missing keys
	 * @return true if none is lacking
	 */
	boolean hasAllRequired(Acquisition read) {
		List<Integer> positions = Objects.requireNonNull(this.missing);
		for (int i = 0; i < positions.size(); i++) {
			int position = positions.get(i);
			if (position >= this.request.requiredCount()) {
				break;
			}
			if (read.outcome(i) == null && fallback(position) == null) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Makes the snapshot of what is known by now.
	 * @param read the reads of the missing keys, or null when there were none
	 * @param ending why the build ends
	 * @return the snapshot
	 * @throws SnapshotBuildException if a required key has no value
	 */
	Snapshot finish(@Nullable Acquisition read, Ending ending) {
		List<Integer> positions = Objects.requireNonNull(this.missing);
		for (int i = 0; i < positions.size(); i++) {
			settle(positions.get(i), i, Objects.requireNonNull(read), ending);
		}
		if (!this.parts.store().commits().isUnchanged(this.readAtStamp)) {
			catchUpWithCommits();
		}
		this.delivery.duration(Duration.ofNanos(this.parts.time().monotonicNanos() - this.startedAt));
		Snapshot snapshot = new ArraySnapshot(this.request, this.revisions, this.voyage.requestedAt(),
				this.parts.services().isolation(), this.delivery);
		List<ResourceFailure> failures = requiredFailures();
		report(snapshot, failures);
		if (!failures.isEmpty()) {
			throw new SnapshotBuildException(failures, snapshot);
		}
		return snapshot;
	}

	private void settle(int position, int slot, Acquisition read, Ending ending) {
		this.delivery.flight(position, read.flight(slot));
		switch (read.outcome(slot)) {
			case FlightOutcome.Landed landed -> {
				this.revisions[position] = landed.revision();
				boolean fromCache = landed.supersededSource() != null;
				this.delivery.superseded(position, landed.supersededSource());
				this.delivery.way(position,
						fromCache ? Way.CACHE_FRESH : read.isJoined(slot) ? Way.JOINED : Way.SOURCE);
			}
			case FlightOutcome.FellBack fellBack -> {
				if (mayStandIn(fellBack.revision())) {
					standIn(position, fellBack.revision(), fellBack.failure());
				}
				else {
					fail(position, fellBack.failure());
				}
			}
			case FlightOutcome.Failed failed -> fail(position, failed.failure());
			case null -> unanswered(position, ending);
		}
	}

	private void unanswered(int position, Ending ending) {
		ResourceFailure failure = ResourceFailure.of(this.request.keys().get(position), ending.kind,
				this.delivery.flight(position) != null
						? Objects.requireNonNull(this.delivery.flight(position)).failures() : List.of());
		Revision<?> fallback = fallback(position);
		if (fallback != null && ending != Ending.CANCELLED) {
			standIn(position, fallback, failure);
		}
		else {
			fail(position, failure);
		}
	}

	private @Nullable Revision<?> fallback(int position) {
		long now = this.parts.time().epochNanos();
		Revision<?> found = this.parts.store().fallback(this.request.keys().get(position), now);
		return (found != null && mayStandIn(found)) ? found : null;
	}

	/**
	 * Returns whether this request may be answered with a value that no read of its own
	 * brought.
	 * @param revision the revision
	 * @return true unless the request passes the cache by, or the value is too old for it
	 */
	boolean mayStandIn(Revision<?> revision) {
		Duration maxAge = this.request.maxAge();
		boolean youngEnough = maxAge == null
				|| this.parts.time().epochNanos() - revision.provenance().observedAt() <= TimeSource.toNanos(maxAge);
		return this.request.cacheUse() == CacheUse.READ && youngEnough;
	}

	private void standIn(int position, Revision<?> revision, ResourceFailure failure) {
		this.revisions[position] = revision;
		if (!this.parts.store().isStale(revision, this.parts.time().epochNanos())) {
			this.delivery.way(position, Way.CACHE_FRESH);
			return;
		}
		this.delivery.way(position, Way.CACHE_FALLBACK);
		this.delivery.failure(position, failure);
		this.engine.meters().access(failure.key(), "stale_fallback");
		this.parts.signals()
			.emit(EventType.STALE_FALLBACK_USED, "resource", failure.key().toString(), "error_type",
					failure.kind().name());
	}

	private void fail(int position, ResourceFailure failure) {
		this.delivery.way(position, Way.FAILED);
		this.delivery.failure(position, failure);
	}

	/**
	 * Something was committed while the build waited: what was read before it and what
	 * came after it must not be mixed. Every key that the cache knows a newer value of by
	 * now takes that.
	 */
	private void catchUpWithCommits() {
		CommitStamp commits = this.parts.store().commits();
		for (int attempt = 0; attempt < MAX_REREADS; attempt++) {
			long begun = commits.begin();
			takeNewer();
			if (commits.isUnchanged(begun)) {
				return;
			}
		}
		commits.readExclusively(this::takeNewer);
	}

	private void takeNewer() {
		long now = this.parts.time().epochNanos();
		for (int i = 0; i < this.revisions.length; i++) {
			Judgement judgement = this.parts.store().judge(this.request.keys().get(i), now, this.request.maxAge());
			Revision<?> newer = judgement.revision();
			Revision<?> held = this.revisions[i];
			boolean moved = newer != null && ((held == null) ? this.request.cacheUse() == CacheUse.READ
					: newer.version().sequence() > held.version().sequence());
			if (judgement.worth() == Judgement.Worth.FRESH && moved) {
				this.revisions[i] = newer;
				this.delivery.way(i, Way.CACHE_FRESH);
			}
		}
	}

	private List<ResourceFailure> requiredFailures() {
		List<ResourceFailure> failures = new ArrayList<>();
		for (int i = 0; i < this.request.requiredCount(); i++) {
			Revision<?> revision = this.revisions[i];
			if (revision != null && revision.isAbsent()) {
				fail(i, ResourceFailure.of(this.request.keys().get(i), ResourceFailure.Kind.ABSENT, List.of()));
			}
			if (this.delivery.way(i) == Way.FAILED) {
				failures.add(Objects.requireNonNull(this.delivery.failure(i)));
			}
		}
		return failures;
	}

	private void report(Snapshot snapshot, List<ResourceFailure> failures) {
		this.engine.meters().built(failures.isEmpty() ? "success" : "error", this.delivery.duration().toNanos());
		if (this.parts.signals().wants(EventType.SNAPSHOT_BUILT)) {
			this.parts.signals()
				.emit(EventType.SNAPSHOT_BUILT, "snapshot_id", snapshot.id(), "resources", this.request.keys().size(),
						"resolved", snapshot.diagnostics().resolved(), "failed", snapshot.errors().size(),
						"build_failed", !failures.isEmpty(), "diagnostics", snapshot.diagnostics());
		}
	}

	/**
	 * Why a build ends.
	 */
	enum Ending {

		/** Everything is known. */
		COMPLETE(ResourceFailure.Kind.INTERNAL),

		/** The soft deadline has passed, and nothing required is lacking. */
		SOFT_DEADLINE(ResourceFailure.Kind.STILL_LOADING),

		/** The deadline has passed. */
		DEADLINE(ResourceFailure.Kind.DEADLINE_EXCEEDED),

		/** The caller gave up. */
		CANCELLED(ResourceFailure.Kind.CANCELLED);

		private final ResourceFailure.Kind kind;

		Ending(ResourceFailure.Kind kind) {
			this.kind = kind;
		}

	}

}
