package io.coalestra.collections.option;

import java.time.Duration;

/**
 * How often and for how long a change of a row is tried again when another writer was
 * faster. Immutable; each method returns new options.
 *
 * @param maxAttempts how often it is tried at most: 1 or more
 * @param limit how long it may take, waiting for its turn among the changes of the same
 * row in this process included: more than zero. A try that has begun is not cut short
 */
public record UpdateOptions(int maxAttempts, Duration limit) {

	/**
	 * 1,000 attempts within 30 seconds: a node that others keep overtaking is ended by
	 * the time, rather than by bad luck.
	 */
	public static final UpdateOptions DEFAULTS = new UpdateOptions(1_000, Duration.ofSeconds(30));

	/**
	 * Checks.
	 * @throws IllegalArgumentException if a value is out of its bounds
	 */
	public UpdateOptions {
		if (maxAttempts < 1) {
			throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: 1 or more)");
		}
		if (limit.isNegative() || limit.isZero()) {
			throw new IllegalArgumentException("limit: " + limit + " (expected: more than zero)");
		}
	}

	/**
	 * Tries so often at most.
	 * @param attempts the most attempts: 1 or more
	 * @return the options
	 */
	public UpdateOptions maxAttempts(int attempts) {
		return new UpdateOptions(attempts, this.limit);
	}

	/**
	 * Goes on for so long at most.
	 * @param span the limit: more than zero
	 * @return the options
	 */
	public UpdateOptions limit(Duration span) {
		return new UpdateOptions(this.maxAttempts, span);
	}

}
