package io.coalestra.internal.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;

import io.coalestra.cache.Revision;
import io.coalestra.internal.flight.Comparison;
import io.coalestra.internal.flight.FillRight;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKeys;
import io.coalestra.signal.Metric;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierVersion;
import io.coalestra.tier.coherence.TierAnswer;
import org.jspecify.annotations.Nullable;

/**
 * The first step of flights: asks the tier for all of them at once, ends those that it
 * has a good value for, and gives the others the right to fill it.
 */
final class SharedReads {

	private final TierServices services;

	private final SeenVersions seen;

	private final SharedEra era;

	private final Promotion promotion;

	// In microseconds, as tokens have it.
	private final long longestFill;

	SharedReads(TierServices services, SharedValues values, SeenVersions seen, SharedEra era) {
		this.services = services;
		this.seen = seen;
		this.era = era;
		this.promotion = new Promotion(services, values, seen);
		this.longestFill = services.gate().tier().longestFill().toNanos() / 1_000;
	}

	/**
	 * Asks the tier.
	 * @param flights flights that are with no source
	 * @param onward is handed what the tier does not end, at once where it is not asked,
	 * and how long the tier took for its answer, or null where it gave none
	 */
	void read(List<Flight> flights, BiConsumer<List<Flight>, @Nullable Duration> onward) {
		long asked = this.era.current();
		List<Place> places = Place.of(flights, this.services.keys(), asked);
		List<TierKey> keys = new ArrayList<>(places.size() + 1);
		places.forEach((place) -> keys.add(place.key()));
		keys.add(this.services.keys().clearing());
		Question question = new Question(flights, places, asked, this.services.time().monotonicNanos());
		var answer = this.services.gate().read((tier) -> tier.read(keys));
		if (answer.isDone()) {
			settle(question, answer.join(), onward);
			return;
		}
		var unused = answer.thenAccept((given) -> handOver(() -> settle(question, given, onward)));
	}

	/**
	 * Goes on, but not on the tier's or the timer's thread: values are decoded, and
	 * sources called inline.
	 * @param settling what is to be done
	 */
	void handOver(Runnable settling) {
		try {
			this.services.executor().execute(settling);
		}
		catch (RuntimeException ex) {
			// The executor is full or closed.
			settling.run();
		}
	}

	private record Question(List<Flight> flights, List<Place> places, long era, long askedAt) {
	}

	private void settle(Question question, TierAnswer<List<TierLookup>> answer,
			BiConsumer<List<Flight>, @Nullable Duration> onward) {
		List<Flight> left = question.flights();
		Duration took = null;
		try {
			switch (answer) {
				case TierAnswer.Given<List<TierLookup>> given -> {
					took = Duration.ofNanos(this.services.time().monotonicNanos() - question.askedAt());
					left = answered(question, given.value(), took);
				}
				case TierAnswer.Withheld<List<TierLookup>> withheld -> withheld(question, withheld);
			}
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw; the sources' settlement will
			// tell.
			left = left.stream().filter((flight) -> !flight.hasLanded()).toList();
		}
		finally {
			if (!left.isEmpty()) {
				onward.accept(left, took);
			}
		}
	}

	private void withheld(Question question, TierAnswer.Withheld<?> withheld) {
		String status = switch (withheld.reason()) {
			case LATE -> "late";
			case FAILED -> "failure";
			case CIRCUIT_OPEN -> "circuit_open";
		};
		count(status, question.flights().size());
		question.flights().forEach((flight) -> trace(flight, "no answer: " + withheld.message()));
	}

	private List<Flight> answered(Question question, List<TierLookup> lookups, Duration took) {
		this.services.signals().record(Metric.SHARED_TIER_READ_LATENCY, took.toNanos() / 1e6, this.services.name());
		if (!this.era.confirms(question.era(), lookups.getLast())) {
			// Everything was cleared: what was asked for is not what is there.
			count("miss", question.flights().size());
			question.flights().forEach((flight) -> trace(flight, "everything was cleared"));
			return question.flights();
		}
		Landing landing = new Landing(question.flights().size());
		for (int i = 0; i < question.places().size(); i++) {
			take(question.places().get(i), lookups.get(i), took, landing);
		}
		List<Flight> tooOld = this.services.registry().landYoung(landing.flights, landing.outcomes);
		// Nothing is filled with what came from there.
		landing.flights.stream().filter(Flight::hasLanded).forEach(Flight::conclude);
		tooOld.forEach((flight) -> trace(flight, "too old for those who wait"));
		landing.left.addAll(tooOld);
		count("hit", landing.flights.size() - tooOld.size());
		count("miss", landing.left.size());
		return landing.left;
	}

	private void take(Place place, TierLookup lookup, Duration took, Landing landing) {
		// Looked at before the answer is noted.
		boolean isBehind = lookup instanceof TierLookup.Found found && isBehind(place, found.entry().version());
		Comparison made = (lookup instanceof TierLookup.Removed) ? Comparison.REFUTED : Comparison.MADE;
		place.flights().forEach((flight) -> flight.compared(made));
		switch (lookup) {
			case TierLookup.Found found -> promoted(place, found, took, landing);
			case TierLookup.Removed removed -> {
				this.seen.note(place.home(), removed.version());
				lacking(place, "removed", landing);
			}
			case TierLookup.Nothing nothing -> {
				this.seen.forgetGeneration(place.home(), nothing.token().readAt() - this.longestFill);
				lacking(place, "nothing there", landing);
			}
		}
		// Also for what seems to land: it may turn out to be too old.
		FillRight right = new FillRight(place.key(), lookup.token(), isBehind);
		place.flights().forEach((flight) -> flight.fillRight(right));
	}

	private boolean isBehind(Place place, TierVersion version) {
		return this.seen.isBehind(place.home(), version)
				|| this.seen.isOlder(place.home(), version.rank(), version.order());
	}

	private void lacking(Place place, String why, Landing landing) {
		place.flights().forEach((flight) -> trace(flight, why));
		landing.left.addAll(place.flights());
	}

	private void promoted(Place place, TierLookup.Found found, Duration took, Landing landing) {
		ResourceGroup group = this.services.keys().group(place.home());
		if (group == null) {
			for (Flight flight : place.flights()) {
				landing.add(flight, this.promotion.one(flight, found.entry(), took));
			}
			return;
		}
		ResourceKeys members = group.membersOf(place.home());
		List<Flight> inOrder = new ArrayList<>(place.flights());
		inOrder.sort(Comparator.comparingInt((flight) -> members.indexOf(flight.key())));
		if (inOrder.size() != members.size()) {
			lacking(place, "not all of its group is read together", landing);
			return;
		}
		List<Revision<?>> together = this.promotion.together(inOrder, members, found.entry(), took);
		for (int i = 0; i < inOrder.size(); i++) {
			landing.add(inOrder.get(i), (together != null) ? together.get(i) : null);
		}
	}

	private void count(String status, int number) {
		if (number > 0) {
			this.services.signals().record(Metric.SHARED_TIER_READ, number, status, this.services.name());
		}
	}

	private void trace(Flight flight, String detail) {
		flight.trace(this.services.time().monotonicNanos(), "tier", this.services.name(), detail);
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

		private void add(Flight flight, @Nullable Revision<?> good) {
			if (good != null) {
				this.flights.add(flight);
				this.outcomes.add(new FlightOutcome.Landed(good));
			}
			else {
				this.left.add(flight);
			}
		}

	}

}
