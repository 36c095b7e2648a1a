package io.coalestra.collections.jdbc;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.Scan;
import org.jspecify.annotations.Nullable;

/**
 * The statements that the store needs.
 */
final class Statements {

	private Statements() {
	}

	private static String selection(Table table) {
		StringJoiner selection = new StringJoiner(", ");
		table.columns()
			.forEach((column) -> selection.add(SqlValues.selection("t." + Sql.quoted(column.name()), column.type())));
		return selection.toString();
	}

	/**
	 * Reads rows by key: one array, or one a key column, whatever the number of keys.
	 */
	static Sql fetch(Table table, Collection<RowKey> keys) {
		List<Column> columns = table.keyColumns();
		Sql sql = new Sql().add("SELECT ").add(selection(table)).add(" FROM ").add(Sql.quoted(table)).add(" t");
		if (columns.size() == 1) {
			return sql.add(" WHERE t.")
				.add(Sql.quoted(columns.getFirst().name()))
				.add(" = ANY(")
				.add(arrayOf(columns.getFirst()), values(keys, 0))
				.add(")");
		}
		sql.add(" JOIN unnest(");
		StringJoiner aliases = new StringJoiner(", ", ") AS k(", ") ON ");
		StringJoiner conditions = new StringJoiner(" AND ");
		for (int i = 0; i < columns.size(); i++) {
			Column column = columns.get(i);
			sql.add((i > 0) ? ", CAST(" : "CAST(")
				.add(arrayOf(column), values(keys, i))
				.add(" AS ")
				.add(Sql.typeName(arrayOf(column)))
				.add(")");
			aliases.add("k" + i);
			conditions.add("t." + Sql.quoted(column.name()) + " = k.k" + i);
		}
		return sql.add(aliases.toString()).add(conditions.toString());
	}

	private static ColumnType arrayOf(Column column) {
		return new ColumnType.ArrayOf(column.type());
	}

	private static List<Object> values(Collection<RowKey> keys, int place) {
		List<Object> values = new ArrayList<>(keys.size());
		keys.forEach((key) -> values.add(key.values().get(place)));
		return values;
	}

	/**
	 * Inserts a row, or answers none where there is one of its key.
	 */
	static Sql insert(RowWrite.Insert insert) {
		Table table = insert.table();
		StringJoiner names = new StringJoiner(", ", " AS t (", ") VALUES (");
		Sql sql = new Sql().add("INSERT INTO ").add(Sql.quoted(table));
		List<Runnable> marks = new ArrayList<>();
		for (Column column : table.columns()) {
			boolean version = isVersionOfTheStore(column, table);
			if (version || insert.row().has(column.name())) {
				names.add(Sql.quoted(column.name()));
				marks.add(version ? () -> sql.add(firstVersion(column))
						: () -> sql.add(column, insert.row().get(column.name())));
			}
		}
		sql.add(names.toString());
		for (int i = 0; i < marks.size(); i++) {
			sql.add((i > 0) ? ", " : "");
			marks.get(i).run();
		}
		return sql.add(") ON CONFLICT (")
			.add(Sql.names(table.keyColumns()))
			.add(") DO NOTHING RETURNING ")
			.add(selection(table));
	}

	private static boolean isVersionOfTheStore(Column column, Table table) {
		return column.equals(table.versionColumn()) && !column.is(ColumnTrait.SERVER_KEPT);
	}

	// A row that is made anew must not have a version of its former life, which someone
	// may still hold: numbers begin with the clock as well, and then go on by one.
	private static String firstVersion(Column column) {
		return switch (column.type()) {
			case ScalarType.TIMESTAMP -> "clock_timestamp()";
			case ScalarType.INTEGER -> "CAST(extract(epoch FROM clock_timestamp()) - 946684800 AS integer)";
			default -> "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)";
		};
	}

	// A clock that goes back, or two writes within a microsecond, still move a version
	// forward.
	private static String nextVersion(Column column) {
		String name = "t." + Sql.quoted(column.name());
		return (column.type() == ScalarType.TIMESTAMP)
				? "GREATEST(clock_timestamp(), " + name + " + interval '1 microsecond')" : name + " + 1";
	}

	/**
	 * Updates a row of the expected version, or answers none.
	 */
	static Sql update(RowWrite.Update update) {
		Table table = update.table();
		Sql sql = new Sql().add("UPDATE ").add(Sql.quoted(table)).add(" AS t");
		addAssignments(sql, update.changes());
		addKey(sql.add(" WHERE "), table, update.key(), update.expected());
		return sql.add(" RETURNING ").add(selection(table));
	}

	private static void addAssignments(Sql sql, Row changes) {
		Table table = changes.table();
		String separator = " SET ";
		for (Column column : table.columns()) {
			boolean version = isVersionOfTheStore(column, table);
			if (version || changes.has(column.name())) {
				sql.add(separator).add(Sql.quoted(column.name())).add(" = ");
				if (version) {
					sql.add(nextVersion(column));
				}
				else {
					sql.add(column, changes.get(column.name()));
				}
				separator = ", ";
			}
		}
		if (separator.equals(" SET ")) {
			String key = Sql.quoted(table.keyColumns().getFirst().name());
			sql.add(separator).add(key).add(" = t.").add(key);
		}
	}

	private static void addKey(Sql sql, Table table, RowKey key, @Nullable RowVersion expected) {
		for (int i = 0; i < key.values().size(); i++) {
			sql.add((i > 0) ? " AND " : "").addEqual(table.keyColumns().get(i), key.values().get(i));
		}
		if (expected != null) {
			sql.add(" AND ").addEqual(Objects.requireNonNull(table.versionColumn()), expected.value());
		}
	}

	/**
	 * Deletes a row of the expected version; its count says whether.
	 */
	static Sql delete(RowWrite.Delete delete) {
		Sql sql = new Sql().add("DELETE FROM ").add(Sql.quoted(delete.table())).add(" AS t WHERE ");
		addKey(sql, delete.table(), delete.key(), delete.expected());
		return sql;
	}

	/**
	 * Gives rows to another owner, and answers their keys.
	 */
	static Sql repoint(Repointing repointing) {
		Table table = repointing.table();
		Column owner = table.column(repointing.column());
		Sql sql = new Sql().add("UPDATE ").add(Sql.quoted(table)).add(" AS t");
		addAssignments(sql, table.row().set(owner.name(), repointing.to()).build());
		return sql.add(" WHERE ")
			.addEqual(owner, repointing.from())
			.add(" RETURNING ")
			.add(Sql.names(table.keyColumns()));
	}

	static Sql scan(Scan scan) {
		Sql sql = new Sql().add("SELECT ")
			.add(selection(scan.table()))
			.add(" FROM ")
			.add(Sql.quoted(scan.table()))
			.add(" t");
		String separator = " WHERE ";
		for (String name : scan.equal().keySet()) {
			sql.add(separator).addEqual(scan.table().column(name), scan.equal().get(name));
			separator = " AND ";
		}
		if (scan.after() != null) {
			KeysetCondition.add(sql.add(separator).add("("), scan, scan.after());
			sql.add(")");
		}
		if (!scan.order().isEmpty()) {
			StringJoiner order = new StringJoiner(", ", " ORDER BY ", "");
			scan.order()
				.forEach((column) -> order.add(Sql.quoted(column.name()) + (scan.isDescending() ? " DESC" : "")));
			sql.add(order.toString());
		}
		if (scan.limit().isPresent()) {
			sql.add(" LIMIT ").add(ScalarType.INTEGER, scan.limit().getAsInt());
		}
		return sql;
	}

}
