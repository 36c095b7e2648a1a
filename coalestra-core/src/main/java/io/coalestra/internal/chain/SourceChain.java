package io.coalestra.internal.chain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.cache.Revision;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.internal.flight.Comparison;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.flight.Tally;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.source.BatchSource;
import io.coalestra.source.DerivedSource;
import io.coalestra.source.SingleSource;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends flights to their next source, together where one call can serve many, and ends
 * those that no source is left for.
 *
 * <p>
 * There is no barrier: the flights that one call leaves without a value go on to the next
 * source at once, whatever other calls are doing.
 */
public final class SourceChain {

	private static final TimeSource.Timer UNHEDGED = () -> {
	};

	private final ChainServices services;

	private final DependencyReader dependencies;

	private final Map<SourceSlot, Pool> pools;

	/**
	 * Makes a chain.
	 * @param services what its steps share
	 * @param dependencies reads what derived values are computed from
	 */
	public SourceChain(ChainServices services, DependencyReader dependencies) {
		this.services = services;
		this.dependencies = dependencies;
		this.pools = Pool.of(services, this);
	}

	/**
	 * Gathers no more. What gathers is given up: the builder is closed.
	 */
	public void close() {
		this.pools.values().forEach(Pool::close);
	}

	/**
	 * Sends flights to their next source; first of all to the shared tier, where there is
	 * one.
	 * @param flights flights that are with no source
	 */
	public void launch(List<Flight> flights) {
		Map<SourceSlot, List<Flight>> bySource = new LinkedHashMap<>();
		List<DerivedRead> derivedReads = new ArrayList<>();
		List<Flight> exhausted = new ArrayList<>();
		EngineTier tier = this.services.tier();
		List<Flight> asking = new ArrayList<>(0);
		// What derived flights need joins those that leave with them, all the way down,
		// so that
		// a batch source is called once for all.
		Deque<Flight> leaving = new ArrayDeque<>(flights);
		while (!leaving.isEmpty()) {
			Flight flight = leaving.remove();
			if (this.services.registry().isClosed()) {
				// Opened by a build that began as the builder was closed.
				this.services.registry()
					.land(flight, new FlightOutcome.Failed(ResourceFailure.of(flight.key(), ResourceFailure.Kind.CLOSED,
							flight.progress().failures())));
				continue;
			}
			if (tier != null && tier.isAskedBy(flight)) {
				asking.add(flight);
				continue;
			}
			List<SourceSlot> chain = this.services.plan().chainOf(flight.key().type());
			int position = this.services.plan().next(flight, chain);
			if (position == chain.size()) {
				if (flight.progress().isIdle()) {
					exhausted.add(flight);
				}
			}
			else if (flight.progress().callBegins(position)) {
				SourceSlot slot = chain.get(position);
				if (slot.source() instanceof DerivedSource derived) {
					DerivedRead read = new DerivedRead(this.services, this, slot, derived, flight,
							armHedge(slot, List.of(flight)));
					leaving.addAll(read.begin(this.dependencies));
					derivedReads.add(read);
				}
				else {
					bySource.computeIfAbsent(slot, (key) -> new ArrayList<>()).add(flight);
				}
			}
		}
		if (tier != null && !asking.isEmpty()) {
			tier.read(asking, this::launch);
		}
		// What runs elsewhere is sent out before an inline source holds this thread.
		bySource.forEach((slot, group) -> {
			if (!slot.isInline()) {
				dispatch(slot, group);
			}
		});
		bySource.forEach((slot, group) -> {
			if (slot.isInline()) {
				dispatch(slot, group);
			}
		});
		derivedReads.forEach(DerivedRead::sentOut);
		exhausted(exhausted);
	}

