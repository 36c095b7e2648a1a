package io.coalestra.collections.row;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Values by column of a table, in the order of its columns; not necessarily of all. A
 * column without a value is not the same as one whose value is null.
 *
 * <p>
 * Every value has the class of its column's type. Immutable and safe for concurrent use.
 * Rows are equal when they are of one table and have equal values in the same columns.
 */
public final class Row {

	private enum Absence {

		ABSENT

	}

	private final Table table;

	// By the columns' places; ABSENT where there is no value. Never written after
	// construction.
	private final @Nullable Object[] values;

	private Row(Table table, @Nullable Object[] values) {
		this.table = table;
		this.values = values;
	}

	/**
	 * Returns the table.
	 * @return the table
	 */
	public Table table() {
		return this.table;
	}

	/**
	 * Returns whether there is a value for a column, which may be null.
	 * @param column the column's name
	 * @return true if there is
	 * @throws IllegalArgumentException if the table has no such column
	 */
	public boolean has(String column) {
		return this.values[this.table.place(column)] != Absence.ABSENT;
	}

	/**
	 * Returns whether there is a value for every column.
	 * @return true if none is absent
	 */
	public boolean isComplete() {
		for (Object value : this.values) {
			if (value == Absence.ABSENT) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Returns a value.
	 * @param column the column's name
	 * @return the value, or null where it is null or there is none
	 * @throws IllegalArgumentException if the table has no such column
	 */
	public @Nullable Object get(String column) {
		Object value = this.values[this.table.place(column)];
		return (value != Absence.ABSENT) ? value : null;
	}

	/**
	 * Returns a value of a class.
	 * @param <T> the class
	 * @param column the column's name
	 * @param type the class
	 * @return the value, or null where it is null or there is none
	 * @throws IllegalArgumentException if the table has no such column
	 * @throws ClassCastException if the value is of another class
	 */
	public <T> @Nullable T get(String column, Class<T> type) {
		return type.cast(get(column));
	}

	/**
	 * Returns the key.
	 * @return the key
	 * @throws IllegalStateException if the row has no value for a key column
	 */
	public RowKey key() {
		Object[] key = new Object[this.table.keyColumns().size()];
		for (int i = 0; i < key.length; i++) {
			String column = this.table.keyColumns().get(i).name();
			Object value = get(column);
			if (value == null) {
				throw new IllegalStateException("row of table " + this.table.name() + ": no " + column
						+ " (expected: a value for every key column)");
			}
			key[i] = value;
		}
		return RowKey.of(this.table, Arrays.asList(key));
	}

	/**
	 * Returns the version.
	 * @return the version, or null where the table has none or the row no value for it
	 */
	public @Nullable RowVersion version() {
		Column column = this.table.versionColumn();
		Object value = (column != null) ? get(column.name()) : null;
		return switch (value) {
			case null -> null;
			case Number number -> RowVersion.of(number.longValue());
			case Instant moment -> RowVersion.of(moment);
			default -> throw new IllegalStateException("version: a " + value.getClass().getName());
		};
	}

	/**
	 * Returns the row with another value.
	 * @param column the column's name
	 * @param value the value
	 * @return a row
	 * @throws IllegalArgumentException if the table has no such column, or the value does
	 * not fit it
	 */
	public Row with(String column, @Nullable Object value) {
		return toBuilder().set(column, value).build();
	}

	/**
	 * Returns the row with the values of another laid over its own.
	 * @param changes a row of the same table
	 * @return a row
	 * @throws IllegalArgumentException if the other row is of another table
	 */
	public Row with(Row changes) {
		requireSameTable(changes);
		@Nullable Object[] merged = this.values.clone();
		for (int i = 0; i < merged.length; i++) {
			if (changes.values[i] != Absence.ABSENT) {
				merged[i] = changes.values[i];
			}
		}
		return new Row(this.table, merged);
	}

	/**
	 * Returns what another row has otherwise.
	 * @param later a row of the same table
	 * @return the other row's values, where they differ from this one's or this one has
	 * none
	 * @throws IllegalArgumentException if the other row is of another table
	 */
	public Row changesTo(Row later) {
		requireSameTable(later);
		@Nullable Object[] changed = later.values.clone();
		for (int i = 0; i < changed.length; i++) {
			if (Objects.equals(changed[i], this.values[i])) {
				changed[i] = Absence.ABSENT;
			}
		}
		return new Row(this.table, changed);
	}

	private void requireSameTable(Row other) {
		if (other.table != this.table) {
			throw new IllegalArgumentException("row of table " + other.table.name() + " (expected: a row of this table "
					+ this.table.name() + ")");
		}
	}

	/**
	 * Returns the values by column name, in the order of the columns.
	 * @return the values that there are, immutable
	 */
	public Map<String, @Nullable Object> toMap() {
		Map<String, @Nullable Object> map = new LinkedHashMap<>();
		for (int i = 0; i < this.values.length; i++) {
			if (this.values[i] != Absence.ABSENT) {
				map.put(this.table.columns().get(i).name(), this.values[i]);
			}
		}
		return Collections.unmodifiableMap(map);
	}

	/**
	 * Begins a row with the values of this one.
	 * @return a builder
	 */
	public Builder toBuilder() {
		return new Builder(this.table, this.values.clone());
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Row that && this.table == that.table && Arrays.equals(this.values, that.values);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.values);
	}

	/**
	 * Returns the table and the names of the columns that have values. Values are left
	 * out: rows are logged, and what is in them may be secret.
	 */
	@Override
	public String toString() {
		return this.table.name() + toMap().keySet();
	}

	/**
	 * Makes a row. Not safe for concurrent use.
	 */
	public static final class Builder {

		private final Table table;

		private final @Nullable Object[] values;

		Builder(Table table) {
			this(table, new Object[table.columns().size()]);
			Arrays.fill(this.values, Absence.ABSENT);
		}

		private Builder(Table table, @Nullable Object[] values) {
			this.table = table;
			this.values = values;
		}

		/**
		 * Sets a value.
		 * @param column the column's name
		 * @param value the value
		 * @return this builder
		 * @throws IllegalArgumentException if the table has no such column, or the value
		 * does not fit it
		 */
		public Builder set(String column, @Nullable Object value) {
			int place = this.table.place(column);
			this.values[place] = this.table.columns().get(place).normalize(value);
			return this;
		}

		/**
		 * Takes a value out.
		 * @param column the column's name
		 * @return this builder
		 * @throws IllegalArgumentException if the table has no such column
		 */
		public Builder unset(String column) {
			this.values[this.table.place(column)] = Absence.ABSENT;
			return this;
		}

		/**
		 * Makes the row.
		 * @return the row
		 */
		public Row build() {
			return new Row(this.table, this.values.clone());
		}

	}

}
