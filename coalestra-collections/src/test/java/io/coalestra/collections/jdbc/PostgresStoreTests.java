package io.coalestra.collections.jdbc;

import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowStoreContract;
import org.junit.jupiter.api.BeforeEach;

class PostgresStoreTests extends RowStoreContract {

	private static final PostgresServer server = PostgresServer.shared();

	private static final String database = database();

	private final PostgresStore store = new PostgresStore(ConnectionProvider.of(server.dataSource(database)));

	private static String database() {
		String name = server.createDatabase();
		server.execute(name, SCHEMA);
		return name;
	}

	@BeforeEach
	void empty() {
		server.execute(database, "TRUNCATE account, member, tag, everything, kept");
	}

	@Override
	protected RowStore store() {
		return this.store;
	}

}
