package io.coalestra.spring.boot.collections;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;

import javax.sql.DataSource;

import io.coalestra.collections.jdbc.ConnectionProvider;

import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * The connections of a data source, those of Spring's transactions among them: within
 * one, the store does everything in it. Safe for concurrent use.
 */
public final class TransactionalConnections implements ConnectionProvider {

	private final DataSource dataSource;

	/**
	 * Makes a provider.
	 * @param dataSource where connections come from
	 */
	public TransactionalConnections(DataSource dataSource) {
		this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
	}

	@Override
	public Connection acquire() throws SQLException {
		return DataSourceUtils.doGetConnection(this.dataSource);
	}

	@Override
	public void release(Connection connection) throws SQLException {
		DataSourceUtils.doReleaseConnection(connection, this.dataSource);
	}

}
