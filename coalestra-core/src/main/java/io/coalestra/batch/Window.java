package io.coalestra.batch;

import java.time.Duration;

/**
 * How long a batch gathers callers before it is dispatched, unless it is full sooner.
 *
 * <p>
 * The time runs from a batch's first item and is not extended by later ones. Immutable.
 *
 * @param kind what starts a batch beside its size
 * @param length how long the first item waits at most for a bulk call to be asked for:
 * zero or more
 */
public record Window(Kind kind, Duration length) {

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if the length is negative
	 */
	public Window {
		if (length.isNegative()) {
			throw new IllegalArgumentException("window: " + length + " (expected: not negative)");
		}
	}

	/**
	 * Dispatches at once while no bulk call of the group runs, and gathers while one
	 * does: until all have ended, the batch is full or the window has passed. Whoever is
	 * alone never waits, and no timer runs while nothing is to be gathered.
	 * @param max how long the first item waits at most: zero or more; zero gathers only
	 * what arrives before the bulk call's thread begins
	 * @return the window
	 */
	public static Window adaptive(Duration max) {
		return new Window(Kind.ADAPTIVE, max);
	}

	/**
	 * Gathers for the whole window, whether the back end is busy or not.
	 * @param length how long: zero or more; zero gathers only what arrives before the
	 * bulk call's thread begins
	 * @return the window
	 */
	public static Window fixed(Duration length) {
		return new Window(Kind.FIXED, length);
	}

	/**
	 * Gathers for the whole window, but dispatches at once when an item finds no bulk
	 * call of its group running.
	 * @param length how long: zero or more
	 * @return the window
	 */
	public static Window fixedUnlessIdle(Duration length) {
		return new Window(Kind.FIXED_UNLESS_IDLE, length);
	}

	/**
	 * What starts a batch beside its size.
	 */
	public enum Kind {

		/** The end of the window. */
		FIXED,

		/** The end of the window, or at once if nothing runs when the item arrives. */
		FIXED_UNLESS_IDLE,

		/** As soon as nothing runs, and the end of the window at the latest. */
		ADAPTIVE

	}

}
