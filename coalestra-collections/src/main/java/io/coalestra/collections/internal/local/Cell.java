package io.coalestra.collections.internal.local;

import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a row: its values, or that there is none. Immutable.
 *
 * @param <R> the rows' type
 * @param held the row as its users see it, or null where there is none
 * @param row the row by columns, or null where there is none
 * @param until until when it may be served, by the monotonic clock
 * @param epoch the epoch in which it became known
 */
public record Cell<R>(@Nullable Versioned<R> held, @Nullable Row row, long until, long epoch) {

	/**
	 * Makes a cell that no tier has taken yet.
	 */
	public static <R> Cell<R> of(Versioned<R> held, Row row) {
		return new Cell<>(held, row, Long.MAX_VALUE, 0);
	}

	/**
	 * Makes a cell that says that there is no row.
	 */
	public static <R> Cell<R> absent() {
		return new Cell<>(null, null, Long.MAX_VALUE, 0);
	}

	/**
	 * Returns whether there is no row.
	 */
	public boolean isAbsent() {
		return this.held == null;
	}

	Cell<R> in(long epoch, long until) {
		return new Cell<>(this.held, this.row, until, epoch);
	}

}
