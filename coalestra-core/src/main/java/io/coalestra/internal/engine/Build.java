package io.coalestra.internal.engine;

import java.time.Duration;
import java.time.Instant;
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
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.Pins.Age;
import io.coalestra.internal.flight.Pins.Pin;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.store.CommitStamp;
import io.coalestra.internal.store.Judgement;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.internal.verdict.Candidates;
import io.coalestra.internal.verdict.Verdict;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.signal.Activity;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Watch;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotRequest.CacheUse;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition that has left the warm path, from what there is at its start to a value
 * or a failure for every key: judges the cache, says what is to be read, takes what came,
 * and says whether something has to be read anew.
 *
 * <p>
 * A build of its own starts from nothing, a stage of a session from what that holds.
 * Everything here belongs to whoever carries the build through its legs, one thread at a
 * time; only the end that is forced upon it comes from others.
 */
final class Build implements Candidates, Agreement.Taken {

	private static final int MAX_REREADS = 8;

	private static final int MAX_LEGS_APART = 4;

	private final Engine engine;

	private final EngineParts parts;

	private final SnapshotRequest request;

	private final ResourceKeys keys;

	private final @Nullable Agreement agreement;

	private final Voyage voyage;

	private final @Nullable Revision<?>[] revisions;

	private final Delivery delivery;

	private final boolean[] held;

	private final Repairs repairs;

	private final long startedAt;

	private final long deadline;

	private final long softDeadline;

	private long readAtStamp;

	private int legsApart;

	private @Nullable Verdict verdict;

	// Raised once, by whoever closes the session; read by the wait of each leg.
	private volatile @Nullable Ending forced;

	private volatile Runnable whenForced = () -> {
	};

	/**
	 * Begins a build that starts from nothing.
	 */
	Build(Engine engine, SnapshotRequest request, long requestedAt) {
		this(engine, request, request.keys(),
				new Voyage(requestedAt, engine.isolated(request.metadata()), engine.captured(), request.snapshotId())
					.watched(engine.watch(Activity.Build.Kind.SNAPSHOT, request)),
				null, Long.MAX_VALUE);
	}

	/**
	 * Begins a stage of a session.
	 * @param engine the engine
	 * @param request what is asked for
	 * @param keys its keys, and then others that are to be read with them
	 * @param voyage the session's, for this stage
	 * @param basis what the session holds, or null for nothing
	 * @param latest until when the session lasts: monotonic nanoseconds
	 */
	Build(Engine engine, SnapshotRequest request, ResourceKeys keys, Voyage voyage, @Nullable Basis basis,
			long latest) {
		this.engine = engine;
		this.parts = engine.parts();
		this.request = request;
		this.keys = keys;
		this.voyage = voyage;
		this.revisions = new Revision<?>[keys.size()];
		this.delivery = new Delivery(keys.size(), voyage);
		this.held = new boolean[keys.size()];
		this.repairs = new Repairs(request, this);
		this.startedAt = this.parts.time().monotonicNanos();
		Duration limit = (request.deadline() != null) ? request.deadline() : engine.settings().defaultDeadline();
		this.deadline = Math.min(until(limit), latest);
		this.softDeadline = until(request.softDeadline());
		this.agreement = (basis != null) ? new Agreement(basis, this.parts.store()) : null;
		if (basis != null) {
			takeHeld(basis);
		}
	}

	private long until(@Nullable Duration span) {
		return (span != null) ? TimeSource.plus(this.startedAt, TimeSource.toNanos(span)) : Long.MAX_VALUE;
	}

