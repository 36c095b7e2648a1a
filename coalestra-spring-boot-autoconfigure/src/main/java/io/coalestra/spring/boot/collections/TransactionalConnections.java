package io.coalestra.spring.boot.collections;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import javax.sql.DataSource;

import io.coalestra.collections.jdbc.ConnectionProvider;

import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The connections of a data source, those of Spring's transactions among them: within
 * one, the store does everything in it. Outside of one each call has a connection of its
 * own in auto-commit mode, whatever the mode of the data source is: what is stored is not
 * to be gone with the connection. Safe for concurrent use.
 */
public final class TransactionalConnections implements ConnectionProvider {

	private final DataSource dataSource;

	private final ConnectionProvider outside;

	/**
	 * Makes a provider.
	 * @param dataSource where connections come from
	 */
	public TransactionalConnections(DataSource dataSource) {
		this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
		this.outside = ConnectionProvider.of(dataSource);
	}

	@Override
	public Connection acquire() throws SQLException {
		return TransactionSynchronizationManager.isActualTransactionActive()
				? DataSourceUtils.doGetConnection(this.dataSource) : this.outside.acquire();
	}

	@Override
	public void release(Connection connection) throws SQLException {
		if (TransactionSynchronizationManager.isActualTransactionActive()) {
			DataSourceUtils.doReleaseConnection(connection, this.dataSource);
		}
		else {
			this.outside.release(connection);
		}
	}

}
