package io.coalestra.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.coalestra.failure.PayloadIsolationException;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.key.ResourceKey;
import io.coalestra.publish.BacklogFullException;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.SubmissionSettings;
import io.coalestra.publish.SubmissionStatistics;
import io.coalestra.snapshot.SnapshotBuilder;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What is submitted is captured at once and written later, in order.
 */
class SubmissionTests extends EngineFixture {

	private final List<CompletableFuture<?>> submitted = new ArrayList<>();

	private static ResourceUpdate<Integer> update(ResourceKey<Integer> key, int value) {
		return ResourceUpdate.of(key, value, "feed");
	}

	private SnapshotBuilder bounded(int maxPending) {
		return start(steps()
			.submissions(SubmissionSettings.DEFAULT.maxPending(maxPending).drainLimit(Duration.ofMillis(1))));
	}

	private static SubmissionStatistics statistics(SnapshotBuilder builder) {
		return builder.publisher().submissions();
	}

	@Test
	void whatIsSubmittedIsWrittenByAnotherThread() {
		SnapshotBuilder builder = start();
		CompletableFuture<PublishResult> result = builder.publisher().submit(update(BTC, 1));
		assertThat(result).isNotDone();
		assertThat(builder.health().cache().size()).isZero();
		this.executor.runAll();
		assertThat(result.join().isPublished()).isTrue();
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		assertThat(statistics(builder)).isEqualTo(new SubmissionStatistics(0, 1024, 1, 1, 1, 0, 0, 0));
	}

	@Test
	void whatIsSubmittedIsCapturedDuringTheCall() {
		ResourceKey<List<String>> key = ORDERS.key("alice");
		List<String> own = new ArrayList<>(List.of("a"));
		List<String> note = new ArrayList<>(List.of("n"));
		SnapshotBuilder builder = start();
		this.submitted.add(builder.publisher().submit(ResourceUpdate.of(key, own, "feed").metadata("notes", note)));
		own.add("b");
		note.add("m");
		this.executor.runAll();
		assertThat(build(builder, key).get(key)).containsExactly("a");
		assertThat(build(builder, key).value(key).metadata()).containsEntry("notes", List.of("n"));
	}

	@Test
	void anUndatedEventIsAsOldAsItsSubmission() {
		SnapshotBuilder builder = start();
		CompletableFuture<PublishResult> earlier = builder.publisher().submit(update(BTC, 1));
		timePasses();
		builder.publisher().publish(BTC, 2, "feed");
		this.executor.runAll();
		assertThat(earlier.join().status()).isEqualTo(PublishStatus.IGNORED_OLDER);
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
	}

	// Time passes, and the submission is not written yet.
	private void timePasses() {
		this.time.advance(millis(1));
	}

	@Test
	void submissionsAreWrittenInTheirOrderInvalidationsAmongThem() {
		SnapshotBuilder builder = start();
		this.submitted.add(builder.publisher().submit(update(BTC, 1)));
		CompletableFuture<Boolean> removed = builder.publisher().submitInvalidation(BTC);
		CompletableFuture<Boolean> again = builder.publisher().submitInvalidation(BTC);
		this.submitted.add(builder.publisher().submit(update(ETH, 2)));
		this.submitted.add(builder.publisher().submit(update(ETH, 3)));
		this.executor.runAll();
		assertThat(removed.join()).isTrue();
		assertThat(again.join()).isFalse();
		assertThat(attempt(builder, BTC).find(BTC)).isEmpty();
		assertThat(build(builder, ETH).get(ETH)).isEqualTo(3);
	}

	@Test
	void itsPlaceIsFreeForWhoeverDependsOnIt() {
		SnapshotBuilder builder = bounded(1);
		CompletableFuture<PublishResult> next = builder.publisher()
			.submit(update(BTC, 1))
			.thenCompose((first) -> builder.publisher().submit(update(ETH, 2)));
		this.executor.runAll();
		assertThat(next.join().isPublished()).isTrue();
		assertThat(statistics(builder)).isEqualTo(new SubmissionStatistics(0, 1, 1, 2, 2, 0, 0, 0));
	}

	@Test
	void whoeverDependsOnItAndWaitsForTheRestHasThatWrittenAndDoesNotWaitForItself() {
		SnapshotBuilder builder = start();
		CompletableFuture<Boolean> waiting = builder.publisher()
			.submit(update(BTC, 1))
			.thenApply((first) -> flushed(builder));
		CompletableFuture<PublishResult> rest = builder.publisher().submit(update(ETH, 2));
		this.executor.runAll();
		assertThat(waiting).isCompletedWithValue(true);
		assertThat(rest.join().isPublished()).isTrue();
		assertThat(statistics(builder).pending()).isZero();
	}

