package io.coalestra.source;

/**
 * Lets a source's concurrency follow its latency, between two bounds.
 *
 * <p>
 * The limit grows by one while calls are as quick as the quickest lately seen and the
 * limit is in use, and shrinks by a tenth when they take more than {@code tolerance}
 * times as long, or time out (additive increase, multiplicative decrease).
 *
 * @param minimum the least number of calls at a time: 1 or more
 * @param maximum the most calls at a time: at least {@code minimum}
 * @param tolerance how many times the quickest latency is still good: more than 1
 */
public record AdaptiveConcurrency(int minimum, int maximum, double tolerance) {

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if a part is out of its bounds or not a number
	 */
	public AdaptiveConcurrency {
		if (minimum < 1) {
			throw new IllegalArgumentException("minimum: " + minimum + " (expected: 1 or more)");
		}
		if (maximum < minimum) {
			throw new IllegalArgumentException("maximum: " + maximum + " (expected: at least minimum " + minimum + ")");
		}
		if (!(tolerance > 1 && tolerance <= 1_000)) {
			throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: above 1 and at most 1000)");
		}
	}

	/**
	 * Adapts between two bounds, holding twice the quickest latency for good.
	 * @param minimum the least number of calls at a time: 1 or more
	 * @param maximum the most calls at a time: at least {@code minimum}
	 * @return the rule
	 */
	public static AdaptiveConcurrency between(int minimum, int maximum) {
		return new AdaptiveConcurrency(minimum, maximum, 2.0);
	}

}
