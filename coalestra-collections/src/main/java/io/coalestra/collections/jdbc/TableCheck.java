package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;

/**
 * Compares a declared table with the one in the database.
 */
final class TableCheck {

	// A domain stands for the type that it is made of.
	private static final String COLUMNS = """
			SELECT a.attname, COALESCE(b.typname, t.typname), a.attnotnull OR t.typnotnull,
			  a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL
			FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = t.typbasetype
			WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
			ORDER BY a.attnum""";

	private static final String UNIQUE_KEYS = """
			SELECT array_agg(a.attname::text)
			FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
			WHERE i.indrelid = to_regclass(?) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
			  AND i.indexprs IS NULL AND i.indnkeyatts = i.indnatts
			GROUP BY i.indexrelid""";

	private static final Set<String> VECTORS = Set.of("vector", "halfvec", "sparsevec");

	// Texts of these types are equal though they are written differently, so that one row
	// would have several keys.
	private static final Set<String> LOOSE_KEYS = Set.of("citext", "bpchar");

	private final Connection connection;

	private final Table table;

	private final List<String> problems = new ArrayList<>();

	TableCheck(Connection connection, Table table) {
		this.connection = connection;
		this.table = table;
	}

	private record Found(String type, boolean notNull, boolean defaulted) {
	}

	List<String> problems() throws SQLException {
		Map<String, Found> columns = columns();
		if (columns.isEmpty()) {
			return List.of("table " + this.table + ": not in the database, or not to be seen by this user");
		}
		for (Column column : this.table.columns()) {
			Found found = columns.get(column.name());
			if (found == null) {
				problem(column.name(), "not in the database (expected: one of " + columns.keySet() + ")");
			}
			else {
				compare(column, found);
			}
		}
		columns.forEach((name, found) -> {
			if (!this.table.hasColumn(name) && found.notNull && !found.defaulted) {
				problem(name,
						"not declared, and needed by every insert (expected: declared, nullable or with a default)");
			}
		});
		checkKey();
		return List.copyOf(this.problems);
	}

	private void problem(String column, String text) {
		this.problems.add("column " + column + " of table " + this.table + ": " + text);
	}

	private void compare(Column column, Found found) {
		if (VECTORS.contains(found.type)) {
			problem(column.name(), found.type + " (expected: a supported type; vectors are not: leave the column out)");
		}
		else if (!names(column.type()).contains(found.type)) {
			problem(column.name(), found.type + " (expected: " + column.type() + ", as declared)");
		}
		else if (this.table.isKey(column) && LOOSE_KEYS.contains(found.type)) {
			problem(column.name(), found.type
					+ " (expected: text or varchar, as it is of the key, and keys that differ must be different)");
		}
		if (!found.notNull && !column.is(ColumnTrait.NULLABLE)) {
			problem(column.name(), "may be null (expected: NOT NULL, as declared, or declared NULLABLE)");
		}
		if (column.is(ColumnTrait.SERVER_DEFAULTED) && !found.defaulted) {
			problem(column.name(), "without a default (expected: one, as declared SERVER_DEFAULTED)");
		}
	}

	private static Set<String> names(ColumnType type) {
		return switch (type) {
			case ScalarType scalar -> switch (scalar) {
				case BOOLEAN -> Set.of("bool");
				case SMALLINT -> Set.of("int2");
				case INTEGER -> Set.of("int4");
				case BIGINT -> Set.of("int8");
				case REAL -> Set.of("float4");
				case DOUBLE -> Set.of("float8");
				case DECIMAL -> Set.of("numeric");
				case TEXT -> Set.of("text", "varchar", "bpchar", "citext", "name");
				case UUID -> Set.of("uuid");
				case BYTES -> Set.of("bytea");
				case TIMESTAMP -> Set.of("timestamptz");
				case LOCAL_TIMESTAMP -> Set.of("timestamp");
				case DATE -> Set.of("date");
				case TIME -> Set.of("time");
				case JSON -> Set.of("jsonb", "json");
			};
			case ColumnType.EnumOf named -> Set.of(named.typeName());
			case ColumnType.ArrayOf array -> {
				Set<String> names = new TreeSet<>();
				names(array.element()).forEach((name) -> names.add("_" + name));
				yield names;
			}
		};
	}

	private void checkKey() throws SQLException {
		Set<String> key = new TreeSet<>(this.table.keyColumns().stream().map(Column::name).toList());
		try (PreparedStatement statement = this.connection.prepareStatement(UNIQUE_KEYS)) {
			statement.setString(1, Sql.quoted(this.table));
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					if (key.equals(new TreeSet<>(List.of((String[]) result.getArray(1).getArray())))) {
						return;
					}
				}
			}
		}
		this.problems.add("key of table " + this.table + ": no unique index over " + key
				+ " (expected: a primary key or unique constraint of exactly these columns)");
	}

	private Map<String, Found> columns() throws SQLException {
		Map<String, Found> columns = new LinkedHashMap<>();
		try (PreparedStatement statement = this.connection.prepareStatement(COLUMNS)) {
			statement.setString(1, Sql.quoted(this.table));
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					columns.put(result.getString(1),
							new Found(result.getString(2), result.getBoolean(3), result.getBoolean(4)));
				}
			}
		}
		return columns;
	}

}