	private void dispatch(SourceSlot slot, List<Flight> flights) {
		switch (slot.source()) {
			case SingleSource single -> {
				for (Flight flight : flights) {
					begin(slot, List.of(flight), new Operation.Single(single));
				}
			}
			case BatchSource batch -> {
				Pool pool = this.pools.get(slot);
				if (pool != null) {
					pool.gather(flights);
					return;
				}
				for (List<Flight> chunk : chunks(slot, flights)) {
					begin(slot, chunk, new Operation.Batch(batch));
				}
			}
			case DerivedSource derived ->
				throw new IllegalStateException(slot + ": sent out (expected: its dependencies first)");
		}
	}

	// Calls of at most the batch size, and of keys that share a circuit: an open one must
	// not take others with it.
	private static List<List<Flight>> chunks(SourceSlot slot, List<Flight> flights) {
		Integer limit = slot.source().settings().maxBatchSize();
		int size = (limit != null) ? limit : Integer.MAX_VALUE;
		if (slot.circuits().isUniform() && flights.size() <= size) {
			flights.getFirst().voyage().tally().add(Tally.Count.BATCH_CHUNKS, 1);
			return List.of(flights);
		}
		Map<String, List<Flight>> byCircuit = new LinkedHashMap<>();
		for (Flight flight : flights) {
			String circuit = slot.circuits().isUniform() ? "" : slot.circuits().discriminator(flight.key());
			byCircuit.computeIfAbsent(circuit, (key) -> new ArrayList<>()).add(flight);
		}
		List<List<Flight>> chunks = new ArrayList<>();
		for (List<Flight> group : byCircuit.values()) {
			for (int from = 0; from < group.size(); from += size) {
				chunks.add(group.subList(from, (int) Math.min(group.size(), (long) from + size)));
			}
		}
		flights.getFirst().voyage().tally().add(Tally.Count.BATCH_CHUNKS, chunks.size());
		return chunks;
	}

	private void begin(SourceSlot slot, List<Flight> flights, Operation operation) {
		new SourceCall(this.services, this, slot, flights, operation, armHedge(slot, flights)::cancel).begin();
	}

	/**
	 * Begins a call.
	 * @param slot the source
	 * @param flights what it serves: keys of one circuit
	 * @param operation what is called
	 * @param whenOver is run once when nothing more will be called
	 */
	void begin(SourceSlot slot, List<Flight> flights, Operation operation, Runnable whenOver) {
		TimeSource.Timer hedge = armHedge(slot, flights);
		new SourceCall(this.services, this, slot, flights, operation, () -> {
			hedge.cancel();
			whenOver.run();
		}).begin();
	}

	private TimeSource.Timer armHedge(SourceSlot slot, List<Flight> flights) {
		if (slot.hedgeDelay() == Long.MAX_VALUE) {
			return UNHEDGED;
		}
		int[] positions = flights.stream().mapToInt((flight) -> flight.progress().nextSource()).toArray();
		return this.services.time().schedule(() -> {
			try {
				this.services.executor().execute(() -> hedgeLate(slot, flights, positions));
			}
			catch (RuntimeException ex) {
				// The executor is full, and has no room for more calls, or closed.
			}
		}, slot.hedgeDelay());
	}

	private void hedgeLate(SourceSlot slot, List<Flight> flights, int[] positions) {
		List<Flight> late = new ArrayList<>(flights.size());
		for (int i = 0; i < positions.length; i++) {
			Flight flight = flights.get(i);
			// Still with that source, and with no other: nothing has come of it yet.
			if (!flight.hasLanded() && flight.progress().nextSource() == positions[i]) {
				late.add(flight);
			}
		}
		hedge(slot, late);
	}

	private void hedge(SourceSlot slot, List<Flight> late) {
		List<Flight> withAnother = new ArrayList<>(late.size());
		long now = this.services.time().monotonicNanos();
		for (Flight flight : late) {
			List<SourceSlot> chain = this.services.plan().chainOf(flight.key().type());
			if (this.services.plan().next(flight, chain) < chain.size()) {
				flight.trace(now, "hedge", slot.name(), "no answer in time; the next source is asked as well");
				withAnother.add(flight);
			}
		}
		if (!withAnother.isEmpty()) {
			launch(withAnother);
		}
	}

