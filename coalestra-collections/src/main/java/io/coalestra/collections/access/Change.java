package io.coalestra.collections.access;

import java.util.Objects;

/**
 * What is to become of a row that was read in order to be changed. Immutable as far as
 * the row is.
 *
 * @param <R> the rows' type
 */
public sealed interface Change<R> {

	/**
	 * Leaves everything as it is: nothing is written, and nobody is told.
	 * @param <R> the rows' type
	 * @return the change
	 */
	static <R> Change<R> keep() {
		return new Keep<>();
	}

	/**
	 * Writes the row, whether there is one or not.
	 * @param <R> the rows' type
	 * @param row what it is to be
	 * @return the change
	 */
	static <R> Change<R> put(R row) {
		return new Put<>(row);
	}

	/**
	 * Deletes the row; there may be none.
	 * @param <R> the rows' type
	 * @return the change
	 */
	static <R> Change<R> delete() {
		return new Delete<>();
	}

	/**
	 * Leaves everything as it is.
	 *
	 * @param <R> the rows' type
	 */
	record Keep<R>() implements Change<R> {
	}

	/**
	 * Writes a row.
	 *
	 * @param <R> the rows' type
	 * @param row the row
	 */
	record Put<R>(R row) implements Change<R> {

		/**
		 * Checks.
		 */
		public Put {
			Objects.requireNonNull(row, "row");
		}

	}

	/**
	 * Deletes a row.
	 *
	 * @param <R> the rows' type
	 */
	record Delete<R>() implements Change<R> {
	}

}
