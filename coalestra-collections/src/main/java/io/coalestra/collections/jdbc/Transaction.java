package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import org.jspecify.annotations.Nullable;

/**
 * A transaction on a connection, or, within one that somebody else ends, a part that can
 * be undone by itself. What is not committed when it is closed is rolled back.
 */
final class Transaction implements AutoCloseable {

	private final Connection connection;

	private final @Nullable Savepoint savepoint;

	private boolean open = true;

	private Transaction(Connection connection, @Nullable Savepoint savepoint) {
		this.connection = connection;
		this.savepoint = savepoint;
	}

	static Transaction begin(Connection connection) throws SQLException {
		if (!connection.getAutoCommit()) {
			return new Transaction(connection, connection.setSavepoint());
		}
		connection.setAutoCommit(false);
		return new Transaction(connection, null);
	}

	void commit() throws SQLException {
		if (this.savepoint != null) {
			this.connection.releaseSavepoint(this.savepoint);
		}
		else {
			this.connection.commit();
		}
		this.open = false;
	}

	@Override
	public void close() throws SQLException {
		try {
			if (this.open && this.savepoint != null) {
				this.connection.rollback(this.savepoint);
			}
			else if (this.open) {
				this.connection.rollback();
			}
		}
		finally {
			this.open = false;
			if (this.savepoint == null) {
				this.connection.setAutoCommit(true);
			}
		}
	}

}