	/**
	 * Takes back flights that a source's call left without a value, all for one reason.
	 * @param slot the source
	 * @param flights the flights
	 * @param failure the reason
	 */
	void failed(SourceSlot slot, List<Flight> flights, SourceFailure failure) {
		failed(slot, flights, Collections.nCopies(flights.size(), failure));
	}

	/**
	 * Takes back flights that a source's call left without a value.
	 * @param slot the source
	 * @param flights the flights
	 * @param failures the reasons, in their order
	 */
	void failed(SourceSlot slot, List<Flight> flights, List<SourceFailure> failures) {
		if (flights.isEmpty()) {
			return;
		}
		this.services.signals().record(Metric.SOURCE_FETCH, flights.size(), "failure", slot.name());
		long now = this.services.time().monotonicNanos();
		List<Flight> onward = new ArrayList<>(flights.size());
		List<Flight> ending = new ArrayList<>();
		for (int i = 0; i < flights.size(); i++) {
			Flight flight = flights.get(i);
			SourceFailure failure = failures.get(i);
			flight.trace(now, "source", slot.name(), failure.errorType() + ": " + failure.message());
			this.services.signals()
				.emit(EventType.SOURCE_FAILED, "resource", flight.key().toString(), "source", slot.name(), "error_type",
						failure.errorType(), "error", failure.message());
			if (flight.progress().callFailed(failure)) {
				(failure.reason() == FailureReason.UNWANTED ? ending : onward).add(flight);
			}
		}
		// Of what nobody wants no further source is asked.
		exhausted(ending);
		if (!onward.isEmpty()) {
			launch(onward);
		}
	}

	private void exhausted(List<Flight> flights) {
		if (flights.isEmpty()) {
			return;
		}
		List<Flight> ending = new ArrayList<>(flights.size());
		List<FlightOutcome> outcomes = new ArrayList<>(flights.size());
		long now = this.services.time().epochNanos();
		for (Flight flight : flights) {
			ending.add(flight);
			outcomes.add(outcomeWithout(flight, now));
		}
		this.services.registry().land(ending, outcomes);
	}

	private FlightOutcome outcomeWithout(Flight flight, long now) {
		List<SourceFailure> failures = flight.progress().failures();
		ResourceFailure failure = ResourceFailure.of(flight.key(), kindOf(failures), failures);
		try {
			// Before the flight's fence is looked at, which a doubt raises first.
			int stamp = this.services.store().stamp();
			Revision<?> fallback = flight.progress().bestStale(this.services.store().fallback(flight.key(), now), now);
			if (fallback == null) {
				return new FlightOutcome.Failed(failure);
			}
			if (failures.isEmpty() && flight.comparison() == Comparison.MADE && !flight.isFenced()) {
				// There is nobody else to ask.
				this.services.store().confirm(fallback, stamp);
			}
			// It may be fresh: published while the sources failed, or read again ahead of
			// its end.
			if (this.services.store().isStale(fallback, now)) {
				this.services.signals().record(Metric.SOURCE_FETCH, 1, "stale", fallback.provenance().source());
			}
			return new FlightOutcome.FellBack(fallback, failure);
		}
		catch (RuntimeException | Error ex) {
			// A cache or a policy of the application threw.
			return new FlightOutcome.Failed(failure);
		}
	}

	private static ResourceFailure.Kind kindOf(List<SourceFailure> failures) {
		if (failures.isEmpty()) {
			return ResourceFailure.Kind.UNSUPPORTED;
		}
		return failures.stream().map(SourceFailure::reason).anyMatch(FailureReason.DEADLINE_EXCEEDED::equals)
				? ResourceFailure.Kind.DEADLINE_EXCEEDED : ResourceFailure.Kind.SOURCES_FAILED;
	}

}
