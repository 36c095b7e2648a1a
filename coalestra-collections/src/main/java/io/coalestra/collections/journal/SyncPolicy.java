package io.coalestra.collections.journal;

import java.time.Duration;

/**
 * When what was appended is forced to the disk. A killed process loses nothing under any
 * policy, since the operating system has what was appended; this is about the machine
 * losing power or crashing.
 */
public sealed interface SyncPolicy {

	/**
	 * Returns the policy by which nobody goes on before the disk has what they appended.
	 * Those who wait at the same time share one force.
	 * @return the policy
	 */
	static SyncPolicy eachWrite() {
		return new EachWrite();
	}

	/**
	 * Returns the policy by which the disk is forced now and then.
	 * @param interval how much time's writes a loss of power may take: more than zero
	 * @return the policy
	 * @throws IllegalArgumentException if the interval is zero or negative
	 */
	static SyncPolicy every(Duration interval) {
		return new Every(interval);
	}

	/**
	 * Returns the policy by which the operating system decides.
	 * @return the policy
	 */
	static SyncPolicy never() {
		return new Never();
	}

	/**
	 * Forced before anybody goes on.
	 */
	record EachWrite() implements SyncPolicy {
	}

	/**
	 * Forced now and then.
	 *
	 * @param interval how often: more than zero
	 */
	record Every(Duration interval) implements SyncPolicy {

		/**
		 * Checks.
		 */
		public Every {
			if (interval.isZero() || interval.isNegative()) {
				throw new IllegalArgumentException("interval: " + interval + " (expected: more than zero)");
			}
		}

	}

	/**
	 * Left to the operating system.
	 */
	record Never() implements SyncPolicy {
	}

}
