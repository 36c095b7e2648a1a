package io.coalestra.collections.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a table: its columns, its key, how its rows are versioned, and what
 * they refer to. It creates nothing in a database.
 *
 * <p>
 * Immutable and safe for concurrent use. Tables are compared by identity: an application
 * has one of each.
 */
public final class Table {

	private final String name;

	private final @Nullable String schema;

	private final List<Column> columns;

	private final Map<String, Integer> places;

	private final List<Column> keyColumns;

	private final @Nullable Column versionColumn;

	private final @Nullable VersionKind versionKind;

	private final List<Parent> parents;

	private Table(Builder builder) {
		this.name = builder.name;
		this.schema = builder.schema;
		this.columns = List.copyOf(builder.columns.values());
		this.places = new HashMap<>();
		this.columns.forEach((column) -> this.places.put(column.name(), this.places.size()));
		this.keyColumns = builder.keyColumns();
		this.versionColumn = builder.versionColumn();
		this.versionKind = (this.versionColumn != null) ? kindOf(this.versionColumn) : null;
		this.parents = List.copyOf(builder.parents);
	}

	private static VersionKind kindOf(Column column) {
		return switch (column.type()) {
			case ScalarType.BIGINT, ScalarType.INTEGER -> VersionKind.NUMBER;
			case ScalarType.TIMESTAMP -> VersionKind.TIMESTAMP;
			default -> throw new IllegalArgumentException("version column " + column.name() + ": " + column.type()
					+ " (expected: bigint, integer or timestamp with time zone)");
		};
	}

	/**
	 * Begins a table.
	 * @param name its name, exactly as the database has it
	 * @return a builder
	 * @throws IllegalArgumentException if the name is no identifier
	 */
	public static Builder named(String name) {
		return new Builder(name);
	}

	/**
	 * Returns the table's name.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the schema that the table is in.
	 * @return the schema, or null for the one that the database finds
	 */
	public @Nullable String schema() {
		return this.schema;
	}

	/**
	 * Returns the columns, in the order of their declaration.
	 * @return the columns, immutable
	 */
	public List<Column> columns() {
		return this.columns;
	}

	/**
	 * Returns a column.
	 * @param name its name
	 * @return the column
	 * @throws IllegalArgumentException if the table has none of the name
	 */
	public Column column(String name) {
		return this.columns.get(place(name));
	}

	/**
	 * Returns whether the table has a column.
	 * @param name its name
	 * @return true if it has
	 */
	public boolean hasColumn(String name) {
		return this.places.containsKey(name);
	}

	int place(String column) {
		Integer place = this.places.get(Objects.requireNonNull(column, "column"));
		if (place == null) {
			throw new IllegalArgumentException("column: \"" + Names.printable(column) + "\" (expected: one of table "
					+ this.name + ": " + this.columns.stream().map(Column::name).toList() + ")");
		}
		return place;
	}

	/**
	 * Returns the columns that identify a row.
	 * @return the columns, at least one, immutable
	 */
	public List<Column> keyColumns() {
		return this.keyColumns;
	}

	/**
	 * Returns whether a column is one of the key.
	 * @param column the column
	 * @return true if it is
	 */
	public boolean isKey(Column column) {
		return this.keyColumns.contains(column);
	}

	/**
	 * Returns the column that tells the versions of a row apart.
	 * @return the column, or null where writes cannot be fenced
	 */
	public @Nullable Column versionColumn() {
		return this.versionColumn;
	}

	/**
	 * Returns what tells the versions of a row apart.
	 * @return the kind, or null where writes cannot be fenced
	 */
	public @Nullable VersionKind versionKind() {
		return this.versionKind;
	}

	/**
	 * Returns what rows refer to and is to be stored before them.
	 * @return the parents, possibly none, immutable
	 */
	public List<Parent> parents() {
		return this.parents;
	}

	/**
	 * Makes a key.
	 * @param values the values of the key columns, in their order
	 * @return the key
	 * @throws IllegalArgumentException if the number of values is another, or one does
	 * not fit its column
	 */
	public RowKey key(Object... values) {
		return RowKey.of(this, Arrays.asList(values));
	}

	/**
	 * Reads a key's text.
	 * @param text what {@link RowKey#text()} gave
	 * @return an equal key
	 * @throws IllegalArgumentException if the text is no key's
	 */
	public RowKey parseKey(String text) {
		return RowKey.parse(this, text);
	}

	/**
	 * Begins a row.
	 * @return a builder
	 */
	public Row.Builder row() {
		return new Row.Builder(this);
	}

	/**
	 * Makes a row.
	 * @param values values by column
	 * @return the row
	 * @throws IllegalArgumentException if a column is unknown, or a value does not fit
	 * its column
	 */
	public Row row(Map<String, ? extends @Nullable Object> values) {
		Row.Builder row = row();
		values.forEach(row::set);
		return row.build();
	}

