package io.coalestra.collections.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.jdbc.ConnectionProvider;
import io.coalestra.collections.jdbc.PostgresServer;
import io.coalestra.collections.jdbc.PostgresStore;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.add;
import static io.coalestra.collections.fixtures.Fleet.balance;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;

class ContentionTests {

	private static void together(List<Runnable> tasks) throws Exception {
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<CompletableFuture<?>> all = new ArrayList<>();
			tasks.forEach((task) -> all.add(CompletableFuture.runAsync(task, threads)));
			CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
		}
	}

	private static void adders(List<Runnable> tasks, RowCollection<RowKey, Row> accounts) {
		for (int i = 0; i < 50; i++) {
			tasks.add(() -> {
				for (int k = 0; k < 20; k++) {
					accounts.update(key(1), add(1));
				}
			});
		}
	}

	private static void requireFewAttempts(RowCollection<RowKey, Row> a, RowCollection<RowKey, Row> b) {
		long attempts = a.statistics().attempts() + b.statistics().attempts();
		assertThat(attempts).as("attempts of 2,000 updates").isLessThan(4 * 2000);
	}

	@Test
	void fiftyThreadsOnEachOfTwoNodesLoseNoUpdate() throws Exception {
		try (Fleet fleet = new Fleet()) {
			Fleet.Node a = fleet.steadyNode();
			Fleet.Node b = fleet.steadyNode();
			fleet.truth.write(RowWrite.Insert.of(account(1, 0)));
			List<Runnable> tasks = new ArrayList<>();
			adders(tasks, a.accounts);
			adders(tasks, b.accounts);
			together(tasks);
			assertThat(balance(fleet.truth.fetch(Fleet.ACCOUNT, List.of(key(1))).get(key(1)))).isEqualTo(2000);
			fleet.settle();
			assertThat(a.balance(1)).isEqualTo(2000);
			assertThat(b.balance(1)).isEqualTo(2000);
			requireFewAttempts(a.accounts, b.accounts);
		}
	}

	@Test
	void fiftyThreadsOnEachOfTwoNodesLoseNoUpdateOnPostgres() throws Exception {
		PostgresServer server = PostgresServer.shared();
		String database = server.createDatabase();
		server.execute(database, "CREATE TABLE account (id bigint PRIMARY KEY, owner text NOT NULL,"
				+ " balance bigint NOT NULL, note text, version bigint NOT NULL)");
		InMemoryTier tier = new InMemoryTier(TimeSource.system());
		try (CollectionRegistry one = registry(server, database, tier);
				CollectionRegistry two = registry(server, database, tier)) {
			RowCollection<RowKey, Row> a = one.rows(Fleet.ACCOUNT);
			RowCollection<RowKey, Row> b = two.rows(Fleet.ACCOUNT);
			a.insert(account(1, 0));
			List<Runnable> tasks = new ArrayList<>();
			adders(tasks, a);
			adders(tasks, b);
			together(tasks);
			a.invalidate(key(1));
			assertThat(balance(a.require(key(1)))).isEqualTo(2000);
			requireFewAttempts(a, b);
		}
	}

	private static CollectionRegistry registry(PostgresServer server, String database, InMemoryTier tier) {
		return CollectionRegistry.builder()
			.store(new PostgresStore(ConnectionProvider.of(server.dataSource(database))))
			.sharedTier(TierGate.to(tier).build())
			.build();
	}

	/**
	 * Writers, deleters and readers on three nodes, evicting as they go. A reader's own
	 * writes never disappear from it, and when all is still, all nodes agree with the
	 * store, and so does whoever asks the shared tier first.
	 */
	@Test
	void cachesAgreeWithTheStoreAfterAStorm() throws Exception {
		for (int round = 0; round < 8; round++) {
			storm(20_261_121L + round);
		}
	}

	private static void storm(long seed) throws Exception {
		try (Fleet fleet = new Fleet()) {
			List<Fleet.Node> nodes = List.of(fleet.steadyNode(), fleet.steadyNode(), fleet.steadyNode());
			AtomicLong values = new AtomicLong();
			List<Runnable> tasks = new ArrayList<>();
			for (int i = 0; i < 9; i++) {
				Fleet.Node node = nodes.get(i % 3);
				SplittableRandom random = new SplittableRandom(seed * 31 + i);
				tasks.add(() -> {
					for (int k = 0; k < 300; k++) {
						step(node, random, values);
					}
				});
			}
			together(tasks);
			fleet.settle();
			Fleet.Node fresh = fleet.steadyNode();
			for (long id = 0; id < 4; id++) {
				Row row = fleet.truth.fetch(Fleet.ACCOUNT, List.of(key(id))).get(key(id));
				Long stored = (row != null) ? balance(row) : null;
				assertThat(fresh.balance(id)).as("seed %d, row %d, shared tier", seed, id).isEqualTo(stored);
				for (Fleet.Node node : nodes) {
					assertThat(node.balance(id)).as("seed %d, row %d", seed, id).isEqualTo(stored);
				}
			}
		}
	}

	private static void step(Fleet.Node node, SplittableRandom random, AtomicLong values) {
		long id = random.nextInt(4);
		switch (random.nextInt(8)) {
			case 0 -> node.accounts.put(account(id, values.incrementAndGet()));
			case 1 -> node.accounts.compute(key(id),
					(row) -> Change.put(row.map(add(1)).orElse(account(id, values.incrementAndGet()))));
			case 2 -> node.accounts.delete(key(id));
			case 3 -> node.accounts.evict(key(id));
			case 4 -> node.accounts.invalidate(key(id));
			default -> node.balance(id);
		}
	}

}
