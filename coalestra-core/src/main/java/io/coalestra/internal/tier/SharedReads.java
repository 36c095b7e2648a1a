package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.internal.flight.Comparison;
import io.coalestra.internal.flight.FillRight;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.Written;
import io.coalestra.signal.Metric;
import io.coalestra.tier.FillToken;
import io.coalestra.tier.TierEntry;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.coherence.TierAnswer;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The first step of flights: asks the tier for all of them at once, ends those that it
 * has a good value for, and gives the others the right to fill it.
 *
 * <p>
 * A value of the tier is good if it is fresh by this node's policies, young enough for
 * all who wait, not older than what this node has or has met, and readable. It goes into
 * the cache like any other, by authority and time.
 */
final class SharedReads {

	private final TierServices services;

	private final SharedValues values;

	private final SeenVersions seen;

	private final SharedWrites writes;

	// In microseconds, as tokens have it.
	private final long longestFill;

	SharedReads(TierServices services, SharedValues values, SeenVersions seen, SharedWrites writes) {
		this.services = services;
		this.values = values;
		this.seen = seen;
		this.writes = writes;
		this.longestFill = services.gate().tier().longestFill().toNanos() / 1_000;
	}

	/**
	 * Asks the tier.
	 * @param flights flights that have not been here, and are with no source
	 * @param onward is handed what the tier does not end, at once where it is not asked
	 */
	void read(List<Flight> flights, Consumer<List<Flight>> onward) {
		long era = this.writes.era();
		List<TierKey> keys = new ArrayList<>(flights.size() + 1);
		flights.forEach((flight) -> keys.add(SharedKeys.stored(flight.key(), era)));
		keys.add(SharedKeys.CLEARING);
		long askedAt = this.services.time().monotonicNanos();
		var answer = this.services.gate().read((tier) -> tier.read(keys));
		if (answer.isDone()) {
			settle(new Question(flights, era, askedAt), answer.join(), onward);
			return;
		}
		var unused = answer
			.thenAccept((given) -> handOver(() -> settle(new Question(flights, era, askedAt), given, onward)));
	}

	// Not on the tier's or the timer's thread: values are decoded, and sources called
	// inline.
	private void handOver(Runnable settling) {
		try {
			this.services.executor().execute(settling);
		}
		catch (RuntimeException ex) {
			// The executor is full or closed.
			settling.run();
		}
	}

	private record Question(List<Flight> flights, long era, long askedAt) {
	}

	private void settle(Question question, TierAnswer<List<TierLookup>> answer, Consumer<List<Flight>> onward) {
		List<Flight> left = question.flights();
		try {
			left = switch (answer) {
				case TierAnswer.Given<List<TierLookup>> given -> answered(question, given.value());
				case TierAnswer.Withheld<List<TierLookup>> withheld -> withheld(question, withheld);
			};
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw; the sources' settlement will
			// tell.
			left = left.stream().filter((flight) -> !flight.hasLanded()).toList();
		}
		finally {
			if (!left.isEmpty()) {
				onward.accept(left);
			}
		}
	}

	private List<Flight> withheld(Question question, TierAnswer.Withheld<?> withheld) {
		String status = switch (withheld.reason()) {
			case LATE -> "late";
			case FAILED -> "failure";
			case CIRCUIT_OPEN -> "circuit_open";
		};
		count(status, question.flights().size());
		question.flights().forEach((flight) -> trace(flight, "no answer: " + withheld.message()));
		return question.flights();
	}

	private List<Flight> answered(Question question, List<TierLookup> lookups) {
		Duration took = Duration.ofNanos(this.services.time().monotonicNanos() - question.askedAt());
		this.services.signals().record(Metric.SHARED_TIER_READ_LATENCY, took.toNanos() / 1e6, this.services.name());
		if (!this.writes.confirms(question.era(), lookups.getLast())) {
			// Everything was cleared: what was asked for is not what is there.
			count("miss", question.flights().size());
			question.flights().forEach((flight) -> trace(flight, "everything was cleared"));
			return question.flights();
		}
		Landing landing = new Landing(question.flights().size());
		for (int i = 0; i < question.flights().size(); i++) {
			take(question, i, lookups.get(i), took, landing);
		}
		List<Flight> tooOld = this.services.registry().landYoung(landing.flights, landing.outcomes);
		tooOld.forEach((flight) -> trace(flight, "too old for those who wait"));
		landing.left.addAll(tooOld);
		count("hit", landing.flights.size() - tooOld.size());
		count("miss", landing.left.size());
		return landing.left;
	}

