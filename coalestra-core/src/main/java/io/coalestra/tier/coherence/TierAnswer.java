package io.coalestra.tier.coherence;

import java.util.Objects;

/**
 * What came of asking a tier through its gate. It never fails: without a tier a read is
 * slower, and no worse.
 *
 * @param <T> what was asked for
 */
public sealed interface TierAnswer<T> {

	/**
	 * The tier answered within its limit.
	 *
	 * @param <T> what was asked for
	 * @param value the answer
	 */
	record Given<T>(T value) implements TierAnswer<T> {
	}

	/**
	 * The tier did not answer, or was not asked.
	 *
	 * @param <T> what was asked for
	 * @param reason why
	 * @param message the details
	 */
	record Withheld<T>(Reason reason, String message) implements TierAnswer<T> {

		/**
		 * Checks.
		 */
		public Withheld {
			Objects.requireNonNull(reason, "reason");
			Objects.requireNonNull(message, "message");
		}

	}

	/**
	 * Why there is no answer.
	 */
	enum Reason {

		/**
		 * The limit was over before it came. Whether the request took effect is not
		 * known.
		 */
		LATE,

		/** The tier said that it could not. */
		FAILED,

		/** It was not asked, because it failed lately. */
		CIRCUIT_OPEN

	}

}
