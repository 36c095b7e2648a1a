package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.cache.DependencyVersion;
import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.chain.DependencyReader;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.FlightRegistry.Terms;
import io.coalestra.internal.flight.Pins;
import io.coalestra.internal.flight.Pins.Age;
import io.coalestra.internal.flight.Pins.Pin;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.flight.WaitGraph;
import io.coalestra.internal.store.Judgement;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dependencies of derived flights, from the cache where it serves, and else by
 * an acquisition like any other.
 */
final class DependencyAcquirer implements DependencyReader {

	private final RefreshScheduler refreshes;

	private final Derivations derivations;

	private @Nullable EngineParts parts;

	DependencyAcquirer(RefreshScheduler refreshes, Derivations derivations) {
		this.refreshes = refreshes;
		this.derivations = derivations;
	}

	// The chain and the reader of dependencies need each other; set once, before the
	// first build.
	void connect(EngineParts connected) {
		this.parts = connected;
	}

	@Override
	public Reading read(ResourceKeys keys, Flight derived, Listener listener) {
		EngineParts known = Objects.requireNonNull(this.parts);
		Pins pins = derived.voyage().pins();
		Found[] found = new Found[keys.size()];
		List<ResourceKey<?>> missing = new ArrayList<>();
		List<Integer> positions = new ArrayList<>();
		long now = known.time().epochNanos();
		for (int i = 0; i < keys.size(); i++) {
			Pin pinned = (pins != null) ? pins.get(keys.get(i)) : null;
			if (pinned != null) {
				found[i] = valueOf(pinned);
				continue;
			}
			Judgement judgement = known.store().judge(keys.get(i), now, null);
			Pin cached = serving(judgement, derived.voyage());
			if (cached != null && (pins == null || pins.adopt(cached.revision(), (input) -> cached(known, input)))) {
				found[i] = valueOf((pins != null) ? pins.keep(cached) : cached);
				this.refreshes.schedule(keys.get(i), judgement.refresh(), derived.voyage());
			}
			else {
				missing.add(keys.get(i));
				positions.add(i);
			}
		}
		derived.voyage().tally().add(Tally.Count.CACHE_HITS, keys.size() - missing.size());
		derived.voyage().tally().add(Tally.Count.CACHE_MISSES, missing.size());
		known.store().counts().cold(keys.size() - missing.size(), 0, missing.size());
		if (missing.isEmpty()) {
			return new Known(Arrays.asList(found), listener);
		}
		Dependencies reading = new Dependencies(known, this.derivations, missing, positions, found, derived, listener);
		reading.begin();
		return reading;
	}

	private static @Nullable Pin serving(Judgement judgement, Voyage voyage) {
		Revision<?> revision = judgement.revision();
		Long notBefore = voyage.notBefore();
		boolean late = notBefore != null && revision != null && revision.provenance().observedAt() < notBefore;
		if (revision == null || late) {
			return null;
		}
		return switch (judgement.worth()) {
			case FRESH -> new Pin(revision, Age.FRESH);
			case STALE_SERVED -> (notBefore == null) ? new Pin(revision, Age.STALE) : null;
			case STALE_FALLBACK, MISSING -> null;
		};
	}

	private static @Nullable Pin cached(EngineParts known, DependencyVersion input) {
		Revision<?> current = known.store().get(input.key());
		return (current != null && current.version().isSameAs(input.version())) ? new Pin(current, Age.FRESH) : null;
	}

	private static Found valueOf(Pin pin) {
		return new Found.Value(pin.revision(), pin.isStale() ? InputFreshness.STALE : InputFreshness.FRESH);
	}

	/**
	 * Dependencies that the cache has answered.
	 */
	private record Known(List<Found> found, Listener listener) implements Reading {

		@Override
		public List<Flight> opened() {
			return List.of();
		}

		@Override
		public void sentOut() {
			this.listener.arrived(this.found);
		}

		@Override
		public void withdraw() {
		}

	}

	private static final class Dependencies extends Acquisition implements Reading {

		private final List<Integer> positions;

		private final Found[] found;

		private final Flight derived;

		private final Listener listener;

		private final WaitGraph graph;

		private final Derivations derivations;

		private final @Nullable Pins pins;

		private List<ResourceKey<?>> circle = List.of();

