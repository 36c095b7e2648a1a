package io.coalestra.policy;

import java.time.Duration;
import java.util.Objects;

/**
 * When a source that keeps failing is left alone, and for how long.
 *
 * @param enabled whether there is a circuit at all
 * @param scope what shares one circuit
 * @param failureThreshold how many failures in a row open it: 1 to
 * {@value #MAX_FAILURE_THRESHOLD}, each of which takes memory in every circuit
 * @param recoveryTimeout how long it stays open before one call may probe: zero or more
 */
public record CircuitPolicy(boolean enabled, CircuitScope scope, int failureThreshold, Duration recoveryTimeout) {

	/**
	 * How many failures in a row a circuit can count.
	 */
	public static final int MAX_FAILURE_THRESHOLD = 1_000;

	/**
	 * By source, open after three failures in a row, for ten seconds.
	 */
	public static final CircuitPolicy DEFAULT = new CircuitPolicy(true, CircuitScope.SOURCE, 3, Duration.ofSeconds(10));

	/**
	 * No circuit.
	 */
	public static final CircuitPolicy NONE = new CircuitPolicy(false, CircuitScope.SOURCE, 1, Duration.ZERO);

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if a part is out of its bounds
	 */
	public CircuitPolicy {
		Objects.requireNonNull(scope, "scope");
		requireFailureThreshold(failureThreshold);
		if (recoveryTimeout.isNegative()) {
			throw new IllegalArgumentException("recoveryTimeout: " + recoveryTimeout + " (expected: not negative)");
		}
	}

	/**
	 * Checks how many failures in a row are to open a circuit.
	 * @param value the number
	 * @return the number
	 * @throws IllegalArgumentException if it is not 1 to {@value #MAX_FAILURE_THRESHOLD}
	 */
	public static int requireFailureThreshold(int value) {
		if (value < 1 || value > MAX_FAILURE_THRESHOLD) {
			throw new IllegalArgumentException(
					"failureThreshold: " + value + " (expected: 1 to " + MAX_FAILURE_THRESHOLD + ")");
		}
		return value;
	}

	/**
	 * Returns this policy with another scope.
	 * @param scope what shares one circuit
	 * @return the policy
	 */
	public CircuitPolicy scope(CircuitScope scope) {
		return new CircuitPolicy(this.enabled, scope, this.failureThreshold, this.recoveryTimeout);
	}

}
