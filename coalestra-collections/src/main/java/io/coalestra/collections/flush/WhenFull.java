package io.coalestra.collections.flush;

import java.time.Duration;

/**
 * What becomes of a write for which the buffer has no room. A write of a row that is
 * pending already takes its place and needs none.
 */
public sealed interface WhenFull {

	/**
	 * Returns what refuses at once.
	 * @return the policy
	 */
	static WhenFull refuse() {
		return new Refuse();
	}

	/**
	 * Returns what lets the writer wait for room. Collections that are flushed
	 * {@linkplain io.coalestra.collections.option.FlushStrategy#ON_SCHEDULE on schedule}
	 * are then flushed at once; the others wait for whoever flushes them.
	 * @param limit how long at most: more than zero
	 * @return the policy
	 * @throws IllegalArgumentException if the limit is zero or negative
	 */
	static WhenFull waitFor(Duration limit) {
		return new Wait(limit);
	}

	/**
	 * The writer is refused at once.
	 */
	record Refuse() implements WhenFull {
	}

	/**
	 * The writer waits.
	 *
	 * @param limit how long at most: more than zero
	 */
	record Wait(Duration limit) implements WhenFull {

		/**
		 * Checks.
		 */
		public Wait {
			if (limit.isZero() || limit.isNegative()) {
				throw new IllegalArgumentException("limit: " + limit + " (expected: more than zero)");
			}
		}

	}

}