		// Written before anything is sent out, and so before the last of them has landed.
		private List<Flight> awaited = List.of();

		private List<Flight> opened = List.of();

		// Lowered by whichever comes first: the last of them, or that nobody wants them.
		private final AtomicBoolean waits = new AtomicBoolean(true);

		private Dependencies(EngineParts parts, Derivations derivations, List<ResourceKey<?>> missing,
				List<Integer> positions, Found[] found, Flight derived, Listener listener) {
			super(parts, missing,
					parts.terms(derived.voyage().shared(),
							(derived.voyage().notBefore() != null) ? Joining.NOT_DEPARTED : Joining.ANY,
							derived.deadline(), derived.depth() + 1));
			this.derivations = derivations;
			this.pins = derived.voyage().pins();
			this.positions = positions;
			this.found = found;
			this.derived = derived;
			this.listener = listener;
			this.graph = parts.services().waitGraph();
		}

		// What is itself derived must be derived from what is pinned.
		@Override
		Terms terms(ResourceKey<?> key) {
			return (this.pins != null && this.derivations.covers(key)) ? parts().terms(this.derived.voyage(),
					Joining.APART, this.derived.deadline(), this.derived.depth() + 1) : terms();
		}

		@Override
		boolean isAnsweredBy(Revision<?> found) {
			return this.pins == null || found.provenance().dependencies().isEmpty();
		}

		private void begin() {
			List<Flight> boarded = board();
			List<Flight> inputs = new ArrayList<>(this.positions.size());
			for (int i = 0; i < this.positions.size(); i++) {
				inputs.add(flight(i));
			}
			this.awaited = inputs;
			this.circle = this.graph.await(this.derived, inputs);
			if (this.circle.isEmpty()) {
				this.derived.prolongInputs();
				this.opened = ready(boarded);
			}
			else {
				leave();
				// Sent out all the same: others may have joined meanwhile, and wait for
				// them.
				this.opened = boarded;
			}
		}

		@Override
		public List<Flight> opened() {
			return this.opened;
		}

		@Override
		public void sentOut() {
			if (this.circle.isEmpty()) {
				listen();
			}
			else {
				this.listener.circular(this.circle);
			}
		}

		@Override
		public void withdraw() {
			leave();
			waitNoMore();
		}

		// Once: another read of the flight may wait for the same dependency.
		private void waitNoMore() {
			if (this.waits.compareAndSet(true, false)) {
				this.graph.arrived(this.derived, this.awaited);
			}
		}

		// The derived flight's own waiters board anew; here nobody would search for
		// circles
		// again.
		@Override
		boolean mayBoardAgain() {
			return false;
		}

		@Override
		void allLanded() {
			waitNoMore();
			for (int i = 0; i < this.positions.size(); i++) {
				this.found[this.positions.get(i)] = foundOrBroken(i);
			}
			this.listener.arrived(Arrays.asList(this.found));
		}

		private Found foundOrBroken(int position) {
			try {
				return found(position);
			}
			catch (RuntimeException | Error ex) {
				// A cache or a policy of the application threw.
				return new Found.Missing(new ResourceFailure(flight(position).key(), ResourceFailure.Kind.INTERNAL,
						List.of(), "the value could not be judged: " + ex.getClass().getName()));
			}
		}

		private Found found(int position) {
			return switch (outcome(position)) {
				case FlightOutcome.Landed landed -> kept(new Pin(landed.revision(), Age.FRESH));
				case FlightOutcome.FellBack fellBack -> fallenBack(fellBack);
				case FlightOutcome.Failed failed -> new Found.Missing(failed.failure());
				case null -> new Found.Missing(new ResourceFailure(flight(position).key(),
						ResourceFailure.Kind.INTERNAL, List.of(), "no outcome"));
			};
		}

		private Found fallenBack(FlightOutcome.FellBack outcome) {
			Revision<?> revision = outcome.revision();
			if (this.pins != null && !this.pins.adopt(revision, (input) -> cached(parts(), input))) {
				return new Found.Missing(outcome.failure());
			}
			boolean stale = parts().store().isStale(revision, parts().time().epochNanos());
			return kept(new Pin(revision, stale ? Age.STALE : Age.FRESH));
		}

		private Found kept(Pin pin) {
			return valueOf((this.pins != null) ? this.pins.keep(pin) : pin);
		}

	}

}
