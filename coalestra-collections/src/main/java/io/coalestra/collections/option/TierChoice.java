package io.coalestra.collections.option;

import java.util.Objects;

/**
 * Which tier a collection uses. Immutable.
 *
 * @param <T> the tier's type
 */
public sealed interface TierChoice<T> {

	/**
	 * Uses the registry's, if it has one.
	 * @param <T> the tier's type
	 * @return the choice
	 */
	static <T> TierChoice<T> inherited() {
		return new Inherited<>();
	}

	/**
	 * Uses none, whatever the registry has.
	 * @param <T> the tier's type
	 * @return the choice
	 */
	static <T> TierChoice<T> none() {
		return new None<>();
	}

	/**
	 * Uses a given one.
	 * @param <T> the tier's type
	 * @param tier the tier
	 * @return the choice
	 */
	static <T> TierChoice<T> of(T tier) {
		return new Given<>(tier);
	}

	/**
	 * The registry's.
	 *
	 * @param <T> the tier's type
	 */
	record Inherited<T>() implements TierChoice<T> {
	}

	/**
	 * None.
	 *
	 * @param <T> the tier's type
	 */
	record None<T>() implements TierChoice<T> {
	}

	/**
	 * A given one.
	 *
	 * @param <T> the tier's type
	 * @param tier the tier
	 */
	record Given<T>(T tier) implements TierChoice<T> {

		/**
		 * Checks.
		 */
		public Given {
			Objects.requireNonNull(tier, "tier");
		}

	}

}
