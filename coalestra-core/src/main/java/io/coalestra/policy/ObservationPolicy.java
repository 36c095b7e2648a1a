package io.coalestra.policy;

import java.time.Duration;

/**
 * What is done with values that say they were observed in the future.
 *
 * @param futureTolerance how far ahead of the own clock an observation may lie,
 * inclusive: zero or more
 * @param rejectFutureObservations whether a value further ahead is refused; if not, it is
 * accepted, and its age counts as zero
 */
public record ObservationPolicy(Duration futureTolerance, boolean rejectFutureObservations) {

	/**
	 * One second is tolerated, more is refused.
	 */
	public static final ObservationPolicy DEFAULT = new ObservationPolicy(Duration.ofSeconds(1), true);

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if the tolerance is negative
	 */
	public ObservationPolicy {
		if (futureTolerance.isNegative()) {
			throw new IllegalArgumentException("futureTolerance: " + futureTolerance + " (expected: not negative)");
		}
	}

}
