package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps deferred writes in memory, and in a journal where there is one, until a flush has
 * stored them.
 *
 * <pre>{@code
 * BufferedWriteBehind writes = BufferedWriteBehind.builder()
 *     .interval(Duration.ofSeconds(5))
 *     .journal(Journal.in(directory).schema("orders-1").open())
 *     .onDeadLetter(deadLetters::add)
 *     .build();
 * }</pre>
 *
 * Repeated writes of a row become one. A flush offers a row's write together with the
 * version that it was made upon, parents before children, as one transaction; what a
 * store does not take is found, tried again alone, and given up in the end, which is
 * always reported. One flush runs at a time, and nothing leaves the buffer before the
 * store has answered. Safe for concurrent use.
 */
public final class BufferedWriteBehind implements WriteBehind, AutoCloseable {

	private final FlushSettings settings;

	private final FlushTally tally = new FlushTally();

	private final FlushJournal journal;

	private final PendingWrites pending;

	private final Intake intake;

	private final Flusher flusher;

	private final Schedules schedules;

	private final Shutdown shutdown;

	private BufferedWriteBehind(FlushSettings settings, @Nullable Journal journal) {
		this.settings = settings;
		this.journal = new FlushJournal(journal);
		this.pending = new PendingWrites(settings, this.journal);
		FlushTurn turn = new FlushTurn();
		this.intake = new Intake(this.pending, turn, this::relieve);
		this.flusher = new Flusher(this.pending, turn, settings, this.tally);
		this.schedules = new Schedules(settings,
				(owners) -> this.flusher.flush(owners::contains, Flusher.Patience.WAITS));
		this.shutdown = new Shutdown(settings, this.journal, this.pending, this.flusher);
	}

	private void relieve() {
		this.schedules.relieve();
	}

	/**
	 * Begins the configuration of a buffer.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Opens the buffer of a collection. What the journal holds of it is pending from then
	 * on, as if it had just been written.
	 * @throws IllegalArgumentException if one of its name is open, if its strategy is
	 * {@link FlushStrategy#ALWAYS}, or if the journal holds rows of it that its table
	 * cannot read
	 * @throws WriteRefusedException if this was closed
	 */
	@Override
	public Buffer open(DeferringCollection collection) {
		if (collection.strategy() == FlushStrategy.ALWAYS) {
			throw new IllegalArgumentException(
					"collection " + collection.name() + ": strategy ALWAYS (expected: one that defers)");
		}
		CollectionBuffer owner = this.pending.open(collection, this.intake);
		this.schedules.add(owner);
		return owner;
	}

	/**
	 * Stores everything that was pending when it was called, of all collections, and
	 * waits for it. Rows that failed lately are left alone as long as their back-off
	 * says. The caller's transaction, if there is one, has no part in it: what is flushed
	 * stays when that rolls back.
	 * @return what it did
	 * @throws IllegalStateException if called by a callback of a flush
	 */
	public FlushResult flush() {
		return flushApart((owner) -> true);
	}

	/**
	 * Stores what was pending of some collections when it was called, and what it refers
	 * to, and waits for it.
	 * @param collections the collections' names; one that is not open has nothing pending
	 * @return what it did
	 * @throws IllegalStateException if called by a callback of a flush
	 */
	public FlushResult flush(String... collections) {
		Set<String> names = Set.copyOf(Arrays.asList(collections));
		return flushApart((owner) -> names.contains(owner.name()));
	}

