package io.coalestra.policy;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What makes one value good enough to act on. Immutable.
 *
 * @param maxAge how long ago it may have been observed, inclusive: zero or more; null for
 * no limit
 * @param staleValues whether it may be past its time to live
 * @param minimumRank the least authority of its source, inclusive; null for no limit
 */
public record AcceptanceRule(@Nullable Duration maxAge, StaleValues staleValues, @Nullable Integer minimumRank) {

	/**
	 * Accepts every value. As the rule of a key it exempts it from the default rule.
	 */
	public static final AcceptanceRule ANY = new AcceptanceRule(null, StaleValues.ACCEPTED, null);

	/**
	 * Accepts what is not past its time to live.
	 */
	public static final AcceptanceRule FRESH = new AcceptanceRule(null, StaleValues.REFUSED, null);

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if the age is negative
	 */
	public AcceptanceRule {
		if (maxAge != null && maxAge.isNegative()) {
			throw new IllegalArgumentException("maxAge: " + maxAge + " (expected: not negative)");
		}
		Objects.requireNonNull(staleValues, "staleValues");
	}

	/**
	 * Returns this rule with a limit of age.
	 * @param age how long ago a value may have been observed, inclusive: zero or more
	 * @return the rule
	 */
	public AcceptanceRule maxAge(Duration age) {
		return new AcceptanceRule(Objects.requireNonNull(age, "maxAge"), this.staleValues, this.minimumRank);
	}

	/**
	 * Returns this rule with stale values refused.
	 * @return the rule
	 */
	public AcceptanceRule refusingStale() {
		return new AcceptanceRule(this.maxAge, StaleValues.REFUSED, this.minimumRank);
	}

	/**
	 * Returns this rule with a least authority.
	 * @param rank the rank, inclusive
	 * @return the rule
	 */
	public AcceptanceRule minimumRank(int rank) {
		return new AcceptanceRule(this.maxAge, this.staleValues, rank);
	}

	/**
	 * Returns whether the rule can refuse anything.
	 * @return false for a rule without limits
	 */
	public boolean canRefuse() {
		return this.maxAge != null || this.staleValues == StaleValues.REFUSED || this.minimumRank != null;
	}

	/**
	 * What is done with values past their time to live.
	 */
	public enum StaleValues {

		/** They are as good as others. */
		ACCEPTED,

		/** They are refused. */
		REFUSED

	}

}
