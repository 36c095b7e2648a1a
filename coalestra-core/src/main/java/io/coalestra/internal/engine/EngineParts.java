package io.coalestra.internal.engine;

import io.coalestra.internal.chain.ChainServices;
import io.coalestra.internal.chain.Groups;
import io.coalestra.internal.chain.SourceChain;
import io.coalestra.internal.flight.FlightRegistry;
import io.coalestra.internal.flight.FlightRegistry.Joining;
import io.coalestra.internal.flight.FlightRegistry.Terms;
import io.coalestra.internal.flight.Voyage;
import io.coalestra.internal.signal.Signals;
import io.coalestra.internal.store.RevisionStore;
import io.coalestra.time.TimeSource;

/**
 * What all acquisitions share.
 *
 * @param services what the chain shares
 * @param chain sends flights out
 */
record EngineParts(ChainServices services, SourceChain chain) {

	FlightRegistry registry() {
		return this.services.registry();
	}

	RevisionStore store() {
		return this.services.store();
	}

	TimeSource time() {
		return this.services.time();
	}

	Signals signals() {
		return this.services.signals();
	}

	Groups groups() {
		return this.services.groups();
	}

	Terms terms(Voyage voyage, Joining joining, long until, int depth) {
		return new Terms(voyage, joining, time().monotonicNanos(), until, store().epoch(), depth);
	}

}
