package io.coalestra.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.coalestra.collections.jdbc.ConnectionProvider;
import io.coalestra.collections.jdbc.PostgresServer;
import io.coalestra.collections.jdbc.PostgresStore;

/**
 * A PostgreSQL on loopback with ten thousand accounts, and one pool of connections for
 * all sides. It does not wait for the disk, so that what a side costs by itself weighs as
 * much as it can.
 */
final class AccountDatabase implements AutoCloseable {

	static final int ROWS = 10_000;

	private final PostgresServer server = PostgresServer.start();

	private final HikariDataSource pool;

	AccountDatabase() {
		String database = this.server.createDatabase();
		this.server.execute(database, Account.SCHEMA);
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.server.url(database));
		config.setUsername("postgres");
		config.setMaximumPoolSize(16);
		this.pool = new HikariDataSource(config);
	}

	HikariDataSource pool() {
		return this.pool;
	}

	PostgresStore store() {
		return new PostgresStore(ConnectionProvider.of(this.pool));
	}

	@Override
	public void close() {
		this.pool.close();
		this.server.close();
	}

}