	private void takeHeld(Basis basis) {
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

	Voyage voyage() {
		return this.voyage;
	}

	/**
	 * Returns how recently a value must have been observed that is not a source's answer.
	 * @return nanoseconds since the epoch
	 */
	long demand() {
		Duration maxAge = this.request.maxAge();
		return (maxAge != null) ? this.voyage.requestedAt() - TimeSource.toNanos(maxAge) : Long.MIN_VALUE;
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

	// --- what is to be read ---

	/**
	 * Takes what the cache has.
	 * @return what is to be read first, or null when the cache answers all
	 */
	@Nullable Leg first() {
		List<Integer> wanted = new ArrayList<>(this.keys.size());
		for (int i = 0; i < this.keys.size(); i++) {
			if (!this.held[i]) {
				wanted.add(i);
			}
		}
		List<Integer> missing = isBypassing() ? bypass(wanted) : readCache(wanted);
		boolean late = this.deadline - this.parts.time().monotonicNanos() <= 0;
		Ending early = (this.forced != null) ? this.forced : late ? Ending.DEADLINE : null;
		if (early != null) {
			missing.forEach((position) -> unanswered(position, early));
			return next(early);
		}
		if (this.agreement != null) {
			missing.removeIf(this::isDerivedFromHeld);
		}
		return missing.isEmpty() ? next(Ending.COMPLETE)
				: leg(missing, Purpose.FETCH, this.voyage, isBypassing() ? Joining.NOT_DEPARTED : Joining.ANY);
	}

	private Leg leg(List<Integer> positions, Purpose purpose, Voyage with, Joining joining) {
		return Leg.of(this.keys, positions, purpose, joining, with);
	}

	private boolean isBypassing() {
		return this.request.cacheUse() == CacheUse.BYPASS;
	}

	private List<Integer> bypass(List<Integer> wanted) {
		this.readAtStamp = this.parts.store().commits().begin();
		for (int position : wanted) {
			ResourceKey<?> key = this.keys.get(position);
			this.engine.meters().access(key, "revalidation_bypass");
			this.parts.signals().emit(EventType.CACHE_BYPASSED, "resource", key.toString(), "reason", "request");
		}
		count(0, 0, wanted.size());
		return wanted;
	}

	private List<Integer> readCache(List<Integer> wanted) {
		CacheReading reading = CacheReading.of(this.parts.store(), this.keys, wanted, this.voyage.requestedAt(),
				this.request.maxAge());
		this.readAtStamp = reading.readAt();
		Map<ResourceKey<?>, Judgement.Refresh> due = Map.of();
		List<Integer> missing = new ArrayList<>();
		int fresh = 0;
		for (int position : wanted) {
			ResourceKey<?> key = this.keys.get(position);
			Judgement judgement = Objects.requireNonNull(reading.judgements().get(position));
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
		this.parts.store().countReads(fresh, stale, missed);
		this.voyage.tally().add(Tally.Count.CACHE_HITS, fresh + stale);
		this.voyage.tally().add(Tally.Count.CACHE_MISSES, missed);
	}

	// Read apart, after what else is missing: anybody else's derivation would use other
	// values.
	private boolean isDerivedFromHeld(int position) {
		Agreement agreed = Objects.requireNonNull(this.agreement);
		long now = this.parts.time().epochNanos();
		return this.engine.derivations()
			.anyInput(this.keys.get(position), (input) -> agreed.differs(input, now)
					|| (isBypassing() && (agreed.holds(input) || this.keys.contains(input))));
	}

	/**
	 * Says what is to be read next.
	 * @param ending how the leg before ended
	 * @return the leg, or null when the build is done
	 */
	@Nullable Leg next(Ending ending) {
		List<Integer> apart = agree(ending);
		if (!apart.isEmpty()) {
			this.legsApart++;
			return leg(apart, Purpose.AGREE, this.voyage.pinned(Objects.requireNonNull(this.agreement).pins()),
					Joining.APART);
		}
		this.verdict = judge();
		if (ending == Ending.COMPLETE && this.deadline - this.parts.time().monotonicNanos() > 0) {
			List<Integer> faulty = this.repairs.next(this.verdict);
			if (!faulty.isEmpty()) {
				return leg(faulty, Purpose.REPAIR, this.voyage.demanding(this.repairs.notBefore()),
						Joining.NOT_DEPARTED);
			}
		}
		return null;
	}

	private List<Integer> agree(Ending ending) {
		if (this.agreement == null) {
			return List.of();
		}
		List<Integer> apart = new ArrayList<>(this.agreement.takeOver(this.keys, this, barred()));
		for (int i = 0; i < this.keys.size(); i++) {
			Pin pin = this.agreement.pins().get(this.keys.get(i));
			if (pin != null && this.revisions[i] == null) {
				// Not read by itself, but taken over as the input of another.
				replace(i, pin);
			}
			if (pin != null && pin.isStale() && !Way.STALE.contains(this.delivery.way(i))) {
				this.delivery.way(i, Way.SOURCE_STALE);
			}
			boolean unread = !this.held[i] && this.revisions[i] == null && this.delivery.way(i) != Way.FAILED;
			if (unread) {
				apart.add(i);
			}
		}
		apart.sort(null);
		apart.removeIf(this::failsWithItsInput);
		List<Integer> onward = new ArrayList<>();
		if (this.legsApart < MAX_LEGS_APART) {
			if (ending == Ending.COMPLETE) {
				return apart;
			}
			if (ending == Ending.SOFT_DEADLINE) {
				// What is required is waited for until the deadline.
				apart.forEach((position) -> {
					if (isAwaited(position)) {
						onward.add(position);
					}
				});
				apart.removeAll(onward);
			}
		}
		apart.forEach((position) -> {
			this.revisions[position] = null;
			fail(position,
					(ending != Ending.COMPLETE) ? ResourceFailure.of(this.keys.get(position), ending.kind(), List.of())
							: new ResourceFailure(this.keys.get(position), ResourceFailure.Kind.SOURCES_FAILED,
									List.of(), "its inputs kept changing while it was derived"));
		});
		return onward;
	}

	// Beyond the request's own keys lie those that a revalidation reads with them, all or
	// nothing.
	private boolean isAwaited(int position) {
		return position < this.request.requiredCount() || position >= this.request.keys().size();
	}

	// What was to be read anew, and was not, does not serve from the cache as an input
	// either.
	private Set<ResourceKey<?>> barred() {
		Set<ResourceKey<?>> barred = new HashSet<>();
		for (int i = 0; isBypassing() && i < this.keys.size(); i++) {
			if (!this.held[i] && this.delivery.way(i) == Way.FAILED) {
				barred.add(this.keys.get(i));
			}
		}
		return barred;
	}

	private boolean failsWithItsInput(int position) {
		Set<ResourceKey<?>> barred = barred();
		boolean fails = !barred.isEmpty()
				&& this.engine.derivations().anyInput(this.keys.get(position), barred::contains);
		if (fails) {
			this.revisions[position] = null;
			fail(position, new ResourceFailure(this.keys.get(position), ResourceFailure.Kind.SOURCES_FAILED, List.of(),
					"what it is derived from could not be read"));
		}
		return fails;
	}

	/**
	 * Returns whether every required key of a leg has something usable, so that the build
	 * can end at its soft deadline.
	 * @param leg the leg
	 * @param read its reads
	 * @return true if none is lacking
	 */
	boolean hasAllRequired(Leg leg, Acquisition read) {
		for (int i = 0; i < leg.positions().size(); i++) {
			int position = leg.positions().get(i);
			if (position >= this.request.requiredCount()) {
				break;
			}
			// What is there before a repair serves; what disagrees with its inputs does
			// not.
			boolean served = leg.purpose() == Purpose.REPAIR && this.revisions[position] != null;
			if (read.outcome(i) == null && !served && !hasFallback(position)) {
				return false;
			}
		}
		return true;
	}

	private boolean hasFallback(int position) {
		try {
			return fallback(position) != null;
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw.
			return false;
		}
	}

	// --- what came ---

	/**
	 * Takes what a leg has brought by its end.
	 * @param leg the leg
	 * @param read its reads
	 * @param ending why it ends
	 */
	void settle(Leg leg, Acquisition read, Ending ending) {
		for (int i = 0; i < leg.positions().size(); i++) {
			int position = leg.positions().get(i);
			FlightOutcome outcome = read.outcome(i);
			if (leg.purpose() == Purpose.REPAIR && !(outcome instanceof FlightOutcome.Landed)) {
				// What there was stays, and is judged once more.
				continue;
			}
			this.delivery.flight(position, read.flight(i));
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
		if (!this.parts.store().commits().isUnchanged(this.readAtStamp)) {
			catchUpWithCommits();
		}
	}

	private void land(int position, FlightOutcome.Landed landed, boolean joined) {
		this.revisions[position] = landed.revision();
		boolean fromCache = landed.supersededSource() != null;
		this.delivery.superseded(position, landed.supersededSource());
		this.delivery.way(position, fromCache ? Way.CACHE_FRESH : joined ? Way.JOINED : wayOf(landed.revision()));
	}

	private static Way wayOf(Revision<?> revision) {
		return EngineTier.isFromTier(revision) ? Way.TIER : Way.SOURCE;
	}

	private void unanswered(int position, Ending ending) {
		ResourceFailure failure = ResourceFailure.of(this.keys.get(position), ending.kind(),
				this.delivery.flight(position) != null
						? Objects.requireNonNull(this.delivery.flight(position)).failures() : List.of());
		Revision<?> fallback = fallback(position);
		if (fallback != null && ending.allowsFallback()) {
			standIn(position, fallback, failure);
		}
		else {
			fail(position, failure);
		}
	}

	private @Nullable Revision<?> fallback(int position) {
		long now = this.parts.time().epochNanos();
		Revision<?> found = this.parts.store().fallback(this.keys.get(position), now);
		return (found != null && mayStandIn(found)) ? found : null;
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
				|| this.parts.time().epochNanos() - revision.provenance().observedAt() <= TimeSource.toNanos(maxAge);
		return !isBypassing() && youngEnough && (this.agreement == null || this.agreement.admits(revision));
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
	 * now takes that, unless it was held before.
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
			if (this.held[i]) {
				continue;
			}
			Judgement judgement = this.parts.store().judge(this.keys.get(i), now, this.request.maxAge());
			Revision<?> newer = judgement.revision();
			Revision<?> present = this.revisions[i];
			boolean moved = newer != null
					&& ((present == null) ? !isBypassing() : newer.version().sequence() > present.version().sequence());
			if (judgement.worth() == Judgement.Worth.FRESH && moved) {
				this.revisions[i] = newer;
				this.delivery.way(i, Way.CACHE_FRESH);
			}
		}
	}

	// --- what it comes to ---

	private Verdict judge() {
		List<ResourceFailure> required = new ArrayList<>();
		List<ResourceFailure> optional = new ArrayList<>();
		for (int i = 0; i < this.request.keys().size(); i++) {
			boolean isRequired = i < this.request.requiredCount();
			Revision<?> revision = this.revisions[i];
			if (this.delivery.way(i) == Way.FAILED) {
				(isRequired ? required : optional).add(Objects.requireNonNull(this.delivery.failure(i)));
			}
			else if (isRequired && revision != null && revision.isAbsent()) {
				required.add(absence(i));
			}
		}
		return Verdict.of(this.request, this, this.parts.time().epochNanos(), required, optional);
	}

	private ResourceFailure absence(int position) {
		return ResourceFailure.of(this.keys.get(position), ResourceFailure.Kind.ABSENT, List.of());
	}

	/**
	 * Returns what the build lacks of its request, now that it is done.
	 * @return the verdict
	 */
	Verdict verdict() {
		if (this.verdict == null) {
			this.verdict = judge();
		}
		return this.verdict;
	}

	/**
	 * Makes the snapshot of a build that started from nothing.
	 * @return the snapshot
	 */
	ArraySnapshot snapshot() {
		for (int i = 0; i < this.request.requiredCount(); i++) {
			Revision<?> revision = this.revisions[i];
			if (revision != null && revision.isAbsent()) {
				fail(i, absence(i));
			}
		}
		this.delivery.duration(duration());
		return new ArraySnapshot(this.request, this.revisions, this.voyage.requestedAt(),
				this.parts.services().isolation(), this.delivery, coherenceUnknownSince());
	}

	@Nullable Instant coherenceUnknownSince() {
		return this.engine.coherenceUnknownSince();
	}

	Duration duration() {
		return Duration.ofNanos(this.parts.time().monotonicNanos() - this.startedAt);
	}

	boolean hasRepaired() {
		return this.repairs.number() > 0;
	}

	int repaired() {
		return this.repairs.number();
	}

	SnapshotRequest request() {
		return this.request;
	}

	ResourceKeys keys() {
		return this.keys;
	}

	/**
	 * Returns a value that this build itself has read, or one that was held.
	 * @param position the key's position
	 * @return the value and how it came about, or null where the key failed
	 */
	@Nullable Entry entry(int position) {
		Revision<?> revision = this.revisions[position];
		return (revision != null && this.delivery.way(position) != Way.FAILED) ? this.delivery.entry(position, revision)
				: null;
	}

	@Nullable ResourceFailure failure(int position) {
		return (this.delivery.way(position) == Way.FAILED) ? this.delivery.failure(position) : null;
	}

	@Nullable Agreement agreement() {
		return this.agreement;
	}

	boolean isHeld(int position) {
		return this.held[position];
	}

	@Override
	public @Nullable Revision<?> at(int position) {
		return (this.delivery.way(position) != Way.FAILED) ? this.revisions[position] : null;
	}

	// What a source has just given is as fresh as can be, however short its time to live.
	@Override
	public boolean isStale(int position) {
		Way way = this.delivery.way(position);
		boolean read = !this.held[position] && (way == Way.SOURCE || way == Way.TIER || way == Way.JOINED);
		Revision<?> revision = this.revisions[position];
		return Way.STALE.contains(way)
				|| (!read && revision != null && this.parts.time().epochNanos() > revision.lifetime().freshUntil());
	}

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

	// --- the end ---

	/**
	 * Tells who follows it that the build is over. To be called once what it comes to is
	 * known; further calls do nothing.
	 * @param thrown what its caller gets instead of a result, or null
	 */
	void over(@Nullable Throwable thrown) {
		Watch watch = this.voyage.watch();
		Verdict known = this.verdict;
		if (Watch.NONE.equals(watch)) {
			return;
		}
		if (known == null) {
			watch.ended(Watch.End.of("error", thrown));
			return;
		}
		int failed = 0;
		for (int i = 0; i < this.keys.size(); i++) {
			failed += (this.delivery.way(i) == Way.FAILED) ? 1 : 0;
		}
		watch.ended(new Watch.End(known.isMet() ? "success" : "error", thrown,
				Map.of("snapshot_id", this.voyage.id(), "resolved", this.keys.size() - failed, "failed", failed)));
	}

	// --- the end that others force ---

	/**
	 * Ends the build as soon as whoever waits for it looks.
	 * @param ending why
	 */
	void force(Ending ending) {
		this.forced = ending;
		this.whenForced.run();
	}

	/**
	 * Says whom to tell when the build is ended by force; whether it has been already is
	 * to be looked at afterwards.
	 * @param nudge run on the thread that ends the build
	 */
	void whenForced(Runnable nudge) {
		this.whenForced = nudge;
	}

	@Nullable Ending forced() {
		return this.forced;
	}

}