	private static boolean flushed(SnapshotBuilder builder) {
		try {
			return builder.publisher().flush(seconds(30));
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void whatAnExecutorThatFailsIsGivenIsWrittenAllTheSame() {
		SnapshotBuilder builder = start();
		this.executor.fail();
		CompletableFuture<PublishResult> result = builder.publisher().submit(update(BTC, 1));
		assertThat(result.orTimeout(20, TimeUnit.SECONDS).join().isPublished()).isTrue();
	}

	@Test
	void severalUpdatesAreOneSubmissionAndSeenTogether() {
		SnapshotBuilder builder = bounded(1);
		CompletableFuture<List<PublishResult>> results = builder.publisher()
			.submitAll(List.of(update(BTC, 1), update(ETH, 2)));
		assertThat(statistics(builder).pending()).isEqualTo(1);
		this.executor.runAll();
		assertThat(results.join()).allMatch(PublishResult::isPublished).hasSize(2);
		assertThat(build(builder, BTC, ETH).values()).hasSize(2);
	}

	@Test
	void aFullBacklogRefusesAtOnceAndTakesAgainWhenThereIsRoom() {
		SnapshotBuilder builder = bounded(2);
		this.submitted.add(builder.publisher().submit(update(BTC, 1)));
		this.submitted.add(builder.publisher().submitInvalidation(ETH));
		assertThatExceptionOfType(BacklogFullException.class)
			.isThrownBy(() -> builder.publisher().submit(update(BTC, 2)))
			.withMessage("pending submissions: 2 (expected: fewer than 2)")
			.satisfies((full) -> assertThat(full.limit()).isEqualTo(2))
			.satisfies((full) -> assertThat(full.pending()).isEqualTo(2));
		this.executor.runAll();
		CompletableFuture<PublishResult> taken = builder.publisher().submit(update(BTC, 3));
		this.executor.runAll();
		assertThat(taken.join().isPublished()).isTrue();
		assertThat(statistics(builder)).isEqualTo(new SubmissionStatistics(0, 2, 2, 3, 3, 0, 0, 1));
	}

	@Test
	void aBadUpdateIsRefusedDuringTheCallAndTakesNoRoom() {
		SnapshotBuilder builder = bounded(1);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder.publisher().submit(update(BTC, 1).observedAt(this.time.now().plusSeconds(9))))
			.withMessageContaining("observedAt of market:price:BTC");
		ResourceUpdate<Integer> odd = update(BTC, 1).metadata("odd", new Object() {
		});
		assertThatExceptionOfType(PayloadIsolationException.class).isThrownBy(() -> builder.publisher().submit(odd))
			.withMessageStartingWith("metadata \"odd\": ");
		assertThat(statistics(builder).accepted()).isZero();
	}

	@Test
	void aCancelledSubmissionIsNotWrittenAndGivesItsRoomBack() {
		SnapshotBuilder builder = bounded(1);
		CompletableFuture<PublishResult> first = builder.publisher().submit(update(BTC, 1));
		assertThat(first.cancel(true)).isTrue();
		assertThat(first.cancel(true)).as("again").isTrue();
		CompletableFuture<PublishResult> second = builder.publisher().submit(update(ETH, 2));
		this.executor.runAll();
		assertThat(second.join().isPublished()).isTrue();
		assertThat(second.cancel(true)).as("too late").isFalse();
		assertThat(attempt(builder, BTC).find(BTC)).isEmpty();
		assertThat(statistics(builder)).isEqualTo(new SubmissionStatistics(0, 1, 1, 2, 1, 0, 1, 0));
	}

	@Test
	void flushWaitsForWhatCameBeforeItAndNoLonger() throws InterruptedException {
		SnapshotBuilder builder = start();
		assertThat(builder.publisher().flush(millis(1))).as("nothing to wait for").isTrue();
		this.submitted.add(builder.publisher().submit(update(BTC, 1)));
		assertThat(builder.publisher().flush(millis(1))).isFalse();
		assertThat(statistics(builder).pending()).as("nothing was withdrawn").isEqualTo(1);
		this.executor.runAll();
		assertThat(builder.publisher().flush(millis(1))).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.publisher().flush(Duration.ZERO))
			.withMessage("limit: PT0S (expected: more than zero)");
	}

	@Test
	void flushReturnsWhenTheLastOfThemIsWritten() throws InterruptedException {
		SnapshotBuilder builder = start(onThreads());
		List<CompletableFuture<PublishResult>> all = new ArrayList<>();
		for (int i = 0; i < 500; i++) {
			all.add(builder.publisher().submit(update(BTC, i)));
		}
		assertThat(builder.publisher().flush(Duration.ofSeconds(30))).isTrue();
		assertThat(all).allMatch(CompletableFuture::isDone);
		assertThat(builder.build(BTC).get(BTC)).isEqualTo(499);
	}

	@Test
	void closingWritesWhatItCanAndWithdrawsTheRest() {
		SnapshotBuilder builder = bounded(5);
		CompletableFuture<PublishResult> left = builder.publisher().submit(update(BTC, 1));
		builder.close();
		assertThat(left).isCancelled();
		assertThatIllegalStateException().isThrownBy(() -> builder.publisher().submit(update(BTC, 2)));
		assertThatIllegalStateException().isThrownBy(() -> builder.publisher().publish(BTC, 2, "feed"));
		assertThat(statistics(builder).withdrawn()).isEqualTo(1);
	}

	@Test
	void closingDrainsWithinItsLimit() {
		SnapshotBuilder builder = start(onThreads());
		List<CompletableFuture<PublishResult>> all = new ArrayList<>();
		for (int i = 0; i < 500; i++) {
			all.add(builder.publisher().submit(update(BTC, i)));
		}
		builder.close();
		assertThat(all).allSatisfy((result) -> assertThat(result).isCompleted());
	}

	@Test
	void anExecutorThatRefusesHoldsNothingUp() throws InterruptedException {
		SnapshotBuilder builder = start();
		this.executor.refuse();
		CompletableFuture<PublishResult> result = builder.publisher().submit(update(BTC, 1));
		assertThat(builder.publisher().flush(Duration.ofSeconds(30))).isTrue();
		assertThat(result.join().isPublished()).isTrue();
	}

	@Test
	void boundsAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> SubmissionSettings.DEFAULT.maxPending(0))
			.withMessage("maxPending: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException().isThrownBy(() -> SubmissionSettings.DEFAULT.drainLimit(millis(-1)))
			.withMessage("drainLimit: PT-0.001S (expected: not negative)");
	}

}
