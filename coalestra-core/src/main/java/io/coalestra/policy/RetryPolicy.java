package io.coalestra.policy;

import java.time.Duration;

/**
 * How often a source's failed call is made again, and after how long.
 *
 * <p>
 * The delay before attempt n + 1 is {@code min(maxDelay, baseDelay × 2^(n−1))}, spread
 * uniformly by the jitter, and at least what the source itself asked for. An attempt that
 * the deadline leaves no time for is not made. Only failures that may pass are retried:
 * {@code SourceUnavailableException}, time-outs and I/O errors.
 *
 * @param maxAttempts how many calls are made in all: 1 or more
 * @param baseDelay the first delay: zero or more
 * @param maxDelay the longest delay before jitter: at least {@code baseDelay}
 * @param jitterRatio how far a delay is spread to either side: 0 to 1, both inclusive
 */
public record RetryPolicy(int maxAttempts, Duration baseDelay, Duration maxDelay, double jitterRatio) {

	/**
	 * Two attempts, 50 ms apart.
	 */
	public static final RetryPolicy DEFAULT = new RetryPolicy(2, Duration.ofMillis(50), Duration.ofSeconds(1), 0.1);

	/**
	 * One attempt.
	 */
	public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO, 0);

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if a part is out of its bounds or not a number
	 */
	public RetryPolicy {
		if (maxAttempts < 1) {
			throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: 1 or more)");
		}
		if (baseDelay.isNegative()) {
			throw new IllegalArgumentException("baseDelay: " + baseDelay + " (expected: not negative)");
		}
		if (maxDelay.compareTo(baseDelay) < 0) {
			throw new IllegalArgumentException(
					"maxDelay: " + maxDelay + " (expected: at least baseDelay " + baseDelay + ")");
		}
		if (!(jitterRatio >= 0 && jitterRatio <= 1)) {
			throw new IllegalArgumentException("jitterRatio: " + jitterRatio + " (expected: from 0 to 1)");
		}
	}

	/**
	 * Returns this policy with another number of attempts.
	 * @param attempts how many calls are made in all: 1 or more
	 * @return the policy
	 */
	public RetryPolicy maxAttempts(int attempts) {
		return new RetryPolicy(attempts, this.baseDelay, this.maxDelay, this.jitterRatio);
	}

}
