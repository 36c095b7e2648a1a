package io.coalestra.collections.store;

import java.util.Objects;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * One write of one row. An insert never replaces a row, and an update never brings back
 * one that is gone. Immutable.
 */
public sealed interface RowWrite {

	/**
	 * Returns the table.
	 * @return the table
	 */
	Table table();

	/**
	 * Returns which row.
	 * @return the row's key
	 */
	RowKey key();

	/**
	 * Makes a row that there is not yet.
	 *
	 * @param key the row's key
	 * @param row the values that the writer gives: without what the store keeps, and
	 * without the version, which the store begins
	 */
	record Insert(RowKey key, Row row) implements RowWrite {

		/**
		 * Checks.
		 * @throws IllegalArgumentException if a required column has no value
		 */
		public Insert {
			Objects.requireNonNull(key, "key");
			for (Column column : row.table().columns()) {
				if (column.isRequired() && !column.equals(row.table().versionColumn()) && !row.has(column.name())) {
					throw new IllegalArgumentException("row of table " + row.table().name() + ": no " + column.name()
							+ " (expected: a value for each column that is neither NULLABLE nor given by the store)");
				}
			}
			row = Writes.written(row, false);
		}

		/**
		 * Makes an insert.
		 * @param row the values
		 * @return the write
		 * @throws IllegalArgumentException if a required column has no value
		 */
		public static Insert of(Row row) {
			return new Insert(row.key(), row);
		}

		@Override
		public Table table() {
			return this.row.table();
		}

	}

	/**
	 * Changes a row that there is.
	 *
	 * @param key the row's key
	 * @param changes the values to set, not necessarily of all columns: without the key,
	 * the version, and what is not the writer's to change
	 * @param expected the version that the row must have, or null for any
	 */
	record Update(RowKey key, Row changes, @Nullable RowVersion expected) implements RowWrite {

		/**
		 * Checks.
		 * @throws IllegalArgumentException if the expected version is not of the table's
		 * kind, or if there is nothing to set in a table without versions
		 */
		public Update {
			Objects.requireNonNull(key, "key");
			Writes.requireKind(changes.table(), expected);
			changes = Writes.written(changes, true);
			if (changes.toMap().isEmpty() && changes.table().versionColumn() == null) {
				throw new IllegalArgumentException("changes: none (expected: a value that writers may change)");
			}
		}

		/**
		 * Makes an update of whatever a row has values for, its key among them.
		 * @param row the values
		 * @param expected the version that the row must have, or null for any
		 * @return the write
		 * @throws IllegalArgumentException as the constructor
		 */
		public static Update of(Row row, @Nullable RowVersion expected) {
			return new Update(row.key(), row, expected);
		}

		@Override
		public Table table() {
			return this.changes.table();
		}

	}

	/**
	 * Removes a row.
	 *
	 * @param table the table
	 * @param key the row's key
	 * @param expected the version that the row must have, or null for any
	 */
	record Delete(Table table, RowKey key, @Nullable RowVersion expected) implements RowWrite {

		/**
		 * Checks.
		 * @throws IllegalArgumentException if the expected version is not of the table's
		 * kind
		 */
		public Delete {
			Objects.requireNonNull(key, "key");
			Writes.requireKind(table, expected);
		}

	}

}
