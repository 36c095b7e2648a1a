package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.coalestra.benchmarks.report.Goal;
import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushResult;
import io.coalestra.collections.option.FlushStrategy;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Four threads that change a hundred rows over and over: each change stored at once, and
 * stored by a flush that follows the last one after a fifth of a second.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Threads(4)
@State(Scope.Benchmark)
public class RowFlushBenchmark {

	private static final int ROWS = 100;

	private final AccountDatabase database = new AccountDatabase();

	private final BufferedWriteBehind writeBehind = BufferedWriteBehind.builder()
		.interval(Duration.ofMillis(200))
		.build();

	private final CollectionRegistry registry = CollectionRegistry.builder()
		.store(this.database.store())
		.writeBehind(this.writeBehind)
		.options("scheduled", (options) -> options.flush(FlushStrategy.ON_SCHEDULE))
		.build();

	private final RowCollection<Long, Account> always = this.registry.rows("always", Account.MAPPING);

	private final RowCollection<Long, Account> scheduled = this.registry.rows("scheduled", Account.MAPPING);

	/**
	 * Which row is next.
	 */
	@State(Scope.Thread)
	public static class Turn {

		private int last;

		/**
		 * Begins somewhere.
		 */
		@Setup(Level.Trial)
		public void begin() {
			this.last = (int) (Thread.currentThread().threadId() * 31 % ROWS);
		}

		private long next() {
			this.last = (this.last + 7) % ROWS;
			return this.last;
		}

	}

	/**
	 * Stores what is left, all of it.
	 */
	@TearDown(Level.Trial)
	public void close() {
		FlushResult result = this.writeBehind.close(Duration.ofSeconds(10));
		if (!result.isComplete() || this.scheduled.statistics().refused() > 0) {
			throw new IllegalStateException(
					"the flush did not keep up: " + result + ", " + this.scheduled.statistics());
		}
		this.registry.close();
		this.database.close();
	}

	/**
	 * A change that is stored when it returns.
	 * @param turn which row
	 * @return the row
	 */
	@Benchmark
	public Versioned<Account> always(Turn turn) {
		return this.always.update(turn.next(), (account) -> account.plus(1));
	}

	/**
	 * A change that a flush stores.
	 * @param turn which row
	 * @return the row
	 */
	@Benchmark
	@Goal(atMost = 0.1, beside = "always")
	public Versioned<Account> onSchedule(Turn turn) {
		return this.scheduled.update(turn.next(), (account) -> account.plus(1));
	}

}
