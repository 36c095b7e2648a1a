package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Where the store gets connections from: a new one for each call, or the one that the
 * calling thread's transaction or request has. Implementations are safe for concurrent
 * use.
 */
public interface ConnectionProvider {

	/**
	 * Returns a connection for one call of the store. One in auto-commit mode is the
	 * store's until it is released: it may use transactions of its own on it. One that is
	 * not belongs to a transaction that somebody else ends.
	 * @return the connection
	 * @throws SQLException if there is none to be had
	 */
	Connection acquire() throws SQLException;

	/**
	 * Takes a connection back.
	 * @param connection what {@link #acquire()} gave
	 * @throws SQLException if it cannot be closed
	 */
	void release(Connection connection) throws SQLException;

	/**
	 * Returns a provider of a new connection for each call, in auto-commit mode whatever
	 * the data source's own is.
	 * @param dataSource where they come from; a pool, usually. Its connections must be
	 * the caller's alone: one that gives those of the thread's transaction needs a
	 * provider that leaves their mode as it is
	 * @return the provider
	 */
	static ConnectionProvider of(DataSource dataSource) {
		return new NewConnections(Objects.requireNonNull(dataSource, "dataSource"));
	}

}
