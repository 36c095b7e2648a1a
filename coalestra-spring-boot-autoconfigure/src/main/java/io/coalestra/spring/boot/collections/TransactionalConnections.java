package io.coalestra.spring.boot.collections;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.function.BooleanSupplier;

import javax.sql.DataSource;

import io.coalestra.collections.jdbc.ConnectionProvider;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The connections of a data source, those of Spring's transactions among them: within one
 * of that data source, the store does everything in it. Otherwise each call has a
 * connection of its own in auto-commit mode, whatever the mode of the data source is:
 * what is stored is not to be gone with the connection. That is so after the commit, and
 * in a transaction of another data source or of a message broker. Safe for concurrent
 * use.
 */
public final class TransactionalConnections implements ConnectionProvider {

	private final DataSource dataSource;

	private final BooleanSupplier joining;

	private final ConnectionProvider outside;

	/**
	 * Makes a provider.
	 * @param dataSource where connections come from
	 */
	public TransactionalConnections(DataSource dataSource) {
		this(dataSource, () -> areOfTransaction(dataSource));
	}

	private TransactionalConnections(DataSource dataSource, BooleanSupplier joining) {
		this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
		this.joining = joining;
		this.outside = ConnectionProvider.of(dataSource);
	}

	/**
	 * Makes a provider for a data source whose connections take part by themselves in
	 * whatever transaction runs, as those of JTA do. It goes with
	 * {@link SpringTransactions#SpringTransactions()}.
	 * @param dataSource where connections come from
	 * @return the provider
	 */
	public static TransactionalConnections enlisting(DataSource dataSource) {
		return new TransactionalConnections(dataSource, SpringScope::hasTransaction);
	}

	/**
	 * Returns whether a transaction of a data source runs. One of another, or of a
	 * message broker, does not end what is done on connections of this one, also where a
	 * {@code JdbcClient} has bound one to it, which is then in auto-commit mode.
	 * @param dataSource the data source
	 * @return true if so
	 */
	static boolean areOfTransaction(DataSource dataSource) {
		if (!SpringScope.hasTransaction()) {
			return false;
		}
		try {
			return TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder holder
					&& !holder.getConnection().getAutoCommit();
		}
		catch (SQLException ex) {
			// The statement will tell, which fails the transaction.
			return true;
		}
	}

	@Override
	public Connection acquire() throws SQLException {
		return this.joining.getAsBoolean() ? DataSourceUtils.doGetConnection(this.dataSource) : this.outside.acquire();
	}

	@Override
	public void release(Connection connection) throws SQLException {
		if (DataSourceUtils.isConnectionTransactional(connection, this.dataSource)) {
			DataSourceUtils.doReleaseConnection(connection, this.dataSource);
		}
		else {
			this.outside.release(connection);
		}
	}

}
