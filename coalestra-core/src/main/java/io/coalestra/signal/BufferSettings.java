package io.coalestra.signal;

import java.util.Objects;

/**
 * How much a buffer before a sink holds, and what it does when that is not enough.
 *
 * @param maxPending how many records wait at most: 1 or more
 * @param overflow what is done with one more
 */
public record BufferSettings(int maxPending, Overflow overflow) {

	/**
	 * Ten thousand records, of which the oldest make room.
	 */
	public static final BufferSettings DEFAULT = new BufferSettings(10_000, Overflow.DROP_OLDEST);

	/**
	 * Checks.
	 */
	public BufferSettings {
		if (maxPending < 1) {
			throw new IllegalArgumentException("maxPending: " + maxPending + " (expected: 1 or more)");
		}
		Objects.requireNonNull(overflow, "overflow");
	}

}
