package io.coalestra.collections.page;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Some rows of many, in an order. Immutable.
 *
 * @param <T> what a row is
 * @param rows the rows
 * @param nextCursor where the next page begins, or null if there is none
 */
public record Page<T>(List<T> rows, @Nullable String nextCursor) {

	/**
	 * Copies.
	 */
	public Page {
		rows = List.copyOf(rows);
	}

	/**
	 * Returns where the next page begins.
	 * @return the cursor; empty if this is the last page
	 */
	public Optional<String> next() {
		return Optional.ofNullable(this.nextCursor);
	}

	/**
	 * Returns the page with its rows made into something else.
	 * @param <S> what a row becomes
	 * @param conversion converts a row
	 * @return the page
	 */
	public <S> Page<S> map(Function<? super T, ? extends S> conversion) {
		List<S> converted = this.rows.stream().<S>map(conversion).toList();
		return new Page<>(converted, this.nextCursor);
	}

}
