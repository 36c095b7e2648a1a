package io.coalestra.collections.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.store.UnreadableRowsException;
import org.jspecify.annotations.Nullable;

/**
 * Rows as a query answers them. One that its table does not allow is told from a database
 * that fails.
 */
final class RowReading {

	// What the driver says of a value that its Java type cannot hold.
	private static final String DATA_EXCEPTION = "22";

	private final String store;

	private final Table table;

	private final Map<String, Integer> places = new LinkedHashMap<>();

	RowReading(String store, Table table) {
		this.store = store;
		this.table = table;
		table.columns().forEach((column) -> this.places.put(column.name(), this.places.size() + 1));
	}

	/**
	 * Reads all rows by key.
	 * @throws UnreadableRowsException if some cannot be read
	 */
	Map<RowKey, Row> byKey(ResultSet result) throws SQLException {
		Map<RowKey, Row> rows = new LinkedHashMap<>();
		Set<RowKey> unreadable = new HashSet<>();
		Unreadable first = null;
		while (result.next()) {
			try {
				Row row = row(result);
				rows.put(row.key(), row);
			}
			catch (Unreadable ex) {
				unreadable.add(key(result));
				first = (first != null) ? first : ex;
			}
		}
		if (first != null) {
			throw new UnreadableRowsException(this.store,
					"read of table " + this.table + ": " + unreadable.size() + " of "
							+ (rows.size() + unreadable.size()) + " rows cannot be read: " + first.getMessage(),
					rows, unreadable, first.reason());
		}
		return rows;
	}

	/**
	 * Reads all rows in their order.
	 * @throws StoreException if one cannot be read
	 */
	List<Row> inOrder(ResultSet result) throws SQLException {
		List<Row> rows = new ArrayList<>();
		while (result.next()) {
			try {
				rows.add(row(result));
			}
			catch (Unreadable ex) {
				throw unreadable(ex);
			}
		}
		return rows;
	}

	private StoreException unreadable(Unreadable ex) {
		return new StoreException(this.store, StoreException.Reason.UNREADABLE,
				"row of table " + this.table + ": " + ex.getMessage(), ex.reason());
	}

	private Row row(ResultSet result) throws SQLException, Unreadable {
		Row.Builder row = this.table.row();
		for (Column column : this.table.columns()) {
			row.set(column.name(), value(result, column));
		}
		return row.build();
	}

	private @Nullable Object value(ResultSet result, Column column) throws SQLException, Unreadable {
		try {
			return column.normalize(SqlValues.get(result, place(column), column.type()));
		}
		catch (IllegalArgumentException | DateTimeException | ArithmeticException ex) {
			throw new Unreadable("a value of column " + column.name() + " that is not of its type", ex);
		}
		catch (SQLException ex) {
			String state = ex.getSQLState();
			if (state != null && state.startsWith(DATA_EXCEPTION)) {
				throw new Unreadable(
						"a value of column " + column.name() + " that its Java type cannot hold, SQLSTATE " + state,
						ex);
			}
			throw ex;
		}
	}

	private int place(Column column) {
		return Objects.requireNonNull(this.places.get(column.name()));
	}

	// It was asked for, so that it can be read.
	private RowKey key(ResultSet result) throws SQLException {
		Object[] key = new Object[this.table.keyColumns().size()];
		for (int i = 0; i < key.length; i++) {
			try {
				key[i] = Objects.requireNonNull(value(result, this.table.keyColumns().get(i)));
			}
			catch (Unreadable ex) {
				throw unreadable(ex);
			}
		}
		return this.table.key(key);
	}

	/**
	 * A row's value does not fit its column.
	 */
	private static final class Unreadable extends Exception {

		private static final long serialVersionUID = 1L;

		Unreadable(String message, Exception reason) {
			super(message, reason);
		}

		Exception reason() {
			return (getCause() instanceof Exception cause) ? cause : this;
		}

	}

}