	@Override
	public String toString() {
		return (this.schema != null) ? this.schema + "." + this.name : this.name;
	}

	/**
	 * Describes a table. Not safe for concurrent use.
	 */
	public static final class Builder {

		private static final String DEFAULT_KEY = "id";

		private final String name;

		private @Nullable String schema;

		private final Map<String, Column> columns = new LinkedHashMap<>();

		private Set<String> key = new LinkedHashSet<>(List.of(DEFAULT_KEY));

		private @Nullable String version;

		private final List<Parent> parents = new ArrayList<>();

		private Builder(String name) {
			this.name = Names.requireIdentifier("table", name);
		}

		/**
		 * Sets the schema that the table is in.
		 * @param schema the schema
		 * @return this builder
		 * @throws IllegalArgumentException if the name is no identifier
		 */
		public Builder schema(String schema) {
			this.schema = Names.requireIdentifier("schema", schema);
			return this;
		}

		/**
		 * Adds a column.
		 * @param column the column
		 * @return this builder
		 * @throws IllegalArgumentException if there is one of its name
		 */
		public Builder column(Column column) {
			if (this.columns.putIfAbsent(column.name(), column) != null) {
				throw new IllegalArgumentException("column " + column.name() + ": given twice (expected: once)");
			}
			return this;
		}

		/**
		 * Adds a column.
		 * @param name its name
		 * @param type what it holds
		 * @param traits what is special about it
		 * @return this builder
		 * @throws IllegalArgumentException if the name is no identifier, or there is one
		 * of it
		 */
		public Builder column(String name, ColumnType type, ColumnTrait... traits) {
			return column(Column.of(name, type, traits));
		}

		/**
		 * Sets the columns that identify a row: {@code id} unless set.
		 * @param columns their names, in the order in which keys have their values
		 * @return this builder
		 * @throws IllegalArgumentException if there are none, or one is given twice
		 */
		public Builder key(String... columns) {
			Set<String> names = new LinkedHashSet<>(Arrays.asList(columns));
			if (names.isEmpty() || names.size() < columns.length) {
				throw new IllegalArgumentException(
						"key columns: " + Arrays.toString(columns) + " (expected: at least one, each once)");
			}
			this.key = names;
			return this;
		}

		/**
		 * Sets the column that tells the versions of a row apart: a whole number or a
		 * timestamp, which the store moves forward with each write. None unless set, and
		 * then no write can be fenced.
		 * @param column its name
		 * @return this builder
		 */
		public Builder version(String column) {
			this.version = Objects.requireNonNull(column, "column");
			return this;
		}

		/**
		 * Says that rows refer to rows that are to be stored before them.
		 * @param parent which
		 * @return this builder
		 */
		public Builder parent(Parent parent) {
			this.parents.add(Objects.requireNonNull(parent, "parent"));
			return this;
		}

		/**
		 * Says that rows refer to rows that are to be stored before them.
		 * @param column the column that holds the other row's key
		 * @param table the name of the other row's table, which may be this one
		 * @return this builder
		 */
		public Builder parent(String column, String table) {
			return parent(new Parent(List.of(column), table));
		}

		/**
		 * Makes the table.
		 * @return the table
		 * @throws IllegalArgumentException if the key, the version or a parent names a
		 * column that there is not, or that cannot serve
		 */
		public Table build() {
			this.parents.forEach((parent) -> parent.columns().forEach((column) -> required("parent column", column)));
			return new Table(this);
		}

		private List<Column> keyColumns() {
			List<Column> found = new ArrayList<>();
			for (String each : this.key) {
				Column column = required("key column", each);
				if (!column.type().isKey() || column.is(ColumnTrait.NULLABLE) || column.is(ColumnTrait.SERVER_KEPT)) {
					throw new IllegalArgumentException(
							"key column " + each + ": " + column.type() + " " + column.traits()
									+ " (expected: a type of exact values, neither NULLABLE nor SERVER_KEPT)");
				}
				found.add(column);
			}
			return List.copyOf(found);
		}

		private @Nullable Column versionColumn() {
			if (this.version == null) {
				return null;
			}
			Column column = required("version column", this.version);
			if (this.key.contains(this.version) || column.is(ColumnTrait.NULLABLE)
					|| column.is(ColumnTrait.INSERT_ONLY)) {
				throw new IllegalArgumentException("version column " + this.version + ": " + column.traits()
						+ " (expected: not of the key, neither NULLABLE nor INSERT_ONLY)");
			}
			return column;
		}

		private Column required(String role, String name) {
			Column column = this.columns.get(name);
			if (column == null) {
				throw new IllegalArgumentException(
						role + ": \"" + Names.printable(name) + "\" (expected: one of " + this.columns.keySet() + ")");
			}
			return column;
		}

	}

}
