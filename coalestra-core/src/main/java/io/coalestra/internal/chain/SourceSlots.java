package io.coalestra.internal.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.coalestra.internal.circuit.Circuit;
import io.coalestra.internal.circuit.SourceCircuits;
import io.coalestra.internal.signal.Signals;
import io.coalestra.policy.Resilience;
import io.coalestra.signal.EventType;
import io.coalestra.source.Source;
import io.coalestra.time.TimeSource;

/**
 * Puts sources to work.
 */
public final class SourceSlots {

	private SourceSlots() {
	}

	/**
	 * Gives each source its permits and circuits.
	 * @param sources the sources
	 * @param resilience answers how a source's failures are met
	 * @param time the time
	 * @param signals takes changes of circuits
	 * @return the slots, in the order of the sources
	 */
	public static List<SourceSlot> of(List<Source> sources, Function<Source, Resilience> resilience, TimeSource time,
			Signals signals) {
		List<SourceSlot> slots = new ArrayList<>(sources.size());
		for (Source source : sources) {
			Resilience policy = resilience.apply(source);
			Circuit.StateListener listener = (circuit, state) -> signals.emit(EventType.CIRCUIT_STATE_CHANGED, "source",
					source.name(), "circuit", circuit, "state", state);
			slots.add(new SourceSlot(source, policy,
					(circuit) -> new SourceCircuits(source.name(), circuit, time, listener)));
		}
		return List.copyOf(slots);
	}

}
