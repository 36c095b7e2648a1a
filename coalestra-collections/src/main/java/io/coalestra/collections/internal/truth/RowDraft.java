package io.coalestra.collections.internal.truth;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.row.VersionKind;
import io.coalestra.collections.store.StoreException;

/**
 * Rows as a store without a database makes them.
 */
final class RowDraft {

	private RowDraft() {
	}

	static void requireNumbered(String store, Table table) {
		if (table.versionKind() != VersionKind.NUMBER) {
			throw new StoreException(
					store, StoreException.Reason.REJECTED, "table " + table.name()
							+ " has no version that is a number, without which rows are not changed" + " atomically",
					null);
		}
	}

	/**
	 * Completes a row: nothing is given by a database here.
	 */
	static Row versioned(String store, Row given, long version) {
		Table table = given.table();
		Row.Builder row = given.toBuilder();
		for (Column column : table.columns()) {
			if (column.equals(table.versionColumn())) {
				row.set(column.name(), version);
			}
			else if (!given.has(column.name())) {
				if (!column.is(ColumnTrait.NULLABLE)) {
					throw new StoreException(store, StoreException.Reason.REJECTED, "column " + column.name()
							+ " of table " + table.name() + " has no value, and there is no database to give one",
							null);
				}
				row.set(column.name(), null);
			}
		}
		return row.build();
	}

}
