package io.coalestra.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.benchmarks.report.Figure;
import io.coalestra.benchmarks.report.Goal;
import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.GroupOutcome;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.Scan;
import io.coalestra.collections.store.WriteOutcome;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A thousand virtual threads that each read another row which is nowhere but in the
 * database: how long until the last has its row, and by how many queries.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@State(Scope.Benchmark)
public class RowMissBenchmark {

	private static final int CALLERS = 1_000;

	private final AccountDatabase database = new AccountDatabase();

	private final Counting store = new Counting(this.database.store());

	private final JdbcClient jdbc = JdbcClient.create(this.database.pool());

	private final CollectionRegistry registry = CollectionRegistry.builder().store(this.store).build();

	private final RowCollection<Long, Account> rows = this.registry.rows(Account.MAPPING);

	/**
	 * Forgets every row.
	 */
	@Setup(Level.Iteration)
	public void forget() {
		for (long id = 0; id < CALLERS; id++) {
			this.rows.evict(id);
		}
		this.store.calls.set(0);
		this.store.keys.set(0);
	}

	/**
	 * Closes.
	 */
	@TearDown(Level.Trial)
	public void close() {
		this.registry.close();
		this.database.close();
	}

	/**
	 * A thousand reads of a collection.
	 * @param asking counts queries
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@Goal(figure = Figure.CALLS, atMost = 10)
	public void collection(Asking asking) throws InterruptedException {
		Callers.storm(CALLERS, (caller) -> this.rows.require((long) caller));
		asking.calls = this.store.calls.get();
		asking.keys = this.store.keys.get();
	}

	/**
	 * A thousand queries of a row each.
	 * @param asking counts queries
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public void jdbcClient(Asking asking) throws InterruptedException {
		Callers.storm(CALLERS,
				(caller) -> RowWriteBenchmark
					.account(this.jdbc.sql("SELECT id, owner, balance, points, seen, version FROM account WHERE id = ?")
						.param((long) caller)));
		asking.calls = CALLERS;
		asking.keys = CALLERS;
	}

	/**
	 * The store, and what it was asked.
	 */
	private static final class Counting implements RowStore {

		private final AtomicInteger calls = new AtomicInteger();

		private final AtomicInteger keys = new AtomicInteger();

		private final RowStore store;

		private Counting(RowStore store) {
			this.store = store;
		}

		@Override
		public String name() {
			return this.store.name();
		}

		@Override
		public Map<RowKey, Row> fetch(Table table, Collection<RowKey> asked) {
			this.calls.incrementAndGet();
			this.keys.addAndGet(asked.size());
			return this.store.fetch(table, asked);
		}

		@Override
		public WriteOutcome write(RowWrite write) {
			return this.store.write(write);
		}

		@Override
		public GroupOutcome writeAll(List<? extends RowWrite> writes) {
			return this.store.writeAll(writes);
		}

		@Override
		public List<Row> scan(Scan scan) {
			return this.store.scan(scan);
		}

		@Override
		public List<RowKey> repoint(Repointing repointing) {
			return this.store.repoint(repointing);
		}

	}

}
