package io.coalestra.internal.flight;

import io.coalestra.signal.Watch;
import org.jspecify.annotations.Nullable;

/**
 * A place among those who wait for a flight.
 */
public final class Seat {

	private final Flight flight;

	private final FlightListener listener;

	private final int position;

	private final FlightRegistry.Role role;

	// These three are guarded by the flight's monitor.

	@Nullable Seat previous;

	@Nullable Seat next;

	boolean left;

	Seat(Flight flight, FlightListener listener, int position, FlightRegistry.Role role) {
		this.flight = flight;
		this.listener = listener;
		this.position = position;
		this.role = role;
	}

	/**
	 * Returns the flight.
	 * @return the flight
	 */
	public Flight flight() {
		return this.flight;
	}

	/**
	 * Returns how the place was got.
	 * @return whether the flight was in progress, or is a new one
	 */
	public FlightRegistry.Role role() {
		return this.role;
	}

	/**
	 * Gives the place up. The listener may still be told if the flight ends at this
	 * moment.
	 */
	public void leave() {
		this.flight.leave(this);
	}

	void tell(FlightOutcome how) {
		this.listener.landed(this.position, how);
	}

	Watch watch() {
		return this.listener.watch();
	}

}
