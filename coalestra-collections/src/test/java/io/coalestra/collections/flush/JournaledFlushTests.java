package io.coalestra.collections.flush;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.journal.JournalException;
import io.coalestra.collections.journal.SpoiltJournal;
import io.coalestra.collections.journal.SyncPolicy;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.StoreException;
import io.coalestra.concurrency.Waiting;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static io.coalestra.collections.flush.FlushFixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Pending writes that outlive their process: by rule, and in random histories of writes,
 * flushes, faults, other nodes' writes and crashes.
 */
class JournaledFlushTests {

	@TempDir
	private Path directory;

	private final RowStore truth = new InMemoryRowStore(new SteerableTimeSource());

	@Test
	void whatIsPendingSurvivesAndIsStoredByTheNextProcess() {
		Journal journal = journal(this.directory);
		FlushFixture former = fixture(journal, this.truth);
		former.storeDirectly(row(ORDERS, 2, "old"), null);
		WriteBehind.Buffer before = former.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
		before.accept(former.create(row(ORDERS, 1, "a")));
		before.accept(former.create(row(ORDERS, 1, "b")));
		before.accept(former.delete(ORDERS, 2, 1));
		journal.close();

		try (FlushFixture next = fixture(journal(this.directory), this.truth)) {
			assertThat(next.writes.statistics().unclaimed()).isEqualTo(2);
			WriteBehind.Buffer orders = next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			assertThat(next.writes.statistics().unclaimed()).isZero();
			assertThat(next.writes.statistics().recovered()).isEqualTo(2);
			assertThat(orders.pending(ORDERS.key(1)).row().get("content")).isEqualTo("b");
			assertThat(orders.pending(ORDERS.key(2)).deletes()).isTrue();
			assertThat(orders.lastSequence()).as("later writes go on above it").isEqualTo(3);
			assertThat(next.writes.flush().stored()).isEqualTo(2);
			assertThat(next.content(ORDERS, 1)).isEqualTo("b");
			assertThat(next.content(ORDERS, 2)).isNull();
		}
		assertThat(this.directory.toFile().list()).containsExactly("lock");
	}

	@Test
	void whatTheStoreHadTakenBeforeTheCrashIsNotTakenTwice() {
		Journal journal = journal(this.directory);
		FlushFixture former = fixture(journal, this.truth);
		former.storeDirectly(row(ORDERS, 1, "old"), null);
		WriteBehind.Buffer before = former.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
		before.accept(former.update(row(ORDERS, 1, "first"), 1));
		former.store.failAfterEffect();
		former.writes.flush();
		before.accept(former.update(row(ORDERS, 1, "second"), 1));
		journal.close();

		for (int restart = 0; restart < 2; restart++) {
			try (FlushFixture next = fixture(journal(this.directory), this.truth)) {
				next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
				next.writes.flush();
				assertThat(next.content(ORDERS, 1)).isEqualTo("second");
				assertThat(next.stored(ORDERS, 1).version().order()).isEqualTo(3);
				assertThat(next.conflicts).isEmpty();
			}
		}
	}

	@Test
	void whatTheDiskDidNotTakeIsRefusedAndWasNeverThere() {
		for (boolean replacing : new boolean[] { false, true }) {
			Path own = this.directory.resolve("replacing-" + replacing);
			AtomicBoolean disk = new AtomicBoolean(true);
			RowStore store = new InMemoryRowStore(new SteerableTimeSource());
			Journal journal = SpoiltJournal.open(own, disk::get);
			FlushFixture former = fixture(journal, store);
			WriteBehind.Buffer orders = former.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(former.create(row(ORDERS, 1, "a")));
			disk.set(false);
			long id = replacing ? 1 : 2;
			assertThatExceptionOfType(JournalException.class)
				.isThrownBy(() -> orders.accept(former.create(row(ORDERS, id, "b"))))
				.withMessageContaining("not forced");
			assertThat(orders.pending(ORDERS.key(1)).row().get("content")).isEqualTo("a");
			assertThat(orders.pending(ORDERS.key(2))).isNull();
			assertThat(former.writes.statistics().pending()).isEqualTo(1);
			journal.close();

			try (FlushFixture next = fixture(journal(own), store)) {
				next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
				assertThat(next.writes.flush().stored()).isEqualTo(1);
				assertThat(next.content(ORDERS, 1)).isEqualTo("a");
				assertThat(next.content(ORDERS, 2)).isNull();
			}
		}
	}

