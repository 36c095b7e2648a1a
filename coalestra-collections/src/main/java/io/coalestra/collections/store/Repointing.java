package io.coalestra.collections.store;

import java.util.Objects;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * A change of owner of many rows at once. Immutable.
 *
 * @param table the rows' table
 * @param column the column that names the owner
 * @param from the present owner
 * @param to the owner to be
 */
public record Repointing(Table table, String column, Object from, Object to) {

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the column is unknown, of the key, or not the
	 * writer's to change, or if an owner does not fit it
	 */
	public Repointing {
		Column owner = table.column(column);
		if (table.isKey(owner) || owner.equals(table.versionColumn()) || owner.is(ColumnTrait.INSERT_ONLY)
				|| owner.is(ColumnTrait.SERVER_KEPT)) {
			throw new IllegalArgumentException("owner column " + column
					+ ": of the key, the version, INSERT_ONLY or SERVER_KEPT (expected: one that writers change)");
		}
		from = normalize(owner, "from", from);
		to = normalize(owner, "to", to);
	}

	private static Object normalize(Column column, String role, @Nullable Object value) {
		return Objects.requireNonNull(column.normalize(Objects.requireNonNull(value, role)), role);
	}

}