	private void take(Question question, int position, TierLookup lookup, Duration took, Landing landing) {
		Flight flight = question.flights().get(position);
		flight.compared((lookup instanceof TierLookup.Removed) ? Comparison.REFUTED : Comparison.MADE);
		Revision<?> good = switch (lookup) {
			case TierLookup.Found found -> promoted(flight, found, took);
			case TierLookup.Removed removed -> {
				this.seen.note(flight.key(), removed.version());
				trace(flight, "removed");
				yield null;
			}
			case TierLookup.Nothing nothing -> {
				this.seen.forgetGeneration(flight.key(), nothing.token().readAt() - this.longestFill);
				trace(flight, "nothing there");
				yield null;
			}
		};
		// Also for what seems to land: it may turn out to be too old.
		right(flight, question.era(), lookup.token());
		if (good != null) {
			landing.flights.add(flight);
			landing.outcomes.add(new FlightOutcome.Landed(good, null));
		}
		else {
			landing.left.add(flight);
		}
	}

	private static void right(Flight flight, long era, FillToken token) {
		flight.fillRight(new FillRight(SharedKeys.stored(flight.key(), era), token));
	}

	private @Nullable Revision<?> promoted(Flight flight, TierLookup.Found found, Duration took) {
		TierEntry entry = found.entry();
		TierVersion met = this.seen.of(flight.key());
		if (this.seen.isBehind(flight.key(), entry.version())) {
			trace(flight, "older than what is known: the tier went back");
			return null;
		}
		long now = this.services.time().epochNanos();
		SharedValues.Shared shared = this.values.decode(flight.key(), entry, now, took, flight);
		if (shared == null) {
			flight.compared(Comparison.REFUTED);
			trace(flight, "unreadable");
			return null;
		}
		Draft draft = shared.draft();
		// What was forced by then is forced here as well.
		boolean goesBack = shared.rule() == WriteRule.FORCE
				&& (met == null || entry.version().generation() > met.generation());
		if (!goesBack && isOutdated(draft, entry.version(), shared.rule())) {
			trace(flight, "older than what this node has, or had");
			return null;
		}
		if (shared.rule() == WriteRule.FORCE) {
			this.seen.noteForced(flight.key(), entry.version());
		}
		else {
			this.seen.note(flight.key(), entry.version());
		}
		Written written = this.services.store().write(draft, goesBack ? WriteRule.FORCE : WriteRule.MONOTONIC);
		return usable(flight, written, now);
	}

	private boolean isOutdated(Draft draft, TierVersion version, WriteRule rule) {
		boolean late = rule != WriteRule.FORCE && this.seen.isOlder(draft.key(), version.rank(), version.order());
		return late || isOlderThanOwn(draft);
	}

	private boolean isOlderThanOwn(Draft draft) {
		Revision<?> own = this.services.store().current(draft.key());
		if (own == null) {
			return false;
		}
		int rank = this.services.store().rankOf(draft.key(), draft.origin().source());
		Revision.Provenance from = own.provenance();
		return rank < from.rank() || (rank == from.rank() && draft.statement().observedAt() < from.observedAt());
	}

	private @Nullable Revision<?> usable(Flight flight, Written written, long now) {
		Revision<?> winner = (written.status() == WriteStatus.STORED) ? written.offered() : written.stored();
		if (written.status() == WriteStatus.IGNORED_INVALIDATED || winner == null) {
			trace(flight, "invalidated meanwhile");
			return null;
		}
		// A refresh wants what is not itself about to expire.
		boolean fresh = isRefresh(flight) ? now <= winner.lifetime().quietUntil()
				: !this.services.store().isStale(winner, now);
		trace(flight, "found, observed " + TimeSource.toInstant(winner.provenance().observedAt())
				+ (fresh ? "" : ", not fresh enough"));
		return fresh ? winner : null;
	}

	private static boolean isRefresh(Flight flight) {
		return flight.voyage().metadata().containsKey("background_refresh");
	}

	private void count(String status, int number) {
		if (number > 0) {
			this.services.signals().record(Metric.SHARED_TIER_READ, number, status, this.services.name());
		}
	}

	private void trace(Flight flight, String detail) {
		flight.trace(this.services.time().monotonicNanos(), "tier", this.services.name(),
				Objects.requireNonNull(detail));
	}

	/**
	 * What comes of one question: flights that end, how, and those that go on.
	 */
	private static final class Landing {

		private final List<Flight> flights;

		private final List<FlightOutcome.Landed> outcomes;

		private final List<Flight> left = new ArrayList<>();

		private Landing(int size) {
			this.flights = new ArrayList<>(size);
			this.outcomes = new ArrayList<>(size);
		}

	}

}
