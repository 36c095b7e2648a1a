package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.GroupOutcome;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.Scan;
import io.coalestra.collections.store.WriteOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The store on PostgreSQL.
 *
 * <p>
 * Each read is one statement, whatever the number of keys, and so is each write that
 * meets no conflict. Values are parameters, names are quoted. Inserts and updates are
 * kept apart, so that nothing deleted comes back. The store creates no table, sets no
 * time limit and pools nothing: limits are the data source's. Safe for concurrent use.
 */
public final class PostgresStore implements RowStore {

	private static final String NAME = "postgresql";

	private final ConnectionProvider connections;

	/**
	 * Makes a store.
	 * @param connections where connections come from
	 */
	public PostgresStore(ConnectionProvider connections) {
		this.connections = Objects.requireNonNull(connections, "connections");
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		if (keys.isEmpty()) {
			return Map.of();
		}
		return call("read of table " + table, (connection) -> fetch(connection, table, new LinkedHashSet<>(keys)));
	}

	private static Map<RowKey, Row> fetch(Connection connection, Table table, Collection<RowKey> keys)
			throws SQLException {
		try (PreparedStatement statement = prepare(connection, Statements.fetch(table, keys));
				ResultSet result = statement.executeQuery()) {
			return new RowReading(NAME, table).byKey(result);
		}
	}

	@Override
	public WriteOutcome write(RowWrite write) {
		return call("write to table " + write.table(), (connection) -> write(connection, write));
	}

	@Override
	public GroupOutcome writeAll(List<? extends RowWrite> writes) {
		if (writes.isEmpty()) {
			return new GroupOutcome.Applied(List.of());
		}
		return call("group of " + writes.size() + " writes", (connection) -> {
			try (Transaction transaction = Transaction.begin(connection)) {
				List<WriteOutcome> outcomes = new ArrayList<>(writes.size());
				for (RowWrite write : writes) {
					WriteOutcome outcome = write(connection, write);
					if (!outcome.isDone()) {
						return new GroupOutcome.Undone(outcomes.size(), outcome);
					}
					outcomes.add(outcome);
				}
				transaction.commit();
				return new GroupOutcome.Applied(outcomes);
			}
		});
	}

	private static WriteOutcome write(Connection connection, RowWrite write) throws SQLException {
		return switch (write) {
			case RowWrite.Insert insert -> {
				List<Row> rows = rows(connection, insert.table(), Statements.insert(insert));
				yield rows.isEmpty() ? new WriteOutcome.Duplicate(insert.key(), current(connection, insert))
						: new WriteOutcome.Stored(insert.key(), rows.getFirst());
			}
			case RowWrite.Update update -> {
				List<Row> rows = rows(connection, update.table(), Statements.update(update));
				yield rows.isEmpty() ? refused(connection, update, update.expected())
						: new WriteOutcome.Stored(update.key(), rows.getFirst());
			}
			case RowWrite.Delete delete -> {
				try (PreparedStatement statement = prepare(connection, Statements.delete(delete))) {
					yield (statement.executeUpdate() == 0) ? refused(connection, delete, delete.expected())
							: new WriteOutcome.Deleted(delete.key());
				}
			}
		};
	}

	private static WriteOutcome refused(Connection connection, RowWrite write, @Nullable RowVersion expected)
			throws SQLException {
		Row current = (expected != null) ? current(connection, write) : null;
		return (expected == null || current == null || expected.equals(current.version()))
				? new WriteOutcome.Missing(write.key(), expected)
				: new WriteOutcome.Conflict(write.key(), expected, current);
	}

	private static @Nullable Row current(Connection connection, RowWrite write) throws SQLException {
		return fetch(connection, write.table(), List.of(write.key())).get(write.key());
	}

	@Override
	public List<Row> scan(Scan scan) {
		return call("scan of table " + scan.table(),
				(connection) -> rows(connection, scan.table(), Statements.scan(scan)));
	}

	@Override
	public List<RowKey> repoint(Repointing repointing) {
		Table table = repointing.table();
		return call("change of owner in table " + table, (connection) -> {
			List<RowKey> moved = new ArrayList<>();
			try (PreparedStatement statement = prepare(connection, Statements.repoint(repointing));
					ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					Object[] key = new Object[table.keyColumns().size()];
					for (int i = 0; i < key.length; i++) {
						key[i] = Objects.requireNonNull(SqlValues.get(result, i + 1, table.keyColumns().get(i).type()));
					}
					moved.add(table.key(key));
				}
			}
			return moved;
		});
	}

	/**
	 * Compares a declared table with the database's: columns, their types, whether they
	 * may be null, and the unique index that the key needs.
	 * @param table the table
	 * @return what is otherwise than declared, a sentence each; empty if nothing is
	 * @throws io.coalestra.collections.store.StoreException if the database cannot be
	 * asked
	 */
	public List<String> check(Table table) {
		return call("check of table " + table, (connection) -> new TableCheck(connection, table).problems());
	}

	private static List<Row> rows(Connection connection, Table table, Sql sql) throws SQLException {
		try (PreparedStatement statement = prepare(connection, sql); ResultSet result = statement.executeQuery()) {
			return new RowReading(NAME, table).inOrder(result);
		}
	}

	private static PreparedStatement prepare(Connection connection, Sql sql) throws SQLException {
		PreparedStatement statement = connection.prepareStatement(sql.text());
		try {
			int place = 0;
			for (Sql.Parameter parameter : sql.parameters()) {
				SqlValues.set(statement, ++place, parameter.type(), parameter.value());
			}
			return statement;
		}
		catch (SQLException | RuntimeException ex) {
			statement.close();
			throw ex;
		}
	}

	private <T> T call(String action, Work<T> work) {
		try {
			Connection connection = this.connections.acquire();
			try {
				return work.on(connection);
			}
			finally {
				this.connections.release(connection);
			}
		}
		catch (SQLException ex) {
			throw SqlFailures.translate(NAME, action, ex);
		}
	}

	@FunctionalInterface
	private interface Work<T> {

		T on(Connection connection) throws SQLException;

	}

}
