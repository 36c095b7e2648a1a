package io.coalestra.internal.tier;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.coalestra.internal.flight.FlightRegistry;
import io.coalestra.internal.isolation.PayloadIsolation;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.key.ResourceKey;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;

/**
 * What the parts of the shared tier share.
 *
 * @param gate the way to the tier
 * @param store the cache
 * @param registry the flights
 * @param isolation proves payloads immutable
 * @param signals events and metrics
 * @param time the time
 * @param executor runs what the tier's own threads must not
 * @param refreshing reads a key again in the background
 * @param keys what is kept in the tier, and under which names
 */
record TierServices(TierGate gate, RevisionStore store, FlightRegistry registry, PayloadIsolation isolation,
		Signals signals, TimeSource time, Executor executor, Consumer<ResourceKey<?>> refreshing, SharedKeys keys) {

	String name() {
		return this.gate.tier().name();
	}

}
