package io.coalestra.health;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * From where on a state is degraded, and from where on critical. Immutable.
 *
 * @param capacityWaitingDegraded how many calls that wait for permits of one limiter are
 * a finding: 1 or more
 * @param capacityWaitingCriticalRatio which ratio of waiting calls to permits is
 * critical: more than zero
 * @param bufferBacklogDegradedRatio which part of a sink's buffer that is taken is a
 * finding: more than 0, at most 1
 * @param bufferBacklogCriticalRatio which part is critical: not below the former, at most
 * 1
 * @param runawayCallsDegraded how many calls of one source that were given up and have
 * not ended are a finding: 1 or more
 * @param flightAgeDegraded from which age on a read in progress is a finding: more than
 * zero
 * @param counterDeltaDegraded by how much a counter of faults grows between two samples
 * before that is a finding: 1 or more
 * @param counterDeltaCritical from how much on it is critical: not below the former
 */
public record HealthPolicy(int capacityWaitingDegraded, double capacityWaitingCriticalRatio,
		double bufferBacklogDegradedRatio, double bufferBacklogCriticalRatio, int runawayCallsDegraded,
		Duration flightAgeDegraded, long counterDeltaDegraded, long counterDeltaCritical) {

	/**
	 * One waiting call is a finding, as many as there are permits are critical; a buffer
	 * is a finding when half full and critical at nine tenths; one runaway is a finding,
	 * and a read of a minute; one fault between two samples is a finding, five are
	 * critical.
	 */
	public static final HealthPolicy DEFAULT = new HealthPolicy(1, 1.0, 0.5, 0.9, 1, Duration.ofMinutes(1), 1, 5);

	/**
	 * Checks.
	 */
	public HealthPolicy {
		requireAtLeastOne("capacityWaitingDegraded", capacityWaitingDegraded);
		if (!(capacityWaitingCriticalRatio > 0) || Double.isInfinite(capacityWaitingCriticalRatio)) {
			throw new IllegalArgumentException("capacityWaitingCriticalRatio: " + capacityWaitingCriticalRatio
					+ " (expected: a finite number above 0)");
		}
		requirePart("bufferBacklogDegradedRatio", bufferBacklogDegradedRatio);
		requirePart("bufferBacklogCriticalRatio", bufferBacklogCriticalRatio);
		if (bufferBacklogCriticalRatio < bufferBacklogDegradedRatio) {
			throw new IllegalArgumentException("bufferBacklogCriticalRatio: " + bufferBacklogCriticalRatio
					+ " (expected: not below bufferBacklogDegradedRatio " + bufferBacklogDegradedRatio + ")");
		}
		requireAtLeastOne("runawayCallsDegraded", runawayCallsDegraded);
		Objects.requireNonNull(flightAgeDegraded, "flightAgeDegraded");
		if (flightAgeDegraded.isZero() || flightAgeDegraded.isNegative()) {
			throw new IllegalArgumentException(
					"flightAgeDegraded: " + flightAgeDegraded + " (expected: more than zero)");
		}
		requireAtLeastOne("counterDeltaDegraded", counterDeltaDegraded);
		if (counterDeltaCritical < counterDeltaDegraded) {
			throw new IllegalArgumentException("counterDeltaCritical: " + counterDeltaCritical
					+ " (expected: not below counterDeltaDegraded " + counterDeltaDegraded + ")");
		}
	}

	private static void requireAtLeastOne(String name, long value) {
		if (value < 1) {
			throw new IllegalArgumentException(name + ": " + value + " (expected: 1 or more)");
		}
	}

	private static void requirePart(String name, double value) {
		if (!(value > 0 && value <= 1)) {
			throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0, at most 1)");
		}
	}

	/**
	 * Returns this policy with some of it changed.
	 * @param changes sets what changes
	 * @return the policy
	 * @throws IllegalArgumentException if a value is out of its bounds
	 */
	public HealthPolicy with(Consumer<Builder> changes) {
		Builder builder = new Builder(this);
		changes.accept(builder);
		return builder.build();
	}

	/**
	 * Collects changes of a policy. Not safe for concurrent use.
	 */
	public static final class Builder {

		private int capacityWaitingDegraded;

		private double capacityWaitingCriticalRatio;

		private double bufferBacklogDegradedRatio;

		private double bufferBacklogCriticalRatio;

		private int runawayCallsDegraded;

		private Duration flightAgeDegraded;

		private long counterDeltaDegraded;

		private long counterDeltaCritical;

		private Builder(HealthPolicy policy) {
			this.capacityWaitingDegraded = policy.capacityWaitingDegraded;
			this.capacityWaitingCriticalRatio = policy.capacityWaitingCriticalRatio;
			this.bufferBacklogDegradedRatio = policy.bufferBacklogDegradedRatio;
			this.bufferBacklogCriticalRatio = policy.bufferBacklogCriticalRatio;
			this.runawayCallsDegraded = policy.runawayCallsDegraded;
			this.flightAgeDegraded = policy.flightAgeDegraded;
			this.counterDeltaDegraded = policy.counterDeltaDegraded;
			this.counterDeltaCritical = policy.counterDeltaCritical;
		}

		/**
		 * Sets how many waiting calls are a finding.
		 * @param value 1 or more
		 * @return this
		 */
		public Builder capacityWaitingDegraded(int value) {
			this.capacityWaitingDegraded = value;
			return this;
		}

		/**
		 * Sets which ratio of waiting calls to permits is critical.
		 * @param value more than zero
		 * @return this
		 */
		public Builder capacityWaitingCriticalRatio(double value) {
			this.capacityWaitingCriticalRatio = value;
			return this;
		}

		/**
		 * Sets which part of a buffer that is taken is a finding.
		 * @param value more than 0, at most 1
		 * @return this
		 */
		public Builder bufferBacklogDegradedRatio(double value) {
			this.bufferBacklogDegradedRatio = value;
			return this;
		}

		/**
		 * Sets which part of a buffer that is taken is critical.
		 * @param value at most 1
		 * @return this
		 */
		public Builder bufferBacklogCriticalRatio(double value) {
			this.bufferBacklogCriticalRatio = value;
			return this;
		}

		/**
		 * Sets how many runaways of one source are a finding.
		 * @param value 1 or more
		 * @return this
		 */
		public Builder runawayCallsDegraded(int value) {
			this.runawayCallsDegraded = value;
			return this;
		}

		/**
		 * Sets from which age on a read in progress is a finding.
		 * @param value more than zero
		 * @return this
		 */
		public Builder flightAgeDegraded(Duration value) {
			this.flightAgeDegraded = value;
			return this;
		}

		/**
		 * Sets how many faults between two samples are a finding.
		 * @param value 1 or more
		 * @return this
		 */
		public Builder counterDeltaDegraded(long value) {
			this.counterDeltaDegraded = value;
			return this;
		}

		/**
		 * Sets how many faults between two samples are critical.
		 * @param value not below the number that is a finding
		 * @return this
		 */
		public Builder counterDeltaCritical(long value) {
			this.counterDeltaCritical = value;
			return this;
		}

		private HealthPolicy build() {
			return new HealthPolicy(this.capacityWaitingDegraded, this.capacityWaitingCriticalRatio,
					this.bufferBacklogDegradedRatio, this.bufferBacklogCriticalRatio, this.runawayCallsDegraded,
					this.flightAgeDegraded, this.counterDeltaDegraded, this.counterDeltaCritical);
		}

	}

}
