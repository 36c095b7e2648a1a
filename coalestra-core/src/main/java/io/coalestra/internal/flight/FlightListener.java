package io.coalestra.internal.flight;

/**
 * Somebody who waits for flights.
 */
public interface FlightListener {

	/**
	 * A flight has ended. Called at most once for each flight that was joined, on the
	 * thread that ended it, outside any lock; must be quick.
	 * @param position what the listener gave when it joined
	 * @param outcome how it ended
	 */
	void landed(int position, FlightOutcome outcome);

}
