package io.coalestra.internal.flight;

import io.coalestra.signal.Watch;

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

	/**
	 * Returns what follows the activity that the listener waits for.
	 * @return the watch
	 */
	default Watch watch() {
		return Watch.NONE;
	}

}