	@Test
	void aWriteIsSeenByNobodyBeforeTheDiskHasItAndFollowsWhatWasFlushedMeanwhile() throws Exception {
		Semaphore disk = new Semaphore(0);
		Journal journal = SpoiltJournal.open(this.directory, () -> {
			disk.acquire();
			return true;
		});
		disk.release();
		try (FlushFixture fixture = fixture(journal, this.truth)) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			DeferredWrite second = fixture.create(row(ORDERS, 1, "b"));
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> orders.accept(second));
			Waiting.until("the disk is asked", Duration.ofSeconds(20), disk::hasQueuedThreads);
			assertThat(orders.pending(ORDERS.key(1)).row().get("content")).isEqualTo("a");
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("a");
			assertThat(orders.pending(ORDERS.key(1))).isNull();
			disk.release(100);
			writer.get(20, TimeUnit.SECONDS);
			assertThat(orders.pending(ORDERS.key(1)).row().get("content")).isEqualTo("b");
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("b");
			assertThat(fixture.conflicts).isEmpty();
		}
		assertThat(this.directory.toFile().list()).containsExactly("lock");
	}

	/**
	 * The moments of a flush at which a process may be killed that still waits for the
	 * disk to have the next write of the row.
	 */
	enum Killed {

		BEFORE_THE_STORE_ANSWERS, BEFORE_THE_JOURNAL_KNOWS, AFTERWARDS

	}

	@ParameterizedTest
	@EnumSource
	void whatIsMadeUponAWriteThatIsStoredMeanwhileIsStoredByTheNextProcess(Killed moment) throws Exception {
		RowStore left = killed(moment, (fixture, orders) -> {
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			return fixture.next(orders, ORDERS.key(1), row(ORDERS, 1, "b"), null);
		});
		try (FlushFixture next = fixture(journal(this.directory.resolve("left")), left)) {
			WriteBehind.Buffer found = next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			found.accept(next.next(found, ORDERS.key(1), row(ORDERS, 1, "c"), next.stored(ORDERS, 1)));
			next.writes.flush();
			assertThat(next.content(ORDERS, 1)).isEqualTo("c");
			assertThat(next.conflicts).isEmpty();
			assertThat(found.isEmpty()).isTrue();
		}
	}

	@Test
	void whatComesWhileItsPredecessorIsOfferedIsMadeUponThatByTheNextProcess() throws Exception {
		Semaphore disk = new Semaphore(1);
		Path own = this.directory.resolve("killed");
		try (FlushFixture fixture = fixture(SpoiltJournal.open(own, () -> {
			disk.acquire();
			return true;
		}), this.truth)) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			DeferredWrite second = fixture.next(orders, ORDERS.key(1), row(ORDERS, 1, "b"), null);
			CompletableFuture<Void> writer = new CompletableFuture<>();
			fixture.store.afterWrite(() -> {
				var unused = writer.completeAsync(() -> {
					orders.accept(second);
					return null;
				});
				Waiting.until("the disk is asked", Duration.ofSeconds(20), disk::hasQueuedThreads);
			});
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			copy(own, this.directory.resolve("left"));
			disk.release(100);
			writer.get(20, TimeUnit.SECONDS);
		}
		RowStore left = storeWith(row(ORDERS, 1, "a"));
		try (FlushFixture next = fixture(journal(this.directory.resolve("left")), left)) {
			WriteBehind.Buffer found = next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			assertThat(found.pending(ORDERS.key(1)).row().get("content")).isEqualTo("b");
			next.writes.flush();
			assertThat(next.content(ORDERS, 1)).isEqualTo("b");
			assertThat(next.conflicts).isEmpty();
		}
	}

	@Test
	void aDeleteOfARowThatIsMadeMeanwhileDeletesItInTheNextProcess() throws Exception {
		RowStore left = killed(Killed.BEFORE_THE_JOURNAL_KNOWS, (fixture, orders) -> {
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			return fixture.next(orders, ORDERS.key(1), null, null);
		});
		try (FlushFixture next = fixture(journal(this.directory.resolve("left")), left)) {
			next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			next.writes.flush();
			assertThat(next.content(ORDERS, 1)).isNull();
			assertThat(next.conflicts).isEmpty();
		}
	}

	@Test
	void aRowThatIsMadeAnewUponADeleteThatIsStoredMeanwhileIsStoredByTheNextProcess() throws Exception {
		RowStore left = killed(Killed.AFTERWARDS, (fixture, orders) -> {
			fixture.storeDirectly(row(ORDERS, 1, "old"), null);
			orders.accept(fixture.delete(ORDERS, 1, 1));
			return fixture.next(orders, ORDERS.key(1), row(ORDERS, 1, "new"), null);
		});
		try (FlushFixture next = fixture(journal(this.directory.resolve("left")), left)) {
			next.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			next.writes.flush();
			assertThat(next.content(ORDERS, 1)).isEqualTo("new");
			assertThat(next.conflicts).isEmpty();
		}
	}

	/**
	 * Leaves the journal of a process that was killed while it flushed what was pending,
	 * and waited for the disk to have the successor.
	 * @return the store as it was then
	 */
	private RowStore killed(Killed moment, BiFunction<FlushFixture, WriteBehind.Buffer, DeferredWrite> successor)
			throws Exception {
		Path own = this.directory.resolve("killed");
		Path left = this.directory.resolve("left");
		Semaphore disk = new Semaphore(1);
		Journal journal = SpoiltJournal.open(own, () -> {
			disk.acquire();
			return true;
		});
		try (FlushFixture fixture = fixture(journal, this.truth)) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			DeferredWrite second = successor.apply(fixture, orders);
			CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> orders.accept(second));
			Waiting.until("the disk is asked", Duration.ofSeconds(20), disk::hasQueuedThreads);
			if (moment == Killed.BEFORE_THE_STORE_ANSWERS) {
				copy(own, left);
			}
			fixture.store.afterWrite(() -> {
				if (moment == Killed.BEFORE_THE_JOURNAL_KNOWS) {
					copy(own, left);
				}
			});
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			if (moment == Killed.AFTERWARDS) {
				copy(own, left);
			}
			Row stored = fixture.stored(ORDERS, 1);
			disk.release(100);
			writer.get(20, TimeUnit.SECONDS);
			return storeWith(stored);
		}
	}

	private static RowStore storeWith(Row stored) {
		RowStore store = new InMemoryRowStore(new SteerableTimeSource());
		if (stored != null) {
			store.write(RowWrite.Insert.of(row(ORDERS, 1, stored.get("content", String.class))));
		}
		return store;
	}

	// As a process leaves it that is killed: its lock is not taken along.
	private static void copy(Path from, Path to) {
		try (Stream<Path> files = Files.list(from)) {
			Files.createDirectory(to);
			for (Path file : files.filter((each) -> !each.endsWith("lock")).toList()) {
				Files.copy(file, to.resolve(file.getFileName()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void closingInTimeOrNotTheJournalHasWhatTheStoreHasNot() {
		FlushFixture former = fixture(journal(this.directory), this.truth);
		former.open(ORDERS, FlushStrategy.ON_SHUTDOWN).accept(former.create(row(ORDERS, 1, "a")));
		former.store.fail(StoreException.Reason.UNAVAILABLE);
		var closing = CompletableFuture.supplyAsync(() -> former.writes.close(Duration.ofSeconds(2)));
		while (!closing.isDone()) {
			former.time.advance(Duration.ofMillis(100));
		}
		assertThat(closing.join().left()).isEqualTo(1);
		assertThat(former.deadLetters).isEmpty();
		try (FlushFixture next = fixture(journal(this.directory), this.truth)) {
			next.open(ORDERS, FlushStrategy.ON_SHUTDOWN);
			next.writes.flush();
			assertThat(next.content(ORDERS, 1)).isEqualTo("a");
		}
	}

	@Test
	void withoutOtherWritersEveryHistoryEndsWithTheLastWriteOfEachRowAndNoConflict() {
		histories(200, false);
	}

	@Test
	void withOtherWritersEveryLastWriteIsStoredOrReported() {
		histories(200, true);
	}

	private void histories(int number, boolean others) {
		SplittableRandom seeds = new SplittableRandom(Long.getLong("coalestra.seed", 20_261_121L));
		for (int i = 0; i < number; i++) {
			long seed = seeds.nextLong();
			try {
				new History(new SplittableRandom(seed), this.directory.resolve(others + "-" + i), others).run();
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("history of seed " + seed, ex);
			}
		}
	}

	private static Journal journal(Path directory) {
		return Journal.in(directory).segmentBytes(4096).sync(SyncPolicy.never()).open();
	}

	private static FlushFixture fixture(Journal journal, RowStore truth) {
		return new FlushFixture(truth, (options) -> options.journal(journal).interval(Duration.ofSeconds(1)));
	}

	/**
	 * Contents are numbers that rise, so that an older one after a newer one shows.
	 */
	private static final class History {

		private static final int ROWS = 4;

		private final SplittableRandom random;

		private final Path directory;

		private final boolean others;

		private final RowStore truth = new InMemoryRowStore(new SteerableTimeSource());

		private final Map<Long, Integer> last = new HashMap<>();

		private final Map<Long, Integer> lastOwn = new HashMap<>();

		private final List<FlushConflict> conflicts = new ArrayList<>();

		private final Map<Long, Integer> answered = new HashMap<>();

		private Journal journal;

		private FlushFixture fixture;

		private WriteBehind.Buffer orders;

		private int number;

		private History(SplittableRandom random, Path directory, boolean others) {
			this.random = random;
			this.directory = directory;
			this.others = others;
		}

		private void run() {
			start();
			int steps = 10 + this.random.nextInt(60);
			for (int i = 0; i < steps; i++) {
				step();
				check();
			}
			this.fixture.store.heal();
			for (int i = 0; i < 5; i++) {
				this.fixture.time.advance(Duration.ofMinutes(1));
				this.fixture.writes.flush();
			}
			note();
			assertThat(this.orders.isEmpty()).isTrue();
			assertThat(this.fixture.deadLetters).isEmpty();
			checkEnd();
			this.fixture.close();
		}

		private void start() {
			this.journal = journal(this.directory);
			this.fixture = fixture(this.journal, this.truth);
			this.orders = this.fixture.open(ORDERS, FlushStrategy.ON_SCHEDULE);
		}

		private void step() {
			long id = 1L + this.random.nextInt(ROWS);
			switch (this.random.nextInt(this.others ? 14 : 12)) {
				case 0, 1, 2, 3, 4 -> save(id);
				case 5 -> delete(id);
				case 6, 7 -> this.fixture.writes.flush();
				case 8 -> this.fixture.store.fail(this.random.nextBoolean() ? StoreException.Reason.UNAVAILABLE
						: StoreException.Reason.TRANSIENT);
				case 9 -> this.fixture.store.failAfterEffect();
				case 10 -> {
					this.fixture.store.heal();
					this.fixture.time.setWallClock(this.fixture.time.now().minusSeconds(this.random.nextInt(100)));
					this.fixture.time.advance(Duration.ofSeconds(this.random.nextInt(3)));
				}
				case 11 -> {
					note();
					this.journal.close();
					start();
				}
				default -> foreign(id);
			}
		}

		private Row stored(long id) {
			RowKey key = ORDERS.key(id);
			return this.truth.fetch(ORDERS, List.of(key)).get(key);
		}

		private void save(long id) {
			this.number++;
			Row row = row(ORDERS, id, String.valueOf(this.number));
			this.orders.accept(this.fixture.next(this.orders, row.key(), row, stored(id)));
			this.last.put(id, this.number);
			this.lastOwn.put(id, this.number);
		}

		private void delete(long id) {
			DeferredWrite pending = this.orders.pending(ORDERS.key(id));
			if ((pending != null) ? !pending.deletes() : stored(id) != null) {
				this.orders.accept(this.fixture.next(this.orders, ORDERS.key(id), null, stored(id)));
				this.last.put(id, 0);
				this.lastOwn.put(id, 0);
			}
		}

		private void foreign(long id) {
			Row stored = stored(id);
			this.number++;
			Row row = row(ORDERS, id, String.valueOf(this.number));
			RowVersion base = (stored != null) ? stored.version() : null;
			this.truth.write((base == null) ? RowWrite.Insert.of(row) : RowWrite.Update.of(row, base));
			this.last.put(id, this.number);
		}

		private void note() {
			this.conflicts.addAll(this.fixture.conflicts);
			this.fixture.conflicts.clear();
			for (FlushFixture.Answer answer : this.fixture.answers) {
				long id = (Long) answer.write().key().values().getFirst();
				Row row = answer.write().row();
				this.answered.put(id, (row != null) ? Integer.parseInt((String) row.get("content")) : 0);
			}
		}

		/**
		 * Whoever reads through the buffer sees the last write, if nobody else writes.
		 */
		private void check() {
			for (long id = 1; id <= ROWS && !this.others; id++) {
				DeferredWrite pending = this.orders.pending(ORDERS.key(id));
				Row seen = (pending != null) ? pending.row() : stored(id);
				assertThat((seen != null) ? Integer.parseInt((String) seen.get("content")) : 0).as("row %d", id)
					.isEqualTo(this.last.getOrDefault(id, 0));
			}
		}

		private void checkEnd() {
			if (!this.others) {
				assertThat(this.conflicts).isEmpty();
				check();
			}
			this.lastOwn.forEach((id, content) -> assertThat(this.answered).as("row %d was answered", id)
				.containsEntry(id, content));
		}

	}

}
