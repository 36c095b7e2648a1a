package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.engine.Delivery.Way;
import io.coalestra.internal.engine.Leg.Purpose;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.Pins.Age;
import io.coalestra.internal.flight.Pins.Pin;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.store.CommitStamp;
import io.coalestra.internal.store.Judgement;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.internal.verdict.Candidates;
import io.coalestra.internal.verdict.Verdict;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.signal.EventType;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotRequest.CacheUse;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What a build has found for each of its keys by now: a value or a failure, and how it
 * came about. A key has one place here, so that it cannot have both.
 *
 * <p>
 * Belongs to one build, and is touched by one thread at a time. What was held before the
 * build began is never replaced.
 */
final class Findings implements Candidates, Agreement.Taken {

	private static final int MAX_REREADS = 8;

	private final Engine engine;

	private final EngineParts parts;

	private final SnapshotRequest request;

	private final ResourceKeys keys;

	private final @Nullable Agreement agreement;

	private final Voyage voyage;

	private final @Nullable Revision<?>[] revisions;

	private final Delivery delivery;

	private final boolean[] held;

	private long readAtStamp;

	/**
	 * Makes the findings of a build that has found nothing yet.
	 * @param engine the engine
	 * @param request what is asked for
	 * @param keys its keys, and then others that are read with them
	 * @param agreement with what is held, or null where nothing is
	 * @param voyage of the build
	 */
	Findings(Engine engine, SnapshotRequest request, ResourceKeys keys, @Nullable Agreement agreement, Voyage voyage) {
		this.engine = engine;
		this.parts = engine.parts();
		this.request = request;
		this.keys = keys;
		this.agreement = agreement;
		this.voyage = voyage;
		this.revisions = new Revision<?>[keys.size()];
		this.delivery = new Delivery(keys.size(), voyage);
		this.held = new boolean[keys.size()];
	}

	private RevisionStore store() {
		return this.parts.store();
	}

	private long now() {
		return this.parts.time().epochNanos();
	}

	// --- before anything is read ---

	/**
	 * Takes what is held already.
	 * @param basis what is held
	 */
	void hold(Basis basis) {
		for (int i = 0; i < this.keys.size(); i++) {
			Entry entry = basis.held().get(this.keys.get(i));
			ResourceFailure failure = basis.failures().get(this.keys.get(i));
			if (entry != null) {
				this.held[i] = true;
				this.revisions[i] = entry.revision();
				this.delivery.take(i, entry);
			}
			else if (failure != null) {
				this.held[i] = true;
				fail(i, failure);
			}
		}
	}

	/**
	 * Takes what the cache has of keys that are not held, unless the request passes it
	 * by.
	 * @return the positions of what is missing, ascending
	 */
	List<Integer> takeCached() {
		List<Integer> wanted = new ArrayList<>(this.keys.size());
		for (int i = 0; i < this.keys.size(); i++) {
			if (!this.held[i]) {
				wanted.add(i);
			}
		}
		return isBypassing() ? bypass(wanted) : readCache(wanted);
	}

	private List<Integer> bypass(List<Integer> wanted) {
		this.readAtStamp = store().commits().begin();
		this.delivery.passedCacheBy();
		for (int position : wanted) {
			ResourceKey<?> key = this.keys.get(position);
			this.engine.meters().access(key, "revalidation_bypass");
			this.parts.signals().emit(EventType.CACHE_BYPASSED, "resource", key.toString(), "reason", "request");
		}
		count(0, 0, wanted.size());
		return wanted;
	}

