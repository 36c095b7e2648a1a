package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Connections of a data source, one for each call. All are in auto-commit mode: on one
 * that is not, a write would be answered as stored and be gone with the connection.
 */
final class NewConnections implements ConnectionProvider {

	private final DataSource dataSource;

	// Connections whose mode was another, from acquire to release: written by whoever has
	// the connection, under the set's monitor.
	private final Set<Connection> switched = Collections
		.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

	NewConnections(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	@Override
	public Connection acquire() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		try {
			if (!connection.getAutoCommit()) {
				connection.setAutoCommit(true);
				this.switched.add(connection);
			}
			return connection;
		}
		catch (SQLException | RuntimeException ex) {
			connection.close();
			throw ex;
		}
	}

	// Pools give a connection to others as it is, some of them in whatever mode it is.
	@Override
	public void release(Connection connection) throws SQLException {
		try (connection) {
			if (this.switched.remove(connection) && !connection.isClosed()) {
				connection.setAutoCommit(false);
			}
		}
	}

}
