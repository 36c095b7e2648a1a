package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.StoreException;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static io.coalestra.collections.flush.FlushFixture.LINES;
import static io.coalestra.collections.flush.FlushFixture.NOTES;
import static io.coalestra.collections.flush.FlushFixture.ORDERS;
import static io.coalestra.collections.flush.FlushFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * When and in what order writes are stored, and what becomes of those that cannot be.
 */
class FlushTests {

	// --- strategies ---

	@Test
	void eachStrategyStoresAtItsTime() {
		FlushFixture fixture = new FlushFixture(
				(options) -> options.interval(Duration.ofSeconds(30)).interval("often", Duration.ofSeconds(1)));
		fixture.open("checkpoint", ORDERS, FlushStrategy.ON_CHECKPOINT, fixture.store)
			.accept(fixture.create(row(ORDERS, 1, "checkpoint")));
		fixture.open("schedule", ORDERS, FlushStrategy.ON_SCHEDULE, fixture.store)
			.accept(fixture.create(row(ORDERS, 2, "schedule")));
		fixture.open("often", ORDERS, FlushStrategy.ON_SCHEDULE, fixture.store)
			.accept(fixture.create(row(ORDERS, 3, "often")));
		WriteBehind.Buffer shutdown = fixture.open("shutdown", ORDERS, FlushStrategy.ON_SHUTDOWN, fixture.store);
		shutdown.accept(fixture.create(row(ORDERS, 4, "shutdown")));

		fixture.time.advance(Duration.ofSeconds(1));
		assertThat(contents(fixture, 4)).containsExactly("often");
		fixture.time.advance(Duration.ofSeconds(29));
		assertThat(contents(fixture, 4)).containsExactly("schedule", "often");
		assertThat(fixture.writes.flush("checkpoint", "unheard of").stored()).isEqualTo(1);
		assertThat(contents(fixture, 4)).containsExactly("checkpoint", "schedule", "often");
		fixture.time.advance(Duration.ofHours(1));
		assertThat(shutdown.isEmpty()).isFalse();
		FlushResult last = fixture.writes.close(Duration.ofSeconds(5));
		assertThat(last.stored()).isEqualTo(1);
		assertThat(contents(fixture, 4)).contains("shutdown");
		assertThat(fixture.time.pendingTimers()).isZero();
	}

	private static List<String> contents(FlushFixture fixture, int upTo) {
		List<String> contents = new ArrayList<>();
		for (int id = 1; id <= upTo; id++) {
			if (fixture.content(ORDERS, id) != null) {
				contents.add(fixture.content(ORDERS, id));
			}
		}
		return contents;
	}

