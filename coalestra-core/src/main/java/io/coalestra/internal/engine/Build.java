package io.coalestra.internal.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.coalestra.cache.SessionToken;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.engine.Leg.Purpose;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.verdict.Verdict;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import io.coalestra.signal.Activity;
import io.coalestra.signal.Watch;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One acquisition that has left the warm path: says what is to be read, leg by leg, until
 * every key has a value or a failure and nothing has to be read anew.
 *
 * <p>
 * A build of its own starts from nothing, a stage of a session from what that holds.
 * Everything here belongs to whoever carries the build through its legs, one thread at a
 * time; only the end that is forced upon it comes from others.
 */
final class Build {

	private static final int MAX_LEGS_APART = 4;

	private final Engine engine;

	private final EngineParts parts;

	private final SnapshotRequest request;

	private final ResourceKeys keys;

	private final @Nullable Agreement agreement;

	private final Voyage voyage;

	private final Findings findings;

	private final Repairs repairs;

	private final long startedAt;

	private final long deadline;

	private final long softDeadline;

	private int legsApart;

	private @Nullable Verdict verdict;

	// Raised once, by whoever closes the session; read by the wait of each leg.
	private volatile @Nullable Ending forced;

	private volatile Runnable whenForced = () -> {
	};

	/**
	 * Begins a build that starts from nothing.
	 * @param engine the engine
	 * @param request what is asked for
	 * @param requestedAt when: nanoseconds since the epoch
	 * @param begun follows it where it has been told of already
	 */
	Build(Engine engine, SnapshotRequest request, long requestedAt, Watch begun) {
		this(engine, request, request.keys(),
				new Voyage(requestedAt, engine.isolated(request.metadata()), engine.captured(), request.snapshotId())
					.watched(Watch.NONE.equals(begun) ? engine.watch(Activity.Build.Kind.SNAPSHOT, request) : begun),
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
		this.startedAt = this.parts.time().monotonicNanos();
		Duration limit = (request.deadline() != null) ? request.deadline() : engine.settings().defaultDeadline();
		this.deadline = Math.min(until(limit), latest);
		this.softDeadline = until(request.softDeadline());
		engine.tokens().heed(request.token(), voyage.requestedAt());
		this.agreement = (basis != null) ? new Agreement(basis, this.parts.store()) : null;
		this.findings = new Findings(engine, request, keys, this.agreement, voyage);
		this.repairs = new Repairs(request, this.findings, this.parts.time());
		if (basis != null) {
			this.findings.hold(basis);
		}
	}

	private long until(@Nullable Duration span) {
		return (span != null) ? TimeSource.plus(this.startedAt, TimeSource.toNanos(span)) : Long.MAX_VALUE;
	}

	Voyage voyage() {
		return this.voyage;
	}

	/**
	 * Returns what the build has found by now.
	 * @return the findings
	 */
	Findings findings() {
		return this.findings;
	}

	/**
	 * Returns how recently a value must have been observed that is not a source's answer.
	 * @return nanoseconds since the epoch
	 */
	long demand() {
		Duration maxAge = this.request.maxAge();
		return (maxAge != null) ? this.voyage.requestedAt() - TimeSource.toNanos(maxAge) : Long.MIN_VALUE;
	}

	/**
	 * Returns how recently a value of a key must have been observed that is not a
	 * source's answer, because of the request's token.
	 * @param key the key
	 * @return nanoseconds since the epoch
	 */
	long demand(ResourceKey<?> key) {
		SessionToken token = this.request.token();
		return token.names(key) ? Math.min(token.observedAt(key), this.voyage.requestedAt()) : Long.MIN_VALUE;
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

	private boolean isTimeLeft() {
		return this.deadline - this.parts.time().monotonicNanos() > 0;
	}

	// --- what is to be read ---

	/**
	 * Takes what the cache has.
	 * @return what is to be read first, or null when the cache answers all
	 */
	@Nullable Leg first() {
		List<Integer> missing = this.findings.takeCached();
		Ending early = (this.forced != null) ? this.forced : isTimeLeft() ? null : Ending.DEADLINE;
		if (early != null) {
			missing.forEach((position) -> this.findings.unanswered(position, early));
			return next(early);
		}
		if (this.agreement != null) {
			missing.removeIf(this::isDerivedFromHeld);
		}
		return missing.isEmpty() ? next(Ending.COMPLETE) : leg(missing, Purpose.FETCH, this.voyage,
				this.findings.isBypassing() ? Joining.NOT_DEPARTED : Joining.ANY);
	}

	private Leg leg(List<Integer> positions, Purpose purpose, Voyage with, Joining joining) {
		return Leg.of(this.keys, positions, purpose, joining, with);
	}

	// Read apart, after what else is missing: anybody else's derivation would use other
	// values.
	private boolean isDerivedFromHeld(int position) {
		Agreement agreed = Objects.requireNonNull(this.agreement);
		long now = this.parts.time().epochNanos();
		return this.engine.derivations()
			.anyInput(this.keys.get(position), (input) -> agreed.differs(input, now)
					|| (this.findings.isBypassing() && (agreed.holds(input) || this.keys.contains(input))));
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
		this.verdict = this.findings.judge();
		if (ending == Ending.COMPLETE && isTimeLeft()) {
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
		List<Integer> apart = new ArrayList<>(
				this.agreement.takeOver(this.keys, this.findings, this.findings.barred()));
		for (int i = 0; i < this.keys.size(); i++) {
			this.findings.agree(this.agreement, i);
			if (this.findings.isOpen(i)) {
				apart.add(i);
			}
		}
		apart.sort(null);
		apart.removeIf(this::failsWithItsInput);
		if (this.legsApart < MAX_LEGS_APART && ending == Ending.COMPLETE) {
			return apart;
		}
		List<Integer> onward = new ArrayList<>();
		for (int position : apart) {
			if (this.legsApart < MAX_LEGS_APART && ending == Ending.SOFT_DEADLINE && isAwaited(position)) {
				// What is required is waited for until the deadline.
				onward.add(position);
			}
			else {
				this.findings.reject(position, disagreement(this.keys.get(position), ending));
			}
		}
		return onward;
	}

	private static ResourceFailure disagreement(ResourceKey<?> key, Ending ending) {
		return (ending != Ending.COMPLETE) ? ResourceFailure.of(key, ending.kind(), List.of()) : new ResourceFailure(
				key, ResourceFailure.Kind.SOURCES_FAILED, List.of(), "its inputs kept changing while it was derived");
	}

	// Beyond the request's own keys lie those that a revalidation reads with them, all or
	// nothing.
	private boolean isAwaited(int position) {
		return position < this.request.requiredCount() || position >= this.request.keys().size();
	}

	private boolean failsWithItsInput(int position) {
		Set<ResourceKey<?>> barred = this.findings.barred();
		boolean fails = !barred.isEmpty()
				&& this.engine.derivations().anyInput(this.keys.get(position), barred::contains);
		if (fails) {
			this.findings.reject(position, new ResourceFailure(this.keys.get(position),
					ResourceFailure.Kind.SOURCES_FAILED, List.of(), "what it is derived from could not be read"));
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
			boolean served = leg.purpose() == Purpose.REPAIR && this.findings.has(position);
			if (read.outcome(i) == null && !served && !this.findings.hasFallback(position)) {
				return false;
			}
		}
		return true;
	}

	// --- what it comes to ---

	/**
	 * Returns what the build lacks of its request, now that it is done.
	 * @return the verdict
	 */
	Verdict verdict() {
		if (this.verdict == null) {
			this.verdict = this.findings.judge();
		}
		return this.verdict;
	}

	/**
	 * Makes the snapshot of a build that started from nothing.
	 * @return the snapshot
	 */
	ArraySnapshot snapshot() {
		return this.findings.snapshot(duration());
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

	@Nullable Entry entry(int position) {
		return this.findings.entry(position);
	}

	@Nullable ResourceFailure failure(int position) {
		return this.findings.failure(position);
	}

	@Nullable Agreement agreement() {
		return this.agreement;
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
			watch.ended(new Watch.End("error", thrown, Map.of("path", "cold")));
			return;
		}
		int failed = this.findings.failed();
		watch.ended(new Watch.End(known.isMet() ? "success" : "error", thrown, Map.of("path", "cold", "snapshot_id",
				this.voyage.id(), "resolved", this.keys.size() - failed, "failed", failed)));
	}

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
