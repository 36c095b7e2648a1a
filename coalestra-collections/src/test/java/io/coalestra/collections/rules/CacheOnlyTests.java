package io.coalestra.collections.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.fixtures.Fleet;
import io.coalestra.collections.option.CollectionOptions;
import io.coalestra.collections.option.TierChoice;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.StoreException;
import io.coalestra.tier.coherence.TierGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.fixtures.Fleet.account;
import static io.coalestra.collections.fixtures.Fleet.add;
import static io.coalestra.collections.fixtures.Fleet.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Collections without a store: the shared tier is the truth, or memory.
 */
class CacheOnlyTests {

	private static CollectionRegistry.Builder storeless(CollectionRegistry.Builder builder) {
		return builder.defaults(CollectionOptions.DEFAULTS.store(TierChoice.none()));
	}

	private final Fleet fleet = new Fleet();

	private final Fleet.Node a = this.fleet.node(CacheOnlyTests::storeless);

	private final Fleet.Node b = this.fleet.node(CacheOnlyTests::storeless);

	private final List<CollectionRegistry> others = new ArrayList<>();

	@AfterEach
	void close() {
		this.others.forEach(CollectionRegistry::close);
		this.fleet.close();
	}

	@Test
	void theSharedTierIsTheTruth() {
		this.a.accounts.insert(account(1, 10));
		assertThat(this.b.balance(1)).isEqualTo(10);
		this.b.accounts.update(key(1), add(5));
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(15);
		assertThat(this.a.store.fetches()).isEmpty();
		assertThat(this.a.accounts.delete(key(1))).isTrue();
		this.fleet.settle();
		assertThat(this.b.accounts.find(key(1))).isEmpty();
	}

	@Test
	void keepWritesAndTellsNothing() {
		this.a.accounts.insert(account(1, 10));
		int calls = this.a.tier.calls();
		this.a.accounts.compute(key(1), (row) -> Change.keep());
		assertThat(this.a.tier.calls()).as("asked once whether the row is still that one").isEqualTo(calls + 1);
	}

	@Test
	void whatTheTierDoesNotAnswerIsAnError() {
		this.a.tier.fail();
		assertThatExceptionOfType(LoadException.class).isThrownBy(() -> this.a.accounts.find(key(1)));
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> this.a.accounts.insert(account(1, 10)));
	}

	@Test
	void aRowEndsWithItsLife() {
		this.a.accounts.insert(account(1, 10));
		this.fleet.time.advance(Duration.ofMinutes(6));
		assertThat(this.b.accounts.find(key(1))).isEmpty();
		this.b.accounts.insert(account(1, 20));
		this.fleet.settle();
		assertThat(this.a.balance(1)).isEqualTo(20);
	}

	private RowCollection<RowKey, Row> withColumn(ColumnTrait... traits) {
		Table gained = Table.named("account")
			.column("id", ScalarType.BIGINT)
			.column("owner", ScalarType.TEXT)
			.column("balance", ScalarType.BIGINT)
			.column("note", ScalarType.TEXT, ColumnTrait.NULLABLE)
			.column("email", ScalarType.TEXT, traits)
			.column("version", ScalarType.BIGINT)
			.version("version")
			.build();
		TierGate gate = TierGate.to(this.fleet.tier).timeSource(this.fleet.time).build();
		CollectionRegistry other = storeless(CollectionRegistry.builder().timeSource(this.fleet.time).sharedTier(gate))
			.build();
		this.others.add(other);
		return other.rows(gained);
	}

	@Test
	void aColumnThatTheTableHasGainedIsNullWhereItMayBe() {
		this.a.accounts.insert(account(1, 10));
		RowCollection<RowKey, Row> next = withColumn(ColumnTrait.NULLABLE);
		assertThat(next.require(key(1)).get("email")).isNull();
		next.update(key(1), add(5));
		assertThat(next.require(key(1)).get("owner")).isEqualTo("o1");
	}

	@Test
	void aRowThatCannotBeReadIsNotTakenForAbsent() {
		this.a.accounts.insert(account(1, 10));
		RowCollection<RowKey, Row> next = withColumn();
		assertThatExceptionOfType(LoadException.class).isThrownBy(() -> next.find(key(1)))
			.matches(LoadException::isOfRow);
		assertThat(next.find(key(2))).isEmpty();
		assertThatExceptionOfType(StoreException.class).isThrownBy(() -> next.insert(withEmail(next)))
			.matches((ex) -> ex.reason() == StoreException.Reason.UNREADABLE);
		assertThat(this.a.balance(1)).isEqualTo(10);
	}

	@Test
	void aRowThatCannotBeReadCanBeDeletedAndMadeAnew() {
		this.a.accounts.insert(account(1, 10));
		RowCollection<RowKey, Row> next = withColumn();
		assertThat(next.delete(key(1))).isTrue();
		assertThat(next.find(key(1))).isEmpty();
		next.insert(withEmail(next));
		assertThat(next.require(key(1)).get("email")).isEqualTo("e@x");
	}

	private static Row withEmail(RowCollection<RowKey, Row> accounts) {
		return accounts.table()
			.row()
			.set("id", 1L)
			.set("owner", "eve")
			.set("balance", 0L)
			.set("note", null)
			.set("email", "e@x")
			.build();
	}

	@Test
	void changesOfManyThreadsOnTwoNodesAllCount() throws Exception {
		Fleet.Node one = this.fleet.steadyNode(CacheOnlyTests::storeless);
		Fleet.Node two = this.fleet.steadyNode(CacheOnlyTests::storeless);
		one.accounts.insert(account(1, 0));
		try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			List<CompletableFuture<?>> all = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				Fleet.Node node = (i % 2 == 0) ? one : two;
				all.add(CompletableFuture.runAsync(() -> {
					for (int k = 0; k < 20; k++) {
						node.accounts.update(key(1), add(1));
					}
				}, threads));
			}
			CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
		}
		this.fleet.settle();
		one.accounts.evict(key(1));
		assertThat(one.balance(1)).isEqualTo(800);
	}

	@Test
	void withoutASharedTierMemoryIsTheTruth() {
		Fleet.Node lone = this.fleet.loneNode(CacheOnlyTests::storeless);
		lone.accounts.insert(account(1, 10));
		lone.accounts.update(key(1), add(5));
		lone.accounts.evict(key(1));
		assertThat(lone.balance(1)).isEqualTo(15);
		assertThat(lone.accounts.compute(key(1), (row) -> Change.delete())).isEmpty();
		assertThat(lone.accounts.find(key(1))).isEmpty();
	}

}
