package io.coalestra.policy;

import java.time.Duration;
import java.util.Objects;

/**
 * How far apart the values of one snapshot may have been observed. Immutable.
 *
 * @param maxSkew the most time between the oldest and the newest observation, inclusive:
 * zero or more
 * @param participants which keys are compared; fewer than two values always agree
 * @param remedy what is done when they are further apart; the old side is what is read
 * again
 */
public record ConsistencyPolicy(Duration maxSkew, Participants participants, Remedy remedy) {

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if the skew is negative
	 */
	public ConsistencyPolicy {
		if (maxSkew.isNegative()) {
			throw new IllegalArgumentException("maxSkew: " + maxSkew + " (expected: not negative)");
		}
		Objects.requireNonNull(participants, "participants");
		Objects.requireNonNull(remedy, "remedy");
	}

	/**
	 * Holds the required keys together, and rejects what is further apart.
	 * @param span the most time between the oldest and the newest observation, inclusive:
	 * zero or more
	 * @return the policy
	 */
	public static ConsistencyPolicy maxSkew(Duration span) {
		return new ConsistencyPolicy(span, Participants.REQUIRED, Remedy.REJECT);
	}

	/**
	 * Returns this policy with the optional keys held together with the required ones.
	 * @return the policy
	 */
	public ConsistencyPolicy includingOptional() {
		return new ConsistencyPolicy(this.maxSkew, Participants.ALL, this.remedy);
	}

	/**
	 * Returns this policy such that what lags behind is read again, once, before the
	 * snapshot is rejected.
	 * @return the policy
	 */
	public ConsistencyPolicy repairing() {
		return new ConsistencyPolicy(this.maxSkew, this.participants, Remedy.READ_AGAIN);
	}

}
