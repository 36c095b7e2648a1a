package io.coalestra.internal.chain;

import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.cache.WriteStatus;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.store.Draft;
import io.coalestra.internal.store.Written;
import org.jspecify.annotations.Nullable;

/**
 * The shortcut of a derived value past its time to live whose inputs have meanwhile been
 * confirmed as they were: the value still stands, and is dated anew without being
 * computed.
 *
 * <p>
 * Only a confirmation that came after the value was computed counts. Where the inputs
 * have been fresh all along, the value has a shorter life than they have because its
 * source wants to look at something else as well, such as the time, and is computed.
 */
final class Confirmation {

	private final ChainServices services;

	private final SourceSlot slot;

	private final Flight flight;

	private final DependencyValues values;

	Confirmation(ChainServices services, SourceSlot slot, Flight flight, DependencyValues values) {
		this.services = services;
		this.slot = slot;
		this.flight = flight;
		this.values = values;
	}

	/**
	 * Ends the flight with the value that is known, where that still stands.
	 * @return false if it has to be computed
	 */
	boolean stands() {
		Revision<?> known = this.services.store().current(this.flight.key());
		if (known == null || !known.provenance().source().equals(this.slot.name()) || !this.values.confirm(known)) {
			return false;
		}
		Revision<?> renewed = renew(known);
		if (renewed == null) {
			return false;
		}
		this.flight.trace(this.services.time().monotonicNanos(), "derive", this.slot.name(),
				"its inputs were confirmed unchanged; not computed again");
		this.services.registry().land(this.flight, new FlightOutcome.Landed(renewed));
		return true;
	}

	private @Nullable Revision<?> renew(Revision<?> known) {
		long now = this.services.time().epochNanos();
		Revision.Provenance from = known.provenance();
		Draft draft = new Draft(this.flight.key(), new Draft.Content.Unchanged(known),
				new Draft.Origin(from.source(), now, from.latency(), from.attempts(), from.dependencies()),
				Draft.Statement.assumed(this.values.oldestObservation(now), now), this.flight);
		Written written = this.services.store().write(draft, WriteRule.MONOTONIC);
		return (written.status() == WriteStatus.STORED) ? written.offered() : null;
	}

}