	// On a thread of its own: stores may bind a transaction to the caller's, whose
	// rollback
	// would undo what has left the buffer.
	private FlushResult flushApart(Predicate<CollectionBuffer> selected) {
		this.flusher.requireOutside();
		FutureTask<FlushResult> flush = new FutureTask<>(() -> this.flusher.flush(selected, Flusher.Patience.WAITS));
		Thread.ofVirtual().name("coalestra-flush").start(flush);
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return flush.get();
				}
				catch (InterruptedException ex) {
					// A flush under way is not given up half way.
					interrupted = true;
				}
			}
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException thrown) {
				throw thrown;
			}
			throw new IllegalStateException("flush: failed", ex.getCause());
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Returns the state.
	 * @return the state, of one instant
	 */
	public FlushStatistics statistics() {
		return this.pending.statistics(this.tally, this.intake);
	}

	/**
	 * Takes nothing more, stores what is pending, and waits for it as long as configured;
	 * see {@link #close(Duration)}.
	 */
	@Override
	public void close() {
		close(this.settings.closeLimit());
	}

	/**
	 * Takes nothing more, and stores what is pending, trying again while a store is lost.
	 * What is left after the time limit stays in the journal; where there is none it is
	 * given up, as dead letters. The journal is closed. Further calls do nothing.
	 * @param limit how long at most
	 * @return what was done with what was pending
	 */
	public FlushResult close(Duration limit) {
		if (limit.isNegative()) {
			throw new IllegalArgumentException("limit: " + limit + " (expected: not negative)");
		}
		this.schedules.close();
		return this.shutdown.run(limit);
	}

	/**
	 * Configures a buffer. Not safe for concurrent use.
	 */
	public static final class Builder {

		private static final Logger logger = LoggerFactory.getLogger(BufferedWriteBehind.class);

		private int maxPending = 10_000;

		private WhenFull whenFull = WhenFull.waitFor(Duration.ofSeconds(5));

		private Duration interval = Duration.ofSeconds(30);

		private final Map<String, Duration> intervals = new HashMap<>();

		private int maxBatchSize = 500;

		private int maxAttempts = 10;

		private int maxPatientAttempts = 100;

		private Duration unableLimit = Duration.ofDays(1);

		private Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1));

		private Duration closeLimit = Duration.ofSeconds(20);

		private @Nullable Journal journal;

		private Consumer<? super DeadLetter> deadLetters = (letter) -> logger.error("{}", letter);

		private Consumer<? super FlushConflict> conflicts = (conflict) -> logger.warn("{}", conflict);

		private Executor executor = (task) -> Thread.ofVirtual().name("coalestra-flush").start(task);

		private TimeSource time = TimeSource.system();

		private Builder() {
		}

		/**
		 * Sets how many writes may be pending, of all collections.
		 * @param value 1 or more; by default 10,000
		 * @return this
		 */
		public Builder maxPending(int value) {
			this.maxPending = requireAtLeastOne("maxPending", value);
			return this;
		}

		/**
		 * Sets what becomes of a write for which there is no room.
		 * @param value by default it waits for five seconds
		 * @return this
		 */
		public Builder whenFull(WhenFull value) {
			this.whenFull = Objects.requireNonNull(value, "whenFull");
			return this;
		}

		/**
		 * Sets how long after a scheduled flush the next one follows.
		 * @param value more than zero; by default 30 seconds
		 * @return this
		 */
		public Builder interval(Duration value) {
			this.interval = requirePositive("interval", value);
			return this;
		}

		/**
		 * Sets how long after a scheduled flush the next one follows, for one collection.
		 * @param collection its name
		 * @param value more than zero
		 * @return this
		 */
		public Builder interval(String collection, Duration value) {
			this.intervals.put(Objects.requireNonNull(collection, "collection"), requirePositive("interval", value));
			return this;
		}

		/**
		 * Sets how many writes go into a transaction.
		 * @param value 1 or more; by default 500
		 * @return this
		 */
		public Builder maxBatchSize(int value) {
			this.maxBatchSize = requireAtLeastOne("maxBatchSize", value);
			return this;
		}

		/**
		 * Sets after how many attempts a write is given up that its store does not
		 * accept.
		 * @param value 1 or more; by default 10
		 * @return this
		 */
		public Builder maxAttempts(int value) {
			this.maxAttempts = requireAtLeastOne("maxAttempts", value);
			return this;
		}

		/**
		 * Sets after how many attempts a write is given up that waits for another row, or
		 * gave way to other transactions. Attempts at which the store was lost do not
		 * count at all.
		 * @param value 1 or more; by default 100
		 * @return this
		 */
		public Builder maxPatientAttempts(int value) {
			this.maxPatientAttempts = requireAtLeastOne("maxPatientAttempts", value);
			return this;
		}

		/**
		 * Sets for how long the store may take nothing of a collection before its writes
		 * are given up, each once it has waited for as long as that. It is time to make
		 * room on a disk, or to give back a right; what is given up goes to the
		 * {@linkplain #onDeadLetter handler}.
		 * @param value more than zero; by default one day
		 * @return this
		 */
		public Builder unableLimit(Duration value) {
			this.unableLimit = requirePositive("unableLimit", value);
			return this;
		}

		/**
		 * Sets how long a row that failed is left alone: twice as long after each
		 * failure.
		 * @param first after the first: more than zero; by default half a second
		 * @param most at most: no less than the first; by default a minute
		 * @return this
		 */
		public Builder backoff(Duration first, Duration most) {
			requirePositive("first", first);
			if (most.compareTo(first) < 0) {
				throw new IllegalArgumentException("most: " + most + " (expected: no less than first, " + first + ")");
			}
			this.backoff = new Backoff(first, most);
			return this;
		}

		/**
		 * Sets how long {@link BufferedWriteBehind#close()} stores at most.
		 * @param value zero or more; by default 20 seconds
		 * @return this
		 */
		public Builder closeLimit(Duration value) {
			if (value.isNegative()) {
				throw new IllegalArgumentException("closeLimit: " + value + " (expected: not negative)");
			}
			this.closeLimit = value;
			return this;
		}

		/**
		 * Keeps what is pending in a journal as well, so that it survives the process.
		 * @param value the journal, which is closed with the buffer
		 * @return this
		 */
		public Builder journal(Journal value) {
			this.journal = Objects.requireNonNull(value, "journal");
			return this;
		}

		/**
		 * Sets who takes what is given up. The write is given up when the call returns,
		 * and stays pending if it throws.
		 * @param value by default it is logged as an error, without the row's values
		 * @return this
		 */
		public Builder onDeadLetter(Consumer<? super DeadLetter> value) {
			this.deadLetters = Objects.requireNonNull(value, "onDeadLetter");
			return this;
		}

		/**
		 * Sets who hears of writes that were not stored because the stored row was
		 * another.
		 * @param value by default they are logged as a warning, without the rows' values
		 * @return this
		 */
		public Builder onConflict(Consumer<? super FlushConflict> value) {
			this.conflicts = Objects.requireNonNull(value, "onConflict");
			return this;
		}

		/**
		 * Sets where flushes run that nobody waits for.
		 * @param value by default a virtual thread each
		 * @return this
		 */
		public Builder executor(Executor value) {
			this.executor = Objects.requireNonNull(value, "executor");
			return this;
		}

		/**
		 * Sets the time.
		 * @param value the time source; by default {@link TimeSource#system()}
		 * @return this
		 */
		public Builder timeSource(TimeSource value) {
			this.time = Objects.requireNonNull(value, "timeSource");
			return this;
		}

		private static int requireAtLeastOne(String option, int value) {
			if (value < 1) {
				throw new IllegalArgumentException(option + ": " + value + " (expected: 1 or more)");
			}
			return value;
		}

		private static Duration requirePositive(String option, Duration value) {
			if (value.isZero() || value.isNegative()) {
				throw new IllegalArgumentException(option + ": " + value + " (expected: more than zero)");
			}
			return value;
		}

		/**
		 * Makes the buffer.
		 * @return the buffer
		 * @throws IllegalArgumentException if the journal holds what no buffer wrote
		 */
		public BufferedWriteBehind build() {
			FlushSettings settings = new FlushSettings(this.maxPending, this.whenFull, this.interval,
					Map.copyOf(this.intervals), this.maxBatchSize, this.maxAttempts, this.maxPatientAttempts,
					this.unableLimit, this.backoff, this.closeLimit, this.deadLetters, this.conflicts, this.executor,
					this.time);
			return new BufferedWriteBehind(settings, this.journal);
		}

	}

}
