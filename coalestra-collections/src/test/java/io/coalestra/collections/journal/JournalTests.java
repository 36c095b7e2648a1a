package io.coalestra.collections.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

import io.coalestra.collections.journal.JournalException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What a journal keeps, and what it refuses.
 */
class JournalTests {

	@TempDir
	private Path directory;

	@Test
	void whatWasPutAndNotRemovedIsFoundAgainInTheOrderOfNumbers() {
		try (Journal journal = Journal.in(this.directory).open()) {
			journal.append(put(3, "three"));
			journal.append(put(1, "one"));
			journal.append(put(2, "two").put(4, "four".getBytes(StandardCharsets.UTF_8)));
			journal.append(put(1, "one again"));
			journal.append(new JournalChange().remove(2).remove(99));
		}
		try (Journal journal = Journal.in(this.directory).open()) {
			assertThat(contents(journal)).containsExactly(Map.entry(1L, "one again"), Map.entry(3L, "three"),
					Map.entry(4L, "four"));
			assertThat(journal.recovery().greatestId()).isEqualTo(99);
			assertThat(journal.recovery().tornBytes()).isZero();
			assertThat(journal.recovery().damages()).isEmpty();
		}
	}

	@Test
	void entriesOutliveManyOpeningsUntilTheyAreRemoved() {
		for (int i = 1; i <= 5; i++) {
			try (Journal journal = Journal.in(this.directory).open()) {
				assertThat(contents(journal)).hasSize(i - 1);
				journal.append(put(i, "entry " + i));
			}
		}
		try (Journal journal = Journal.in(this.directory).open()) {
			for (int i = 1; i <= 5; i++) {
				journal.append(new JournalChange().remove(i));
			}
		}
		assertThat(this.directory.toFile().list()).containsExactly("lock");
	}

