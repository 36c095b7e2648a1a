package io.coalestra.collections.store;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * What is the writer's to give.
 */
final class Writes {

	private Writes() {
	}

	static Row written(Row row, boolean update) {
		Table table = row.table();
		Row.Builder written = row.toBuilder();
		for (Column column : table.columns()) {
			if (column.is(ColumnTrait.SERVER_KEPT) || column.equals(table.versionColumn())
					|| (update && (table.isKey(column) || column.is(ColumnTrait.INSERT_ONLY)))) {
				written.unset(column.name());
			}
		}
		return written.build();
	}

	static void requireKind(Table table, @Nullable RowVersion expected) {
		if (expected != null && expected.kind() != table.versionKind()) {
			throw new IllegalArgumentException("expected version: a " + expected.kind() + " (expected: "
					+ ((table.versionKind() != null) ? "a " + table.versionKind() : "none") + ", as table "
					+ table.name() + " has it)");
		}
	}

}
