package io.coalestra.collections.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table to read: those that have given values, in an order, from a
 * position on. Immutable and safe for concurrent use.
 *
 * <p>
 * An order has the key columns last, so that no two rows are equal in it, and one
 * direction. Null is greater than every value: last in ascending order, first in
 * descending.
 */
public final class Scan {

	private final Table table;

	private final Map<String, @Nullable Object> equal;

	private final List<Column> order;

	private final boolean descending;

	private final @Nullable List<@Nullable Object> after;

	private final @Nullable Integer limit;

	private Scan(Builder builder) {
		this.table = builder.table;
		this.equal = Collections.unmodifiableMap(new LinkedHashMap<>(builder.equal));
		this.order = builder.order();
		this.descending = builder.descending;
		this.after = builder.position(this.order);
		this.limit = builder.limit;
	}

	/**
	 * Begins a scan.
	 * @param table the table
	 * @return a builder
	 */
	public static Builder of(Table table) {
		return new Builder(table);
	}

	/**
	 * Returns the table.
	 * @return the table
	 */
	public Table table() {
		return this.table;
	}

	/**
	 * Returns what the rows must have.
	 * @return values by column name, immutable; null means that the column is null
	 */
	public Map<String, @Nullable Object> equal() {
		return this.equal;
	}

	/**
	 * Returns the columns to order by.
	 * @return the columns, the key columns last; empty where the order does not matter
	 */
	public List<Column> order() {
		return this.order;
	}

	/**
	 * Returns whether the order is descending.
	 * @return true if the greatest come first
	 */
	public boolean isDescending() {
		return this.descending;
	}

	/**
	 * Returns the position that all rows come after.
	 * @return a value for each column of the order, or null for all rows
	 */
	public @Nullable List<@Nullable Object> after() {
		return this.after;
	}

	/**
	 * Returns how many rows are read at most.
	 * @return the number, or empty for all
	 */
	public OptionalInt limit() {
		return (this.limit != null) ? OptionalInt.of(this.limit) : OptionalInt.empty();
	}

	/**
	 * Begins a scan like this one.
	 * @return a builder
	 */
	public Builder toBuilder() {
		Builder builder = new Builder(this.table);
		builder.equal.putAll(this.equal);
		builder.order.addAll(this.order);
		builder.descending = this.descending;
		builder.after = this.after;
		builder.limit = this.limit;
		return builder;
	}

	/**
	 * Returns the position of a row in the order of this scan.
	 * @param row a complete row
	 * @return a value for each column of the order, immutable
	 */
	public List<@Nullable Object> positionOf(Row row) {
		List<@Nullable Object> position = new ArrayList<>(this.order.size());
		this.order.forEach((column) -> position.add(row.get(column.name())));
		return Collections.unmodifiableList(position);
	}

	/**
	 * Describes a scan. Not safe for concurrent use.
	 */
	public static final class Builder {

		private final Table table;

		private final Map<String, @Nullable Object> equal = new LinkedHashMap<>();

		private final Set<Column> order = new LinkedHashSet<>();

		private boolean descending;

		private @Nullable List<? extends @Nullable Object> after;

		private @Nullable Integer limit;

		private Builder(Table table) {
			this.table = table;
		}

		/**
		 * Reads only rows that have a value. Values of several columns must all be had.
		 * @param column the column's name
		 * @param value the value; null reads rows in which the column is null
		 * @return this builder
		 * @throws IllegalArgumentException if the table has no such column, or the value
		 * does not fit it
		 */
		public Builder where(String column, @Nullable Object value) {
			this.equal.put(column, this.table.column(column).normalize(value));
			return this;
		}

		/**
		 * Orders by columns, and then by the columns of the key that are not among them.
		 * @param columns their names; none orders by key
		 * @return this builder
		 * @throws IllegalArgumentException if the table has no such column, or its values
		 * are not exact
		 */
		public Builder orderBy(String... columns) {
			this.order.clear();
			for (String name : columns) {
				Column column = this.table.column(name);
				if (!column.type().isKey() || !(column.type() instanceof ScalarType)) {
					throw new IllegalArgumentException("order column " + name + ": " + column.type()
							+ " (expected: a type of exact values that have an order)");
				}
				this.order.add(column);
			}
			this.order.addAll(this.table.keyColumns());
			return this;
		}

		/**
		 * Reads the greatest first.
		 * @return this builder
		 */
		public Builder descending() {
			this.descending = true;
			return this;
		}

		/**
		 * Reads only what comes after a position, which is for an ordered scan.
		 * @param position what {@link Scan#positionOf(Row)} gave
		 * @return this builder
		 */
		public Builder after(List<? extends @Nullable Object> position) {
			this.after = position;
			return this;
		}

		/**
		 * Reads so many rows at most.
		 * @param limit the number, more than zero
		 * @return this builder
		 * @throws IllegalArgumentException if the number is zero or less
		 */
		public Builder limit(int limit) {
			if (limit < 1) {
				throw new IllegalArgumentException("limit: " + limit + " (expected: more than zero)");
			}
			this.limit = limit;
			return this;
		}

		/**
		 * Makes the scan.
		 * @return the scan
		 * @throws IllegalArgumentException if a position is given without an order, or
		 * does not fit it
		 */
		public Scan build() {
			return new Scan(this);
		}

		private List<Column> order() {
			return List.copyOf(this.order);
		}

		private @Nullable List<@Nullable Object> position(List<Column> order) {
			if (this.after == null) {
				return null;
			}
			if (order.isEmpty() || this.after.size() != order.size()) {
				throw new IllegalArgumentException("position: " + this.after.size() + " values (expected: "
						+ order.size() + ", one for each column of the order)");
			}
			List<@Nullable Object> position = new ArrayList<>(order.size());
			for (int i = 0; i < order.size(); i++) {
				position.add(order.get(i).normalize(this.after.get(i)));
			}
			return Collections.unmodifiableList(position);
		}

	}

}
