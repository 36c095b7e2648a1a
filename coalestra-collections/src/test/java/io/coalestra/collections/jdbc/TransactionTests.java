package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.RowListener;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.transaction.ThreadTransactions;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.add;
import static io.coalestra.collections.fixtures.Fleet.balance;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Collections in the transactions of a real database.
 */
class TransactionTests {

	private static final PostgresServer server = PostgresServer.shared();

	private static final String database = database();

	private final BoundConnections connections = new BoundConnections(
			ConnectionProvider.of(server.dataSource(database)));

	private final ThreadTransactions transactions = new ThreadTransactions();

	private final CollectionRegistry registry = CollectionRegistry.builder()
		.store(new PostgresStore(this.connections))
		.sharedTier(TierGate.to(new InMemoryTier(TimeSource.system())).build())
		.transactions(this.transactions)
		.build();

	private final RowCollection<RowKey, Row> accounts = this.registry.rows(Fleet.ACCOUNT);

	private final List<String> visible = new ArrayList<>();

	private static String database() {
		String name = server.createDatabase();
		server.execute(name, "CREATE TABLE account (id bigint PRIMARY KEY, owner text NOT NULL,"
				+ " balance bigint NOT NULL, note text, version bigint NOT NULL)");
		return name;
	}

	@BeforeEach
	void begin() {
		server.execute(database, "TRUNCATE account");
		this.accounts.insert(account(1, 10));
		this.accounts.insert(account(2, 20));
		this.accounts.onChange(new RowListener<>() {

			@Override
			public void written(RowKey key, Versioned<? extends Row> stored) {
				TransactionTests.this.visible.add(key.text());
			}

			@Override
			public void invalidated(RowKey key) {
				TransactionTests.this.visible.add("not " + key.text());
			}

			@Override
			public void invalidatedAll() {
				TransactionTests.this.visible.add("none");
			}

		});
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	private void inTransaction(Runnable work) throws Exception {
		this.transactions.call(this.connections::inTransaction, () -> {
			work.run();
			return null;
		});
	}

	private Long balanceElsewhere(long id) {
		return CompletableFuture.supplyAsync(() -> balance(this.accounts.require(key(id)))).join();
	}

	@Test
	void whatIsWrittenIsSeenByItsOwnReadsAndByOthersAfterTheCommit() throws Exception {
		inTransaction(() -> {
			this.accounts.update(key(1), add(-5));
			this.accounts.update(key(2), add(5));
			this.accounts.update(key(2), add(1));
			assertThat(this.accounts.findAll(List.of(key(1), key(2))).values()).extracting(Fleet::balance)
				.containsExactly(5L, 26L);
			assertThat(balanceElsewhere(1)).isEqualTo(10);
			assertThat(this.visible).isEmpty();
		});
		assertThat(this.visible).containsExactly("1", "2");
		assertThat(this.accounts.peek(key(2)).map(Fleet::balance)).contains(26L);
		assertThat(balanceElsewhere(1)).isEqualTo(5);
	}

	@Test
	void aRollbackLeavesNoTrace() throws Exception {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> inTransaction(() -> {
			this.accounts.update(key(1), add(-5));
			this.accounts.delete(key(2));
			this.accounts.insert(account(3, 30));
			assertThat(this.accounts.find(key(2))).isEmpty();
			throw new IllegalStateException("no");
		}));
		assertThat(this.visible).isEmpty();
		assertThat(balanceElsewhere(1)).isEqualTo(10);
		assertThat(balanceElsewhere(2)).isEqualTo(20);
		assertThat(this.accounts.find(key(3))).isEmpty();
	}

	@Test
	void rowsThatAreNotThereAreNoConflictsAndWhatIsPutInTheirPlaceIsSeen() throws Exception {
		inTransaction(() -> {
			assertThat(this.accounts.delete(key(3))).isFalse();
			this.accounts.put(account(3, 30));
			assertThat(balance(this.accounts.require(key(3)))).isEqualTo(30);
		});
		assertThat(this.accounts.statistics().conflicts()).isZero();
		assertThat(this.visible).containsExactly("3");
		assertThat(this.accounts.peek(key(3)).map(Fleet::balance)).contains(30L);
	}

	@Test
	void whatATransactionReadsOfItsOwnStatementsIsNotKept() throws Exception {
		this.accounts.invalidate(key(1));
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> inTransaction(() -> {
			execute("UPDATE account SET balance = 99, version = version + 1 WHERE id = 1");
			assertThat(balance(this.accounts.require(key(1)))).isEqualTo(99);
			throw new IllegalStateException("no");
		}));
		assertThat(balanceElsewhere(1)).isEqualTo(10);
	}

	private void execute(String sql) {
		try {
			Connection connection = this.connections.acquire();
			try (PreparedStatement statement = connection.prepareStatement(sql)) {
				statement.executeUpdate();
			}
			finally {
				this.connections.release(connection);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void rowsThatChangeHandsAreForgottenWhenThatIsCommittedAndNotBefore() throws Exception {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> inTransaction(() -> {
			assertThat(this.accounts.repoint("owner", "o1", "ann")).containsExactly(key(1));
			assertThat(this.accounts.require(key(1)).get("owner")).isEqualTo("ann");
			throw new IllegalStateException("no");
		}));
		assertThat(this.accounts.require(key(1)).get("owner")).isEqualTo("o1");
		this.visible.clear();
		inTransaction(() -> {
			this.accounts.repoint("owner", "o1", "ann");
			assertThat(this.visible).isEmpty();
		});
		assertThat(this.visible).containsExactly("not 1");
		assertThat(this.accounts.require(key(1)).get("owner")).isEqualTo("ann");
	}

	@Test
	void aCommitOfUnknownEndIsReadAnew() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(
				() -> this.transactions.call(this::committedAndThenLost, () -> this.accounts.update(key(1), add(5))));
		assertThat(this.visible).containsExactly("not 1");
		assertThat(balanceElsewhere(1)).isEqualTo(15);
	}

	private <T> T committedAndThenLost(Callable<T> work) throws Exception {
		this.connections.inTransaction(work);
		throw new IllegalStateException("the answer to the commit was lost");
	}

}