	@Test
	void aScheduledFlushTakesPlaceAgainAfterOneThatFailed() {
		try (FlushFixture fixture = new FlushFixture((options) -> options.interval(Duration.ofSeconds(1)))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_SCHEDULE);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			fixture.store.fail(StoreException.Reason.UNAVAILABLE);
			fixture.time.advance(Duration.ofMinutes(5));
			assertThat(fixture.writes.statistics().pending()).isEqualTo(1);
			assertThat(fixture.deadLetters).isEmpty();
			fixture.store.heal();
			fixture.time.advance(Duration.ofSeconds(1));
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("a");
		}
	}

	@Test
	void aScheduledFlushStoresWhatItsRowsReferToAsWell() {
		ReferringStore truth = new ReferringStore(new InMemoryRowStore(new SteerableTimeSource()), ORDERS, LINES);
		try (FlushFixture fixture = new FlushFixture(truth, (options) -> options.interval(Duration.ofSeconds(1)))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_SHUTDOWN);
			WriteBehind.Buffer lines = fixture.open(LINES, FlushStrategy.ON_SCHEDULE);
			lines.accept(fixture.create(row(LINES, 1, "line", "order_id", 7L)));
			orders.accept(fixture.create(row(ORDERS, 7, "order")));
			orders.accept(fixture.create(row(ORDERS, 8, "another order")));
			fixture.time.advance(Duration.ofSeconds(1));
			assertThat(truth.order).containsExactly("Insert orders/7", "Insert lines/1");
			assertThat(orders.pending(ORDERS.key(8))).isNotNull();
		}
	}

	// --- order ---

	@Test
	void parentsAreStoredBeforeChildrenAlsoWhereTheirKeysAreEqual() {
		ReferringStore truth = new ReferringStore(new InMemoryRowStore(new SteerableTimeSource()), ORDERS, LINES,
				NOTES);
		try (FlushFixture fixture = new FlushFixture(truth, (options) -> options)) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			WriteBehind.Buffer lines = fixture.open(LINES, FlushStrategy.ON_CHECKPOINT);
			WriteBehind.Buffer notes = fixture.open(NOTES, FlushStrategy.ON_CHECKPOINT);
			lines.accept(fixture.create(row(LINES, 1, "line", "order_id", 1L)));
			for (long id = 50; id >= 1; id--) {
				notes.accept(fixture.create(row(NOTES, id, "note", "above", (id > 1) ? id - 1 : null)));
			}
			orders.accept(fixture.create(row(ORDERS, 1, "order")));
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(52);
			assertThat(result.failed()).isZero();
			assertThat(fixture.store.groups()).isEqualTo(1);
			assertThat(truth.order).startsWith("Insert orders/1", "Insert lines/1", "Insert notes/1", "Insert notes/2");
		}
	}

	@Test
	void aLongChainOfParentsIsOrderedWithoutRecursion() {
		try (FlushFixture fixture = new FlushFixture((options) -> options.maxPending(20_000).maxBatchSize(100))) {
			WriteBehind.Buffer notes = fixture.open(NOTES, FlushStrategy.ON_CHECKPOINT);
			for (long id = 20_000; id >= 1; id--) {
				notes.accept(fixture.create(row(NOTES, id, "note", "above", id - 1)));
			}
			assertThat(fixture.writes.flush().stored()).isEqualTo(20_000);
		}
	}

	@Test
	void rowsThatAreEachOthersParentsAreReportedAndNotLost() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer notes = fixture.open(NOTES, FlushStrategy.ON_CHECKPOINT);
			notes.accept(fixture.create(row(NOTES, 1, "a", "above", 2L)));
			notes.accept(fixture.create(row(NOTES, 2, "b", "above", 1L)));
			notes.accept(fixture.create(row(NOTES, 3, "c", "above", 3L)));
			notes.accept(fixture.create(row(NOTES, 4, "d", "above", 1L)));
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(4);
			assertThat(result.cycles()).containsExactly(List.of("notes/2", "notes/1"));
		}
	}

	@Test
	void childrenAreDeletedBeforeParents() {
		ReferringStore truth = new ReferringStore(new InMemoryRowStore(new SteerableTimeSource()), ORDERS, LINES);
		try (FlushFixture fixture = new FlushFixture(truth, (options) -> options)) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			WriteBehind.Buffer lines = fixture.open(LINES, FlushStrategy.ON_CHECKPOINT);
			fixture.storeDirectly(row(ORDERS, 1, "order"), null);
			fixture.storeDirectly(row(LINES, 5, "line", "order_id", 1L), null);
			truth.order.clear();
			orders.accept(fixture.delete(ORDERS, 1, 1));
			orders.accept(fixture.create(row(ORDERS, 2, "next")));
			lines.accept(fixture.delete(LINES, 5, 1));
			assertThat(fixture.writes.flush().stored()).isEqualTo(3);
			assertThat(truth.order).containsExactly("Delete lines/5", "Insert orders/2", "Delete orders/1");
		}
	}

	@Test
	void childrenWaitForAParentThatFailsWithoutFailingThemselves() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			WriteBehind.Buffer lines = fixture.open(LINES, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "poison")));
			lines.accept(fixture.create(row(LINES, 1, "line", "order_id", 1L)));
			lines.accept(fixture.create(row(LINES, 2, "free line", "order_id", null)));
			fixture.store.reject((write) -> write.table() == ORDERS);
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(1);
			assertThat(result.failed()).isEqualTo(1);
			assertThat(result.left()).isEqualTo(2);
			fixture.store.heal();
			fixture.time.advance(Duration.ofSeconds(1));
			assertThat(fixture.writes.flush().stored()).isEqualTo(2);
		}
	}

	// --- versions ---

	@Test
	void whatAnotherHasStoredIsNeverOverwrittenAndTheConflictIsReported() {
		try (FlushFixture fixture = new FlushFixture()) {
			fixture.storeDirectly(row(ORDERS, 1, "first"), null);
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.update(row(ORDERS, 1, "ours"), 1));
			orders.accept(fixture.create(row(ORDERS, 2, "fine")));
			orders.accept(fixture.update(row(ORDERS, 3, "of a row that is gone"), 4));
			fixture.storeDirectly(row(ORDERS, 1, "theirs"), 1L);
			FlushResult result = fixture.writes.flush();
			assertThat(result.conflicts()).isEqualTo(2);
			assertThat(result.stored()).isEqualTo(1);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("theirs");
			assertThat(fixture.content(ORDERS, 3)).isNull();
			assertThat(fixture.outcomes()).containsExactlyInAnyOrder("Refused orders/1", "Stored orders/2",
					"Refused orders/3");
			assertThat(fixture.conflicts).hasSize(2);
			FlushConflict conflict = fixture.conflicts.getFirst();
			assertThat(conflict.write().row().get("content")).isEqualTo("ours");
			assertThat(conflict.current().get("content")).isEqualTo("theirs");
			assertThat(conflict).hasToString("conflict orders/1".replace('/', ' '));
			assertThat(orders.isEmpty()).isTrue();
			assertThat(fixture.writes.statistics().conflicts()).isEqualTo(2);
		}
	}

	@Test
	void manyConflictsInOneGroupLeaveTheOthersStored() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			for (int id = 1; id <= 40; id++) {
				if (id % 2 == 0) {
					fixture.storeDirectly(row(ORDERS, id, "theirs"), null);
				}
				orders.accept(fixture.create(row(ORDERS, id, "ours")));
			}
			FlushResult result = fixture.writes.flush();
			assertThat(result.conflicts()).isEqualTo(20);
			assertThat(result.stored()).isEqualTo(20);
			assertThat(result.left()).isZero();
		}
	}

	@Test
	void aNewerWriteDuringAFlushIsNeitherLostNorOvertaken() {
		AtomicReference<Runnable> meanwhile = new AtomicReference<>();
		try (FlushFixture fixture = new FlushFixture()) {
			fixture.storeDirectly(row(ORDERS, 1, "old"), null);
			WriteBehind.Buffer orders = fixture.open("orders", ORDERS, FlushStrategy.ON_CHECKPOINT,
					new InterposedStore(fixture.store, meanwhile));
			orders.accept(fixture.update(row(ORDERS, 1, "first"), 1));
			orders.accept(fixture.create(row(ORDERS, 2, "created")));
			meanwhile.set(() -> {
				orders.accept(fixture.update(row(ORDERS, 1, "second"), 1));
				orders.accept(fixture.update(row(ORDERS, 1, "third"), 1));
				orders.accept(new DeferredWrite(ORDERS.key(2L), null, null, true, 99));
				assertThat(orders.pending(ORDERS.key(1)).row().get("content")).isEqualTo("third");
			});
			fixture.writes.flush();
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("first");
			assertThat(fixture.content(ORDERS, 2)).isEqualTo("created");
			assertThat(orders.pending(ORDERS.key(1)).base().order()).isEqualTo(2);
			assertThat(orders.pending(ORDERS.key(2)).deletes()).isTrue();
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(2);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("third");
			assertThat(fixture.content(ORDERS, 2)).isNull();
			assertThat(fixture.conflicts).isEmpty();
		}
	}

	@Test
	void aWriterThatSawAWriteWhichIsStoredWhenItComesGoesOnFromThere() {
		try (FlushFixture fixture = new FlushFixture()) {
			fixture.storeDirectly(row(ORDERS, 1, "old"), null);
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.update(row(ORDERS, 1, "seen"), 1));
			DeferredWrite late = fixture.next(orders, ORDERS.key(1L), row(ORDERS, 1, "upon it"), null);
			fixture.writes.flush();
			orders.accept(late);
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("upon it");
			assertThat(fixture.conflicts).isEmpty();
		}
	}

	@Test
	void whatWasMadeUponARefusedWriteIsRefusedToo() {
		AtomicReference<Runnable> meanwhile = new AtomicReference<>();
		try (FlushFixture fixture = new FlushFixture()) {
			fixture.storeDirectly(row(ORDERS, 1, "theirs"), null);
			WriteBehind.Buffer orders = fixture.open("orders", ORDERS, FlushStrategy.ON_CHECKPOINT,
					new InterposedStore(fixture.store, meanwhile));
			orders.accept(fixture.create(row(ORDERS, 1, "ours")));
			meanwhile.set(() -> orders.accept(fixture.create(row(ORDERS, 1, "upon ours"))));
			FlushResult result = fixture.writes.flush();
			assertThat(result.conflicts()).isEqualTo(2);
			assertThat(fixture.outcomes()).containsExactly("Refused orders/1", "Refused orders/1");
			assertThat(orders.isEmpty()).isTrue();
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("theirs");
		}
	}

	// --- failures ---

	@Test
	void aPoisonRowIsFoundTriedAloneAndGivenUpInTheEnd() {
		try (FlushFixture fixture = new FlushFixture(
				(options) -> options.maxAttempts(3).backoff(Duration.ofSeconds(1), Duration.ofSeconds(10)))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			for (int id = 1; id <= 5; id++) {
				orders.accept(fixture.create(row(ORDERS, id, (id == 3) ? "poison" : "fine")));
			}
			fixture.store.reject(FlushTests::isPoison);
			FlushResult first = fixture.writes.flush();
			assertThat(first.stored()).isEqualTo(4);
			assertThat(first.failed()).isEqualTo(1);
			assertThat(first.left()).isEqualTo(1);
			assertThat(first.failure()).isInstanceOf(StoreException.class);

			// Left alone for a second, and saving it again neither helps nor resets.
			assertThat(fixture.writes.flush().failed()).isZero();
			orders.accept(fixture.create(row(ORDERS, 3, "poison again")));
			fixture.time.advance(Duration.ofSeconds(1));
			assertThat(fixture.writes.flush().failed()).isEqualTo(1);
			fixture.time.advance(Duration.ofSeconds(1));
			assertThat(fixture.writes.flush().failed()).isZero();
			fixture.time.advance(Duration.ofSeconds(1));
			FlushResult last = fixture.writes.flush();
			assertThat(last.dropped()).isEqualTo(1);
			assertThat(last.isComplete()).isFalse();

			assertThat(fixture.deadLetters).hasSize(1);
			DeadLetter letter = fixture.deadLetters.getFirst();
			assertThat(letter.collection()).isEqualTo("orders");
			assertThat(letter.attempts()).isEqualTo(3);
			assertThat(letter.write().row().get("content")).isEqualTo("poison again");
			assertThat(letter.failure()).isInstanceOf(StoreException.class);
			assertThat(letter.toString()).doesNotContain("poison again");
			assertThat(fixture.outcomes()).endsWith("Dropped orders/3");
			assertThat(orders.isEmpty()).isTrue();
			assertThat(fixture.writes.statistics().dropped()).isEqualTo(1);
		}
	}

	private static boolean isPoison(RowWrite write) {
		return write instanceof RowWrite.Insert insert
				&& String.valueOf(insert.row().get("content")).startsWith("poison");
	}

	@Test
	void aRowThatIsMendedIsStored() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "poison")));
			fixture.store.reject(FlushTests::isPoison);
			fixture.writes.flush();
			orders.accept(fixture.create(row(ORDERS, 1, "mended")));
			fixture.time.advance(Duration.ofSeconds(1));
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("mended");
		}
	}

	@Test
	void aFlushTakesNoPartInTheTransactionOfItsCaller() {
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "one")));
			fixture.store.reject((write) -> {
				threads.add(Thread.currentThread());
				return false;
			});
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			assertThat(threads).isNotEmpty().doesNotContain(Thread.currentThread());
		}
	}

	@Test
	void aHandlerOfConflictsMayWriteTheRowAgain() {
		AtomicReference<FlushFixture> fixture = new AtomicReference<>();
		AtomicReference<WriteBehind.Buffer> orders = new AtomicReference<>();
		List<FlushConflict> conflicts = new ArrayList<>();
		try (FlushFixture made = new FlushFixture((options) -> options.onConflict((conflict) -> {
			conflicts.add(conflict);
			assertThat(orders.get().pending(ORDERS.key(1))).as("is out").isNull();
			orders.get().accept(fixture.get().update(row(ORDERS, 1, "again"), 1));
		}))) {
			fixture.set(made);
			orders.set(made.open(ORDERS, FlushStrategy.ON_CHECKPOINT));
			made.truth.write(new RowWrite.Insert(ORDERS.key(1), row(ORDERS, 1, "stored")));
			orders.get().accept(made.update(row(ORDERS, 1, "upon another"), 7));
			assertThat(made.writes.flush().conflicts()).isEqualTo(1);
			assertThat(made.writes.flush().stored()).isEqualTo(1);
			assertThat(conflicts).hasSize(1);
			assertThat(made.stored(ORDERS, 1).get("content")).isEqualTo("again");
		}
	}

	@Test
	void aHandlerOfDeadLettersMayWriteTheRowAnewWhichThenTakesItsPlace() {
		AtomicReference<FlushFixture> fixture = new AtomicReference<>();
		AtomicReference<WriteBehind.Buffer> orders = new AtomicReference<>();
		List<DeadLetter> letters = new ArrayList<>();
		try (FlushFixture made = new FlushFixture((options) -> options.maxAttempts(1).onDeadLetter((letter) -> {
			letters.add(letter);
			orders.get().accept(fixture.get().next(orders.get(), ORDERS.key(1), row(ORDERS, 1, "cured"), null));
		}))) {
			fixture.set(made);
			orders.set(made.open(ORDERS, FlushStrategy.ON_CHECKPOINT));
			orders.get().accept(made.create(row(ORDERS, 1, "poison")));
			made.store.reject(FlushTests::isPoison);
			assertThat(made.writes.flush().dropped()).isEqualTo(1);
			assertThat(made.writes.flush().stored()).isEqualTo(1);
			assertThat(letters).hasSize(1);
			assertThat(made.stored(ORDERS, 1).get("content")).isEqualTo("cured");
		}
	}

	@Test
	void aHandlerThatDoesNotTakeADeadLetterKeepsTheRow() {
		AtomicBoolean takes = new AtomicBoolean();
		try (FlushFixture fixture = new FlushFixture((options) -> options.maxAttempts(1).onDeadLetter((letter) -> {
			if (!takes.get()) {
				throw new IllegalStateException("not now");
			}
		}))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "poison")));
			fixture.store.reject(FlushTests::isPoison);
			assertThat(fixture.writes.flush().dropped()).isZero();
			assertThat(orders.pending(ORDERS.key(1))).isNotNull();
			assertThat(fixture.writes.statistics().callbackFailures()).isEqualTo(1);
			takes.set(true);
			fixture.time.advance(Duration.ofMinutes(1));
			assertThat(fixture.writes.flush().dropped()).isEqualTo(1);
			assertThat(orders.isEmpty()).isTrue();
		}
	}

	@Test
	void aListenerThatFailsChangesNothing() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.writes.open(new WriteBehind.DeferringCollection("orders", ORDERS,
					fixture.store, FlushStrategy.ON_CHECKPOINT, (write, outcome) -> {
						throw new IllegalStateException("scripted");
					}));
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			assertThat(fixture.writes.flush().stored()).isEqualTo(1);
			assertThat(orders.isEmpty()).isTrue();
			assertThat(fixture.writes.statistics().callbackFailures()).isEqualTo(1);
		}
	}

	@Test
	void whileTheStoreIsLostNothingIsAndNoAttemptCounts() {
		try (FlushFixture fixture = new FlushFixture((options) -> options.maxAttempts(2).maxPatientAttempts(2))) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			for (int id = 1; id <= 3; id++) {
				orders.accept(fixture.create(row(ORDERS, id, "a")));
			}
			fixture.store.fail(StoreException.Reason.UNAVAILABLE);
			for (int i = 0; i < 20; i++) {
				FlushResult result = fixture.writes.flush();
				assertThat(result.left()).isEqualTo(3);
				assertThat(result.failure()).isInstanceOf(StoreException.class);
			}
			orders.accept(fixture.create(row(ORDERS, 1, "b")));
			fixture.store.heal();
			FlushResult result = fixture.writes.flush();
			assertThat(result.left()).isZero();
			fixture.writes.flush();
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("b");
			assertThat(fixture.content(ORDERS, 3)).isEqualTo("a");
			assertThat(fixture.deadLetters).isEmpty();
			assertThat(fixture.conflicts).isEmpty();
		}
	}

	@Test
	void aWriteWhoseAnswerWasLostIsNoConflictAndWhatCameAfterItIsStored() {
		try (FlushFixture fixture = new FlushFixture()) {
			fixture.storeDirectly(row(ORDERS, 1, "old"), null);
			fixture.storeDirectly(row(ORDERS, 9, "doomed"), null);
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.update(row(ORDERS, 1, "first"), 1));
			orders.accept(fixture.create(row(ORDERS, 2, "created")));
			orders.accept(fixture.delete(ORDERS, 9, 1));
			fixture.store.failAfterEffect();
			assertThat(fixture.writes.flush().left()).isEqualTo(3);
			orders.accept(fixture.update(row(ORDERS, 1, "second"), 1));
			fixture.store.heal();
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("first");
			fixture.writes.flush();
			fixture.writes.flush();
			assertThat(fixture.content(ORDERS, 1)).isEqualTo("second");
			assertThat(fixture.content(ORDERS, 2)).isEqualTo("created");
			assertThat(fixture.content(ORDERS, 9)).isNull();
			assertThat(fixture.conflicts).isEmpty();
			assertThat(orders.isEmpty()).isTrue();
		}
	}

	@Test
	void aRowOverWhichTheStoreIsLostDoesNotKeepItFromTheOthers() {
		AtomicReference<Runnable> meanwhile = new AtomicReference<>();
		try (FlushFixture fixture = new FlushFixture()) {
			InterposedStore store = new InterposedStore(fixture.store, meanwhile);
			store.breaks = (write) -> write.key().equals(ORDERS.key(1L));
			WriteBehind.Buffer orders = fixture.open("orders", ORDERS, FlushStrategy.ON_CHECKPOINT, store);
			for (int id = 1; id <= 4; id++) {
				orders.accept(fixture.create(row(ORDERS, id, "a")));
			}
			for (int i = 0; i < 4; i++) {
				fixture.writes.flush();
			}
			assertThat(contents(fixture, 4)).hasSize(3);
			assertThat(fixture.writes.statistics().pending()).isEqualTo(1);
			store.breaks = (write) -> false;
		}
	}

	@Test
	void whatWaitsForAnotherRowHasMorePatience() {
		ReferringStore truth = new ReferringStore(new InMemoryRowStore(new SteerableTimeSource()), ORDERS, LINES);
		try (FlushFixture fixture = new FlushFixture(truth,
				(options) -> options.maxAttempts(1)
					.maxPatientAttempts(3)
					.backoff(Duration.ofSeconds(1), Duration.ofSeconds(1)))) {
			WriteBehind.Buffer lines = fixture.open(LINES, FlushStrategy.ON_CHECKPOINT);
			lines.accept(fixture.create(row(LINES, 1, "line", "order_id", 7L)));
			lines.accept(fixture.create(row(LINES, 2, "line", "order_id", 8L)));
			fixture.writes.flush();
			fixture.time.advance(Duration.ofSeconds(1));
			fixture.writes.flush();
			fixture.storeDirectly(row(ORDERS, 7, "order"), null);
			fixture.time.advance(Duration.ofSeconds(1));
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(1);
			assertThat(result.dropped()).isEqualTo(1);
			assertThat(fixture.deadLetters.getFirst().attempts()).isEqualTo(3);
		}
	}

	@Test
	void twoStoresAreFlushedApartAndTheLossOfOneIsNotThatOfTheOther() {
		try (FlushFixture fixture = new FlushFixture()) {
			InMemoryRowStore other = new InMemoryRowStore(fixture.time);
			fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT).accept(fixture.create(row(ORDERS, 1, "a")));
			fixture.open("notes", NOTES, FlushStrategy.ON_CHECKPOINT, other).accept(fixture.create(row(NOTES, 1, "b")));
			fixture.store.fail(StoreException.Reason.UNAVAILABLE);
			FlushResult result = fixture.writes.flush();
			assertThat(result.stored()).isEqualTo(1);
			assertThat(result.left()).isEqualTo(1);
			assertThat(other.fetch(NOTES, List.of(NOTES.key(1L)))).hasSize(1);
		}
	}

	@Test
	void answersCarryTheRowAsItIsStored() {
		try (FlushFixture fixture = new FlushFixture()) {
			WriteBehind.Buffer orders = fixture.open(ORDERS, FlushStrategy.ON_CHECKPOINT);
			orders.accept(fixture.create(row(ORDERS, 1, "a")));
			fixture.writes.flush();
			Row row = ((DeferredOutcome.Stored) fixture.answers.getFirst().outcome()).row();
			assertThat(row).isEqualTo(fixture.stored(ORDERS, 1));
			assertThat(row.version().order()).isEqualTo(1);
		}
	}

}