	@Test
	void aSecondJournalOfTheSameDirectoryIsRefusedUntilTheFirstIsClosed() {
		try (Journal first = Journal.in(this.directory).open()) {
			assertThat(first.statistics().failed()).isFalse();
			assertThatExceptionOfType(JournalException.class).isThrownBy(() -> Journal.in(this.directory).open())
				.withMessageContaining("a directory of its own for each process")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.LOCKED))
				.satisfies((ex) -> assertThat(ex.directory()).isEqualTo(this.directory.toString()));
		}
		Journal.in(this.directory).open().close();
	}

	@Test
	void entriesOfAnotherSchemaAreRefusedAndStayWhereTheyAre() {
		try (Journal journal = Journal.in(this.directory).schema("orders-1").open()) {
			journal.append(put(1, "one"));
		}
		assertThatExceptionOfType(JournalException.class)
			.isThrownBy(() -> Journal.in(this.directory).schema("orders-2").open())
			.withMessageContaining("1 entries of schema \"orders-1\" (expected: \"orders-2\"")
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.SCHEMA));
		try (Journal journal = Journal.in(this.directory).schema("orders-1").open()) {
			assertThat(contents(journal)).containsEntry(1L, "one");
			journal.append(new JournalChange().remove(1));
		}
		Journal.in(this.directory).schema("orders-2").open().close();
	}

	@Test
	void whatIsNeededForLongDoesNotKeepTheFilesAfterIt() {
		try (Journal journal = Journal.in(this.directory).segmentBytes(4096).sync(SyncPolicy.never()).open()) {
			journal.append(put(1, "stays"));
			for (int i = 0; i < 20_000; i++) {
				journal.append(put(2 + i % 3, "changes all the time " + i));
			}
			JournalStatistics statistics = journal.statistics();
			assertThat(statistics.bytes()).isLessThan(2 * (4096 + statistics.entryBytes()) + 2 * 4096);
			assertThat(statistics.entries()).isEqualTo(4);
			assertThat(statistics.segmentsRemoved()).isGreaterThan(100);
			assertThat(statistics.entriesMoved()).isPositive();
		}
		try (Journal journal = Journal.in(this.directory).segmentBytes(4096).open()) {
			assertThat(contents(journal)).containsEntry(1L, "stays")
				.containsEntry(2L + 19_999 % 3, "changes all the time 19999")
				.hasSize(4);
		}
	}

	@Test
	void aFullJournalRefusesEntriesTakesRemovalsAndHasRoomAgain() {
		String large = "x".repeat(1000);
		try (Journal journal = Journal.in(this.directory).segmentBytes(4096).maxBytes(16_384).open()) {
			List<Long> taken = new ArrayList<>();
			assertThatExceptionOfType(JournalException.class).isThrownBy(() -> {
				for (long id = 1; id < 100; id++) {
					journal.append(put(id, large));
					taken.add(id);
				}
			}).satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.FULL)).withMessageContaining("at most 16384");
			assertThat(taken).hasSizeGreaterThan(10);
			assertThat(journal.statistics().bytes()).isLessThanOrEqualTo(16_384);

			for (int i = 0; i < 12; i++) {
				journal.append(new JournalChange().remove(taken.get(i)));
			}
			journal.append(put(1000, large));
			assertThat(contentsAfter(journal)).containsKey(1000L).doesNotContainKeys(taken.get(0), taken.get(11));
		}
	}

	private Map<Long, String> contentsAfter(Journal journal) {
		journal.close();
		try (Journal again = Journal.in(this.directory).segmentBytes(4096).maxBytes(16_384).open()) {
			return contents(again);
		}
	}

	@Test
	void thoseWhoWaitForTheDiskShareItsForces() {
		try (Journal journal = Journal.in(this.directory).segmentBytes(4096).open()) {
			List<CompletableFuture<Void>> writers = new ArrayList<>();
			for (int writer = 0; writer < 8; writer++) {
				int first = 1 + writer * 100;
				CompletableFuture<Void> written = new CompletableFuture<>();
				Thread.ofVirtual().start(() -> {
					try {
						for (int i = 0; i < 50; i++) {
							journal.settle(journal.append(put(first + i, "entry")));
						}
						written.complete(null);
					}
					catch (RuntimeException ex) {
						written.completeExceptionally(ex);
					}
				});
				writers.add(written);
			}
			CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).join();
			assertThat(journal.statistics().appends()).isEqualTo(400);
			assertThat(journal.statistics().syncs()).isPositive().isLessThanOrEqualTo(400);
		}
		try (Journal journal = Journal.in(this.directory).open()) {
			assertThat(contents(journal)).hasSize(400);
		}
	}

	@Test
	void aPositionThatHasBeenForcedIsNotForcedAgain() {
		try (Journal journal = Journal.in(this.directory).open()) {
			long first = journal.append(put(1, "one"));
			long second = journal.append(put(2, "two"));
			journal.settle(second);
			long syncs = journal.statistics().syncs();
			journal.settle(first);
			journal.settle(second);
			assertThat(journal.statistics().syncs()).isEqualTo(syncs).isPositive();
		}
	}

	@Test
	void theDiskIsForcedAtIntervalsWhereThatIsThePolicy() {
		SteerableTimeSource time = new SteerableTimeSource();
		try (Journal journal = Journal.in(this.directory)
			.sync(SyncPolicy.every(Duration.ofSeconds(1)))
			.timeSource(time)
			.open()) {
			journal.settle(journal.append(put(1, "one")));
			assertThat(journal.statistics().syncs()).isZero();
			time.advance(Duration.ofSeconds(1));
			awaitSyncs(journal, 1);
			// Nothing new, nothing to force; then there is.
			awaitTimer(time);
			time.advance(Duration.ofSeconds(1));
			awaitTimer(time);
			assertThat(journal.statistics().syncs()).isEqualTo(1);
			journal.append(put(2, "two"));
			time.advance(Duration.ofSeconds(1));
			awaitSyncs(journal, 2);
			awaitTimer(time);
		}
		assertThat(time.pendingTimers()).isZero();
	}

	private static void awaitSyncs(Journal journal, long number) {
		long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (journal.statistics().syncs() < number && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(1_000_000);
		}
		assertThat(journal.statistics().syncs()).isEqualTo(number);
	}

	private static void awaitTimer(SteerableTimeSource time) {
		long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (time.pendingTimers() == 0 && System.nanoTime() - end < 0) {
			LockSupport.parkNanos(1_000_000);
		}
		assertThat(time.pendingTimers()).isEqualTo(1);
	}

	@Test
	void anInterruptedWriterWritesAndLeavesTheJournalUsable() throws InterruptedException {
		try (Journal journal = Journal.in(this.directory).open()) {
			Thread writer = Thread.ofPlatform().start(() -> {
				Thread.currentThread().interrupt();
				journal.settle(journal.append(put(1, "one")));
			});
			assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
			journal.settle(journal.append(put(2, "two")));
		}
		try (Journal journal = Journal.in(this.directory).open()) {
			assertThat(contents(journal)).hasSize(2);
		}
	}

	@Test
	void aDiskThatFailsEndsTheJournalAndWhatWasAppendedBeforeIsKept() throws IOException {
		try (Journal journal = Journal.in(this.directory).open()) {
			journal.settle(journal.append(put(1, "one")));
			journal.files.active().close();
			assertThatExceptionOfType(JournalException.class).isThrownBy(() -> journal.append(put(2, "two")))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.FAILED));
			assertThat(journal.statistics().failed()).isTrue();
			assertThatExceptionOfType(JournalException.class).isThrownBy(() -> journal.append(put(3, "three")))
				.withMessageContaining("failed earlier");
		}
		try (Journal journal = Journal.in(this.directory).open()) {
			assertThat(contents(journal)).containsExactly(Map.entry(1L, "one"));
		}
	}

	@Test
	void aForceThatFailsEndsTheJournal() throws IOException {
		try (Journal journal = Journal.in(this.directory).open()) {
			long position = journal.append(put(1, "one"));
			journal.files.active().close();
			assertThatExceptionOfType(JournalException.class).isThrownBy(() -> journal.settle(position))
				.withMessageContaining("not forced to the disk");
			assertThat(journal.statistics().failed()).isTrue();
			assertThatExceptionOfType(JournalException.class).isThrownBy(() -> journal.append(put(2, "two")));
		}
		try (Journal journal = Journal.in(this.directory).open()) {
			assertThat(contents(journal)).containsExactly(Map.entry(1L, "one"));
		}
	}

	@Test
	void aClosedJournalTakesNothing() {
		Journal journal = Journal.in(this.directory).open();
		journal.close();
		journal.close();
		assertThatExceptionOfType(JournalException.class).isThrownBy(() -> journal.append(put(1, "one")))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.CLOSED));
	}

	@Test
	void badOptionsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> Journal.in(this.directory).segmentBytes(4095))
			.withMessage("segmentBytes: 4095 (expected: 4096 or more)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Journal.in(this.directory).segmentBytes(4096).maxBytes(16_383).open())
			.withMessageContaining("maxBytes: 16383");
		assertThatIllegalArgumentException().isThrownBy(() -> Journal.in(this.directory).schema("s".repeat(201)))
			.withMessageContaining("201 characters");
		assertThatIllegalArgumentException().isThrownBy(() -> SyncPolicy.every(Duration.ZERO))
			.withMessage("interval: PT0S (expected: more than zero)");
		assertThatIllegalArgumentException().isThrownBy(() -> new JournalChange().remove(0))
			.withMessage("id: 0 (expected: more than zero)");
	}

	static JournalChange put(long id, String content) {
		return new JournalChange().put(id, content.getBytes(StandardCharsets.UTF_8));
	}

	static Map<Long, String> contents(Journal journal) {
		Map<Long, String> contents = new LinkedHashMap<>();
		journal.recovery()
			.entries()
			.forEach((entry) -> contents.put(entry.id(), StandardCharsets.UTF_8.decode(entry.content()).toString()));
		return contents;
	}

}
