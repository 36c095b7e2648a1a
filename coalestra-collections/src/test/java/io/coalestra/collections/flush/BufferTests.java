package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.coalestra.collections.flush.WriteRefusedException.Reason;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static io.coalestra.collections.flush.FlushFixture.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What the buffer takes, keeps, merges and refuses.
 */
class BufferTests {

	@Test
	void repeatedWritesOfARowBecomeOneUponTheFirstsVersion() {
		try (FlushFixture fixture = new FlushFixture()) {
			fixture.storeDirectly(row(ORDERS, 1, "old"), null);
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.update(row(ORDERS, 1, "a"), 1));
			orders.accept(fixture.update(row(ORDERS, 1, "b"), 1));
			orders.accept(fixture.update(row(ORDERS, 1, "c"), 99));
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("old");
			int before = fixture.store.writes();

			FlushResult result = fixture.writes.flush();

			assertThat(result.stored()).isEqualTo(1);
			assertThat(result.isComplete()).isTrue();
			assertThat(fixture.store.writes() - before).isEqualTo(1);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("c");
			assertThat(fixture.outcomes()).containsExactly("Stored orders/1");
			assertThat(fixture.writes.statistics().merged()).isEqualTo(2);
			assertThat(orders.isEmpty()).isTrue();
			assertThat(fixture.writes.flush()).isEqualTo(FlushResult.NOTHING);
		}
	}

	@Test
	void aMergedWriteKeepsThePlaceOfTheFirst() {
		ReferringStore store = new ReferringStore(new InMemoryRowStore(new SteerableTimeSource()), ORDERS);
		try (FlushFixture fixture = new FlushFixture(store, (options) -> options)) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			orders.accept(fixture.create(row(ORDERS, 2, "b")));
			orders.accept(fixture.create(row(ORDERS, 1, "c")));
			fixture.writes.flush();
			assertThat(store.order).containsExactly("Insert orders/1", "Insert orders/2");
		}
	}

	@Test
	void pendingWritesAreReadUntilTheyAreAnswered() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			assertThat(orders.isEmpty()).isTrue();
			assertThat(orders.pending(ORDERS.key(1))).isNull();
			DeferredWrite write = fixture.create(row(ORDERS, 1, "a"));
			orders.accept(write);
			assertThat(orders.isEmpty()).isFalse();
			assertThat(orders.pending(ORDERS.key(1))).isEqualTo(write);
			fixture.store.fail(StoreException.Reason.UNAVAILABLE);
			fixture.writes.flush();
			assertThat(orders.pending(ORDERS.key(1))).isEqualTo(write);
			fixture.store.heal();
			fixture.writes.flush();
			assertThat(orders.pending(ORDERS.key(1))).isNull();
		}
	}

	@Test
	void aRowThatIsCreatedAndDeletedBeforeAFlushNeverReachesTheStore() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			orders.accept(new DeferredWrite(ORDERS.key(1L), null, null, true, 9));
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(1);
			assertThat(fixture.store.writes()).isZero();
			assertThat(fixture.outcomes()).containsExactly("Stored orders/1");
		}
	}

	@Test
	void aRowThatIsDeletedAndMadeAgainBeginsAnew() {
		try (FlushFixture fixture = new FlushFixture()) {
			fixture.storeDirectly(row(ORDERS, 1, "old"), null);
			fixture.storeDirectly(row(ORDERS, 1, "older"), 1L);
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.delete(ORDERS, 1, 2));
			orders.accept(fixture.update(row(ORDERS, 1, "new"), 2));
			orders.accept(fixture.update(row(ORDERS, 1, "newer"), 2));
			assertThat(fixture.writes.statistics().pending()).isEqualTo(2);
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(2);
			assertThat(fixture.stored(ORDERS, 1).version().order()).as("an insert").isEqualTo(3);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("newer");
		}
	}

	@Test
	void aFullBufferRefusesNewRowsAndStillTakesThoseThatArePending() {
		try (FlushFixture fixture = new FlushFixture((options) -> options.maxPending(2).whenFull(WhenFull.refuse()))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			orders.accept(fixture.create(row(ORDERS, 2, "b")));
			assertThatExceptionOfType(WriteRefusedException.class)
				.isThrownBy(() -> orders.accept(fixture.create(row(ORDERS, 3, "c"))))
				.withMessage("collection orders: write not taken: 2 writes are pending (expected: less than 2)")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.FULL));
			orders.accept(fixture.create(row(ORDERS, 1, "again")));
			assertThat(fixture.writes.statistics().refused()).isEqualTo(1);
			fixture.writes.flush();
			orders.accept(fixture.create(row(ORDERS, 3, "c")));
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("again");
		}
	}

	@Test
	void aWriterWaitsForRoomAndGoesOnWhenThereIsSome() throws Exception {
		try (FlushFixture fixture = new FlushFixture(
				(options) -> options.maxPending(1).whenFull(WhenFull.waitFor(Duration.ofSeconds(5))))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			CompletableFuture<Void> writer = CompletableFuture
				.runAsync(() -> orders.accept(fixture.create(row(ORDERS, 2, "b"))));
			await(() -> fixture.writes.statistics().waitingWriters() == 1);
			fixture.writes.flush();
			writer.get(20, TimeUnit.SECONDS);
			assertThat(orders.pending(ORDERS.key(2))).isNotNull();
			assertThat(fixture.time.pendingTimers()).isZero();
		}
	}

	@Test
	void aWriterWaitsNoLongerThanItsLimit() throws Exception {
		try (FlushFixture fixture = new FlushFixture(
				(options) -> options.maxPending(1).whenFull(WhenFull.waitFor(Duration.ofSeconds(5))))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			AtomicReference<Throwable> thrown = new AtomicReference<>();
			Thread writer = Thread.ofVirtual().start(() -> {
				try {
					orders.accept(fixture.create(row(ORDERS, 2, "b")));
				}
				catch (WriteRefusedException ex) {
					thrown.set(ex);
				}
			});
			await(() -> fixture.writes.statistics().waitingWriters() == 1);
			fixture.time.advance(Duration.ofSeconds(5));
			assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
			assertThat(thrown.get()).isInstanceOf(WriteRefusedException.class)
				.hasMessageContaining("remained so while this one waited");
			assertThat(orders.pending(ORDERS.key(2))).isNull();
		}
	}

	@Test
	void anInterruptedWriterWaitsNoMoreAndStaysInterrupted() throws Exception {
		try (FlushFixture fixture = new FlushFixture((options) -> options.maxPending(1))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			AtomicReference<Reason> reason = new AtomicReference<>();
			Thread writer = Thread.ofPlatform().start(() -> {
				try {
					orders.accept(fixture.create(row(ORDERS, 2, "b")));
				}
				catch (WriteRefusedException ex) {
					reason.set(Thread.currentThread().isInterrupted() ? ex.reason() : null);
				}
			});
			await(() -> fixture.writes.statistics().waitingWriters() == 1);
			writer.interrupt();
			assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
			assertThat(reason).hasValue(Reason.INTERRUPTED);
		}
	}

	@Test
	void aFullBufferFlushesTheCollectionsOnScheduleAtOnce() {
		try (FlushFixture fixture = new FlushFixture((options) -> options.maxPending(2))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_SCHEDULE);
			for (int i = 1; i <= 7; i++) {
				orders.accept(fixture.create(row(ORDERS, i, "row " + i)));
			}
			assertThat(fixture.content(ORDERS, 6)).isEqualTo("row 6");
			assertThat(fixture.writes.statistics().pending()).isEqualTo(1);
		}
	}

	@Test
	void whatCannotBeIsRefusedAtOnce() {
		FlushFixture fixture = new FlushFixture();
		WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
		assertThatIllegalArgumentException().isThrownBy(() -> fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT))
			.withMessage("collection orders: opened twice (expected: once for each name)");
		assertThatIllegalArgumentException().isThrownBy(() -> fixture.open(FlushFixture.NOTES, FlushStrategy.ALWAYS))
			.withMessage("collection notes: strategy ALWAYS (expected: one that defers)");
		assertThatIllegalArgumentException().isThrownBy(() -> BufferedWriteBehind.builder().maxPending(0))
			.withMessage("maxPending: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException().isThrownBy(() -> BufferedWriteBehind.builder().interval(Duration.ZERO))
			.withMessage("interval: PT0S (expected: more than zero)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> BufferedWriteBehind.builder().backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
			.withMessageContaining("most: PT1S");
		fixture.close();
		assertThatExceptionOfType(WriteRefusedException.class)
			.isThrownBy(() -> orders.accept(fixture.create(row(ORDERS, 1, "a"))))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
	}

	@Test
	void aFlushWithinACallbackOfAFlushIsRefused() {
		AtomicReference<FlushFixture> own = new AtomicReference<>();
		try (FlushFixture fixture = new FlushFixture((options) -> options.onConflict((conflict) -> {
			assertThatIllegalStateException().isThrownBy(() -> own.get().writes.flush())
				.withMessageContaining("called by a callback of a flush");
			own.get().conflicts.add(conflict);
		}))) {
			own.set(fixture);
			fixture.storeDirectly(row(ORDERS, 1, "there"), null);
			fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT).accept(fixture.create(row(ORDERS, 1, "a")));
			fixture.writes.flush();
			assertThat(fixture.conflicts).hasSize(1);
		}
	}

	@Test
	void theStateSaysHowMuchWaitsAndForHowLong() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			fixture.open(FlushFixture.NOTES, FlushStrategy.ON_SHUTDOWN);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			fixture.time.advance(Duration.ofSeconds(7));
			orders.accept(fixture.create(row(ORDERS, 1, "again")));
			orders.accept(fixture.create(row(ORDERS, 2, "b")));
			// Neither ages nor the order know the time of day.
			fixture.time.setWallClock(fixture.time.now().minus(Duration.ofDays(1)));
			FlushStatistics statistics = fixture.writes.statistics();
			assertThat(statistics.pending()).isEqualTo(2);
			assertThat(statistics.oldestAge()).isEqualTo(Duration.ofSeconds(7));
			assertThat(statistics.accepted()).isEqualTo(3);
			assertThat(statistics.collections())
				.containsEntry("orders",
						new FlushStatistics.OfCollection(2, Duration.ofSeconds(7), false, Duration.ZERO))
				.containsEntry("notes", new FlushStatistics.OfCollection(0, Duration.ZERO, false, Duration.ZERO));
			assertThat(statistics.journal()).isNull();
			fixture.writes.flush();
			assertThat(fixture.writes.statistics().oldestAge()).isZero();
			assertThat(fixture.writes.statistics().stored()).isEqualTo(2);
			assertThat(List.of(statistics.unclaimed(), statistics.waitingWriters())).containsOnly(0);
		}
	}

	static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(500_000);
		}
		assertThat(condition.getAsBoolean()).as("what was awaited").isTrue();
	}

}