	private List<Integer> readCache(List<Integer> wanted) {
		CacheReading reading = CacheReading.of(store(), this.keys, wanted, this.voyage.requestedAt(),
				this.request.maxAge());
		this.readAtStamp = reading.readAt();
		Map<ResourceKey<?>, Judgement.Refresh> due = Map.of();
		List<Integer> missing = new ArrayList<>();
		int fresh = 0;
		for (int position : wanted) {
			ResourceKey<?> key = this.keys.get(position);
			Judgement judgement = Objects.requireNonNull(reading.judgements().get(position));
			if (judgement.revision() != null && isOutdated(judgement.revision())) {
				// Stored since the token was heeded.
				judgement = Judgement.MISSING;
			}
			switch (judgement.worth()) {
				case FRESH -> {
					fresh++;
					this.revisions[position] = judgement.revision();
					this.engine.meters().hit(key);
				}
				case STALE_SERVED -> {
					this.revisions[position] = judgement.revision();
					this.delivery.way(position, Way.CACHE_STALE);
					this.engine.meters().access(key, "stale_while_revalidate");
				}
				case STALE_FALLBACK, MISSING -> {
					missing.add(position);
					this.engine.meters().access(key, "miss");
					if (judgement.revision() != null) {
						this.delivery.foundStale(position);
					}
				}
			}
			if (judgement.refresh() != Judgement.Refresh.NOT_DUE) {
				due = due.isEmpty() ? new LinkedHashMap<>() : due;
				due.put(key, judgement.refresh());
			}
		}
		count(fresh, wanted.size() - fresh - missing.size(), missing.size());
		if (!due.isEmpty()) {
			for (ResourceKey<?> refreshing : this.engine.refreshes().schedule(due, this.voyage)) {
				this.delivery.refreshing(this.keys.indexOf(refreshing));
			}
		}
		return missing;
	}

	private void count(int fresh, int stale, int missed) {
		store().counts().cold(fresh, stale, missed);
		this.voyage.tally().add(Tally.Count.CACHE_HITS, fresh + stale);
		this.voyage.tally().add(Tally.Count.CACHE_MISSES, missed);
	}

	boolean isBypassing() {
		return this.request.cacheUse() == CacheUse.BYPASS;
	}

	// --- what came ---

