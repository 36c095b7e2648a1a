package io.coalestra.batch;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What became of one item of a batch: a value, nothing, or a failure of its own. So one
 * bad item does not fail ninety-nine good ones.
 *
 * <p>
 * Immutable, as far as the value is.
 *
 * @param <V> the value's type
 */
public sealed interface Outcome<V> {

	/**
	 * Makes the outcome of an item that has a value.
	 * @param <V> the value's type
	 * @param value the value; a null value is a value, not an absence
	 * @return the outcome
	 */
	static <V> Outcome<V> success(@Nullable V value) {
		return new Success<>(value);
	}

	/**
	 * Makes the outcome of an item that does not exist.
	 * @param <V> the value's type
	 * @return the outcome
	 */
	static <V> Outcome<V> absent() {
		return new Absent<>();
	}

	/**
	 * Makes the outcome of an item that failed alone.
	 * @param <V> the value's type
	 * @param cause why
	 * @return the outcome
	 */
	static <V> Outcome<V> failed(Throwable cause) {
		return new Failed<>(cause);
	}

	/**
	 * A value.
	 *
	 * @param <V> the value's type
	 * @param value the value, or null where null is the value
	 */
	record Success<V>(@Nullable V value) implements Outcome<V> {
	}

	/**
	 * No such item.
	 *
	 * @param <V> the value's type
	 */
	record Absent<V>() implements Outcome<V> {
	}

	/**
	 * A failure of this item alone, or of its batch.
	 *
	 * @param <V> the value's type
	 * @param cause why: as the bulk function gave it, or a {@link BatchException}
	 */
	record Failed<V>(Throwable cause) implements Outcome<V> {

		/**
		 * Checks that there is a cause.
		 * @throws NullPointerException if there is none
		 */
		public Failed {
			Objects.requireNonNull(cause, "cause");
		}

	}

}
