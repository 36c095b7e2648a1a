package io.coalestra.publish;

import java.time.Duration;
import java.util.Objects;

/**
 * The bounds of what is submitted to a publisher and not yet written.
 *
 * @param maxPending the most submissions that wait or are being written: 1 or more
 * @param drainLimit how long closing waits for them at most: zero or more
 */
public record SubmissionSettings(int maxPending, Duration drainLimit) {

	/** 1,024 submissions, and five seconds to write them when closing. */
	public static final SubmissionSettings DEFAULT = new SubmissionSettings(1024, Duration.ofSeconds(5));

	/**
	 * Checks.
	 * @throws IllegalArgumentException if a bound is out of its range
	 */
	public SubmissionSettings {
		Objects.requireNonNull(drainLimit, "drainLimit");
		if (maxPending < 1) {
			throw new IllegalArgumentException("maxPending: " + maxPending + " (expected: 1 or more)");
		}
		if (drainLimit.isNegative()) {
			throw new IllegalArgumentException("drainLimit: " + drainLimit + " (expected: not negative)");
		}
	}

	/**
	 * Sets the most submissions that wait or are being written.
	 * @param value the bound: 1 or more
	 * @return the settings
	 */
	public SubmissionSettings maxPending(int value) {
		return new SubmissionSettings(value, this.drainLimit);
	}

	/**
	 * Sets how long closing waits for them.
	 * @param value the limit: zero or more
	 * @return the settings
	 */
	public SubmissionSettings drainLimit(Duration value) {
		return new SubmissionSettings(this.maxPending, value);
	}

}