	/**
	 * Takes what a leg has brought by its end.
	 * @param leg the leg
	 * @param read its reads
	 * @param ending why it ends
	 */
	void take(Leg leg, Acquisition read, Ending ending) {
		for (int i = 0; i < leg.positions().size(); i++) {
			int position = leg.positions().get(i);
			FlightOutcome outcome = read.outcome(i);
			if (leg.purpose() == Purpose.REPAIR && !(outcome instanceof FlightOutcome.Landed)) {
				// What there was stays, and is judged once more.
				continue;
			}
			this.delivery.flight(position, read.flight(i));
			this.delivery.joined(position, read.isJoined(i));
			switch (outcome) {
				case FlightOutcome.Landed landed -> land(position, landed, read.isJoined(i));
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
		if (!store().commits().isUnchanged(this.readAtStamp)) {
			catchUpWithCommits();
		}
	}

	private boolean isOutdated(Revision<?> revision) {
		return !this.request.token().admits(revision, this.voyage.requestedAt());
	}

	private void land(int position, FlightOutcome.Landed landed, boolean joined) {
		Revision<?> winner = landed.revision();
		boolean fromCache = landed.supersededSource() != null;
		Revision<?> lost = landed.lost();
		if (lost != null && (isTooOld(winner) || isOutdated(winner)) && isYounger(lost, winner) && !isOutdated(lost)) {
			take(position, lost, joined ? Way.JOINED : Way.SOURCE);
		}
		else if (isOutdated(winner)) {
			fail(position, new ResourceFailure(this.keys.get(position), ResourceFailure.Kind.SOURCES_FAILED, List.of(),
					"all that is known is older than what the request's token names"));
		}
		else {
			this.delivery.superseded(position, landed.supersededSource());
			take(position, winner, fromCache ? Way.CACHE_FRESH : joined ? Way.JOINED : wayOf(winner));
		}
	}

	private static boolean isYounger(Revision<?> one, Revision<?> other) {
		return one.provenance().observedAt() > other.provenance().observedAt();
	}

	private void take(int position, Revision<?> revision, Way way) {
		this.revisions[position] = revision;
		this.delivery.way(position, way);
	}

	private boolean isTooOld(Revision<?> revision) {
		Duration maxAge = this.request.maxAge();
		return maxAge != null && TimeSource.minus(this.voyage.requestedAt(),
				revision.provenance().observedAt()) > TimeSource.toNanos(maxAge);
	}

	private static Way wayOf(Revision<?> revision) {
		return EngineTier.isFromTier(revision) ? Way.TIER : Way.SOURCE;
	}

	/**
	 * Gives up on a key that has no outcome: a stale value stands in where it may.
	 * @param position the key's position
	 * @param ending why no more is waited for
	 */
	void unanswered(int position, Ending ending) {
		Flight flight = this.delivery.flight(position);
		ResourceFailure failure = ResourceFailure.of(this.keys.get(position), ending.kind(),
				(flight != null) ? flight.progress().failures() : List.of());
		Revision<?> fallback = fallback(position);
		if (fallback != null && ending.allowsFallback()) {
			standIn(position, fallback, failure);
		}
		else {
			fail(position, failure);
		}
	}

	private @Nullable Revision<?> fallback(int position) {
		Revision<?> found = store().fallback(this.keys.get(position), now());
		return (found != null && mayStandIn(found)) ? found : null;
	}

	/**
	 * Returns whether something in the cache can stand in for a key.
	 * @param position the key's position
	 * @return true if so
	 */
	boolean hasFallback(int position) {
		try {
			return fallback(position) != null;
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw.
			return false;
		}
	}

	/**
	 * Returns whether this request may be answered with a value that no read of its own
	 * brought.
	 * @param revision the revision
	 * @return true unless the request passes the cache by, or the value is too old for
	 * it, or was derived from other values than the session holds
	 */
	boolean mayStandIn(Revision<?> revision) {
		Duration maxAge = this.request.maxAge();
		boolean youngEnough = maxAge == null
				|| TimeSource.minus(now(), revision.provenance().observedAt()) <= TimeSource.toNanos(maxAge);
		return !isBypassing() && youngEnough && !isOutdated(revision)
				&& (this.agreement == null || this.agreement.admits(revision));
	}

	private void standIn(int position, Revision<?> revision, ResourceFailure failure) {
		this.revisions[position] = revision;
		if (!store().isStale(revision, now())) {
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
	 * Puts a failure in the place of whatever there is.
	 * @param position the key's position
	 * @param failure the failure
	 */
	void reject(int position, ResourceFailure failure) {
		this.revisions[position] = null;
		fail(position, failure);
	}

	/**
	 * Something was committed while the build waited: what was read before it and what
	 * came after it must not be mixed. Every key that the cache knows a newer value of by
	 * now takes that, unless it was held before.
	 */
	private void catchUpWithCommits() {
		CommitStamp commits = store().commits();
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
		long now = now();
		for (int i = 0; i < this.revisions.length; i++) {
			if (this.held[i]) {
				continue;
			}
			Judgement judgement = store().judge(this.keys.get(i), now, this.request.maxAge());
			Revision<?> newer = judgement.revision();
			Revision<?> present = this.revisions[i];
			boolean moved = newer != null
					&& ((present == null) ? !isBypassing() : newer.version().sequence() > present.version().sequence());
			if (judgement.worth() == Judgement.Worth.FRESH && moved && newer != null && !isOutdated(newer)) {
				take(i, newer, Way.CACHE_FRESH);
				this.delivery.failure(i, null);
			}
		}
	}

	// --- what there is ---

	boolean has(int position) {
		return this.revisions[position] != null;
	}

	boolean isHeld(int position) {
		return this.held[position];
	}

	boolean hasFailed(int position) {
		return this.delivery.way(position) == Way.FAILED;
	}

	/**
	 * Returns whether a key has come to nothing yet, neither a value nor a failure.
	 * @param position the key's position
	 * @return true if it is still to be read
	 */
	boolean isOpen(int position) {
		return !this.held[position] && !has(position) && !hasFailed(position);
	}

	/**
	 * Returns a value that this build itself has read, or one that was held.
	 * @param position the key's position
	 * @return the value and how it came about, or null where the key failed
	 */
	@Nullable Entry entry(int position) {
		Revision<?> revision = this.revisions[position];
		return (revision != null && !hasFailed(position)) ? this.delivery.entry(position, revision) : null;
	}

	@Nullable ResourceFailure failure(int position) {
		return hasFailed(position) ? this.delivery.failure(position) : null;
	}

	@Override
	public @Nullable Revision<?> at(int position) {
		return !hasFailed(position) ? this.revisions[position] : null;
	}

	// What a source has just given is as fresh as can be, however short its time to live.
	@Override
	public boolean isStale(int position) {
		Way way = this.delivery.way(position);
		boolean read = !this.held[position] && (way == Way.SOURCE || way == Way.TIER || way == Way.JOINED);
		Revision<?> revision = this.revisions[position];
		return Way.STALE.contains(way) || (!read && revision != null && now() > revision.lifetime().freshUntil());
	}

	// --- agreement with what is held ---

	@Override
	public @Nullable Pin pin(int position) {
		Entry entry = this.held[position] ? null : entry(position);
		return (entry != null) ? entry.pin() : null;
	}

	@Override
	public void replace(int position, Pin pin) {
		Revision<?> present = this.revisions[position];
		if (present == null || !present.version().isSameAs(pin.revision().version())) {
			this.revisions[position] = pin.revision();
			this.delivery.way(position, (pin.age() == Age.STALE) ? Way.CACHE_STALE : Way.CACHE_FRESH);
		}
	}

	/**
	 * Takes over what derived values brought along, and their staleness.
	 * @param agreed what the stage has taken over
	 * @param position the key's position
	 */
	void agree(Agreement agreed, int position) {
		Pin pin = agreed.pins().get(this.keys.get(position));
		if (pin != null && !has(position)) {
			// Not read by itself, but taken over as the input of another.
			replace(position, pin);
		}
		if (pin != null && pin.isStale() && !Way.STALE.contains(this.delivery.way(position))) {
			this.delivery.way(position, Way.SOURCE_STALE);
		}
	}

	/**
	 * Returns what was to be read anew, and was not: it does not serve from the cache as
	 * an input either.
	 * @return the keys
	 */
	Set<ResourceKey<?>> barred() {
		Set<ResourceKey<?>> barred = new HashSet<>();
		for (int i = 0; isBypassing() && i < this.keys.size(); i++) {
			if (!this.held[i] && hasFailed(i)) {
				barred.add(this.keys.get(i));
			}
		}
		return barred;
	}

	// --- what it comes to ---

	/**
	 * Holds what there is against the request.
	 * @return what is lacking
	 */
	Verdict judge() {
		List<ResourceFailure> required = new ArrayList<>();
		List<ResourceFailure> optional = new ArrayList<>();
		for (int i = 0; i < this.request.keys().size(); i++) {
			boolean isRequired = i < this.request.requiredCount();
			Revision<?> revision = this.revisions[i];
			if (hasFailed(i)) {
				(isRequired ? required : optional).add(Objects.requireNonNull(this.delivery.failure(i)));
			}
			else if (isRequired && revision != null && revision.isAbsent()) {
				required.add(absence(i));
			}
		}
		return Verdict.of(this.request, this, now(), required, optional);
	}

	private ResourceFailure absence(int position) {
		return ResourceFailure.of(this.keys.get(position), ResourceFailure.Kind.ABSENT, List.of());
	}

	int failed() {
		int failed = 0;
		for (int i = 0; i < this.keys.size(); i++) {
			failed += hasFailed(i) ? 1 : 0;
		}
		return failed;
	}

	/**
	 * Makes a snapshot of what there is. Nothing is found afterwards.
	 * @param duration how long finding it took
	 * @return the snapshot
	 */
	ArraySnapshot snapshot(Duration duration) {
		for (int i = 0; i < this.request.requiredCount(); i++) {
			Revision<?> revision = this.revisions[i];
			if (revision != null && revision.isAbsent()) {
				fail(i, absence(i));
			}
		}
		this.delivery.ended(duration);
		return new ArraySnapshot(this.request, this.revisions, this.voyage.requestedAt(),
				this.parts.services().isolation(), this.delivery, this.engine.coherenceUnknownSince());
	}

}
