package io.coalestra.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.chain.DependencyReader;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.Tally;
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

	private @Nullable EngineParts parts;

	DependencyAcquirer(RefreshScheduler refreshes) {
		this.refreshes = refreshes;
	}

	// The chain and the reader of dependencies need each other; set once, before the
	// first build.
	void connect(EngineParts connected) {
		this.parts = connected;
	}

	@Override
	public Reading read(ResourceKeys keys, Flight derived, Listener listener) {
		EngineParts known = Objects.requireNonNull(this.parts);
		Found[] found = new Found[keys.size()];
		List<ResourceKey<?>> missing = new ArrayList<>();
		List<Integer> positions = new ArrayList<>();
		long now = known.time().epochNanos();
		for (int i = 0; i < keys.size(); i++) {
			Judgement judgement = known.store().judge(keys.get(i), now, null);
			Revision<?> revision = judgement.revision();
			boolean serves = judgement.worth() == Judgement.Worth.FRESH
					|| judgement.worth() == Judgement.Worth.STALE_SERVED;
			if (serves && revision != null) {
				found[i] = new Found.Value(revision,
						(judgement.worth() == Judgement.Worth.FRESH) ? InputFreshness.FRESH : InputFreshness.STALE);
				this.refreshes.schedule(keys.get(i), judgement.refresh(), derived.voyage());
			}
			else {
				missing.add(keys.get(i));
				positions.add(i);
			}
		}
		derived.voyage().tally().add(Tally.Count.CACHE_HITS, keys.size() - missing.size());
		derived.voyage().tally().add(Tally.Count.CACHE_MISSES, missing.size());
		known.store().countReads(keys.size() - missing.size(), 0, missing.size());
		if (missing.isEmpty()) {
			return new Known(Arrays.asList(found), listener);
		}
		Dependencies reading = new Dependencies(known, missing, positions, found, derived, listener);
		reading.begin();
		return reading;
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

	}

	private static final class Dependencies extends Acquisition implements Reading {

		private final List<Integer> positions;

		private final Found[] found;

		private final Flight derived;

		private final Listener listener;

		private final WaitGraph graph;

		private List<ResourceKey<?>> circle = List.of();

		private List<Flight> opened = List.of();

		private Dependencies(EngineParts parts, List<ResourceKey<?>> missing, List<Integer> positions, Found[] found,
				Flight derived, Listener listener) {
			super(parts, missing, parts.terms(derived.voyage(), Joining.ANY, derived.deadline(), derived.depth() + 1));
			this.positions = positions;
			this.found = found;
			this.derived = derived;
			this.listener = listener;
			this.graph = parts.services().waitGraph();
		}

		private void begin() {
			List<Flight> boarded = board();
			List<Flight> awaited = new ArrayList<>(this.positions.size());
			for (int i = 0; i < this.positions.size(); i++) {
				awaited.add(flight(i));
			}
			this.circle = this.graph.await(this.derived, awaited);
			if (this.circle.isEmpty()) {
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

		// The derived flight's own waiters board anew; here nobody would search for
		// circles
		// again.
		@Override
		boolean mayBoardAgain() {
			return false;
		}

		@Override
		void allLanded() {
			this.graph.arrived(this.derived);
			for (int i = 0; i < this.positions.size(); i++) {
				this.found[this.positions.get(i)] = found(i);
			}
			this.listener.arrived(Arrays.asList(this.found));
		}

		private Found found(int position) {
			return switch (outcome(position)) {
				case FlightOutcome.Landed landed -> new Found.Value(landed.revision(), InputFreshness.FRESH);
				case FlightOutcome.FellBack fellBack -> {
					boolean stale = parts().store().isStale(fellBack.revision(), parts().time().epochNanos());
					yield new Found.Value(fellBack.revision(), stale ? InputFreshness.STALE : InputFreshness.FRESH);
				}
				case FlightOutcome.Failed failed -> new Found.Missing(failed.failure());
				case null -> new Found.Missing(new ResourceFailure(flight(position).key(),
						ResourceFailure.Kind.INTERNAL, List.of(), "no outcome"));
			};
		}

	}

}
