package io.coalestra.collections.row;

import java.util.List;
import java.util.Objects;

/**
 * Says that rows refer to rows that must be stored before them. Immutable.
 *
 * @param columns the columns that hold the other row's key, in the order of its key
 * columns; where one is null there is no parent
 * @param table the name of the other row's table, which may be the same
 */
public record Parent(List<String> columns, String table) {

	/**
	 * Checks.
	 * @throws IllegalArgumentException if there are no columns
	 */
	public Parent {
		columns = List.copyOf(columns);
		Objects.requireNonNull(table, "table");
		if (columns.isEmpty()) {
			throw new IllegalArgumentException("parent columns: none (expected: at least one)");
		}
	}

}
