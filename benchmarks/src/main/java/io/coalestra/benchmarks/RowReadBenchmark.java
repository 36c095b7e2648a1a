package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.benchmarks.report.Goal;
import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.option.CollectionOptions;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.option.LocalOptions;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.transaction.ThreadTransactions;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
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

/**
 * A row that is in memory, read from a collection, beside a read of the same object from
 * Caffeine with expiry after writes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class RowReadBenchmark {

	private static final Duration LONG = Duration.ofHours(1);

	private static final int ROWS = 1 << 10;

	private final Long[] keys = new Long[ROWS];

	private final Cache<Long, Account> cache = Caffeine.newBuilder()
		.maximumSize(AccountDatabase.ROWS)
		.expireAfterWrite(LONG)
		.build();

	private final BufferedWriteBehind writeBehind = BufferedWriteBehind.builder().build();

	private final CollectionRegistry registry = CollectionRegistry.builder()
		.store(new InMemoryRowStore(TimeSource.system()))
		.writeBehind(this.writeBehind)
		.transactions(new ThreadTransactions())
		.defaults(CollectionOptions.DEFAULTS.local(LocalOptions.DEFAULTS.maxRows(AccountDatabase.ROWS).life(LONG)))
		.options("deferred", (options) -> options.flush(FlushStrategy.ON_CHECKPOINT))
		.build();

	private final RowCollection<Long, Account> rows = this.registry.rows(Account.MAPPING);

	private final RowCollection<Long, Account> deferred = this.registry.rows("deferred", Account.MAPPING);

	/**
	 * Reads everything once.
	 */
	@Setup(Level.Trial)
	public void fill() {
		for (int i = 0; i < ROWS; i++) {
			Account account = Account.of(i);
			this.keys[i] = account.id();
			this.cache.put(account.id(), account);
			this.rows.insert(account);
			this.deferred.find(account.id());
		}
	}

	/**
	 * Closes.
	 */
	@TearDown(Level.Trial)
	public void close() {
		this.writeBehind.close();
		this.registry.close();
	}

	/**
	 * Which key is next.
	 */
	@State(Scope.Thread)
	public static class Turn {

		private int last;

		int next() {
			this.last = (this.last + 1) & (ROWS - 1);
			return this.last;
		}

	}

	/**
	 * A read of Caffeine.
	 * @param turn which key
	 * @return the row
	 */
	@Benchmark
	public @Nullable Account caffeine(Turn turn) {
		return this.cache.getIfPresent(this.keys[turn.next()]);
	}

	/**
	 * A read of a collection whose writes are stored at once.
	 * @param turn which key
	 * @return the row
	 */
	@Benchmark
	@Goal(atMost = 1.5, beside = "caffeine")
	public Optional<Account> collection(Turn turn) {
		return this.rows.find(this.keys[turn.next()]);
	}

	/**
	 * A read of a collection whose writes are deferred, while none is pending.
	 * @param turn which key
	 * @return the row
	 */
	@Benchmark
	@Goal(atMost = 1.5, beside = "caffeine")
	public Optional<Account> collectionThatDefers(Turn turn) {
		return this.deferred.find(this.keys[turn.next()]);
	}

}
