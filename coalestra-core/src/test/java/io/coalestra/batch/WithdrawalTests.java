package io.coalestra.batch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers who give up, and limits of what may be pending.
 */
class WithdrawalTests {

	private static final Duration WINDOW = Duration.ofMillis(50);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final BulkProbe probe = new BulkProbe();

	private BatcherBuilder<String, String> batcher() {
		return Batcher.keyed("test", this.probe).timeSource(this.time).window(Window.fixed(WINDOW));
	}

	@Test
	void cancelledItemIsWithdrawnBeforeTheBulkCallAndTheOthersStay() {
		try (Batcher<String, String> batcher = batcher().build()) {
			CompletableFuture<String> leaves = batcher.submit("a");
			CompletableFuture<String> stays = batcher.submit("b");
			assertThat(leaves.cancel(true)).isTrue();
			assertThat(batcher.statistics().pending()).isEqualTo(1);
			assertThat(batcher.statistics().withdrawn()).isEqualTo(1);
			this.time.advance(WINDOW);
			assertThat(stays.join()).isEqualTo("B");
			assertThat(this.probe.calls).containsExactly(List.of("b"));
		}
	}

	@Test
	void firstCallerLeavingDoesNotRestartTheWindow() {
		try (Batcher<String, String> batcher = batcher().build()) {
			CompletableFuture<String> leaves = batcher.submit("a");
			this.time.advance(Duration.ofMillis(30));
			CompletableFuture<String> stays = batcher.submit("b");
			leaves.cancel(false);
			this.time.advance(Duration.ofMillis(20));
			assertThat(stays.join()).isEqualTo("B");
		}
	}

	@Test
	void positionDisappearsForAll() {
		try (Batcher<String, String> batcher = Batcher
			.<String, String>positional("test", (keys) -> keys.stream().map((key) -> key + "!").toList())
			.timeSource(this.time)
			.window(Window.fixed(WINDOW))
			.build()) {
			CompletableFuture<String> first = batcher.submit("a");
			CompletableFuture<String> leaves = batcher.submit("b");
			CompletableFuture<String> last = batcher.submit("c");
			leaves.cancel(false);
			this.time.advance(WINDOW);
			assertThat(first.join()).isEqualTo("a!");
			assertThat(last.join()).isEqualTo("c!");
		}
	}

	@Test
	void cancellationAfterTheStartDiscardsTheAnswerAndLeavesTheOthersAlone() {
		try (Batcher<String, String> batcher = batcher().build()) {
			this.probe.hold();
			CompletableFuture<String> leaves = batcher.submit("a");
			CompletableFuture<String> stays = batcher.submit("b");
			this.time.advance(WINDOW);
			this.probe.awaitCalls(1);
			leaves.cancel(true);
			this.probe.releaseAll();
			assertThat(stays.join()).isEqualTo("B");
			assertThat(leaves).isCancelled();
		}
	}

	@Test
	void timeLimitThatAUserPutsOnTheFutureWithdrawsToo() {
		try (Batcher<String, String> batcher = batcher().build()) {
			CompletableFuture<String> future = batcher.submit("a").orTimeout(1, TimeUnit.NANOSECONDS);
			BulkProbe.await(future::isDone);
			BulkProbe.awaitPending(batcher, 0);
		}
	}

	@Test
	void dependentStagesAreNobodysItems() {
		try (Batcher<String, String> batcher = batcher().build()) {
			CompletableFuture<String> future = batcher.submit("a");
			future.thenApply((value) -> value).cancel(false);
			this.time.advance(WINDOW);
			assertThat(future.join()).isEqualTo("A");
		}
	}

	@Test
	void interruptedCallerWithdrawsAndKeepsItsFlag() {
		try (Batcher<String, String> batcher = batcher().build()) {
			AtomicReference<Throwable> thrown = new AtomicReference<>();
			AtomicReference<Boolean> flag = new AtomicReference<>();
			Thread caller = Thread.startVirtualThread(() -> {
				try {
					batcher.get("a");
				}
				catch (BatchException ex) {
					thrown.set(ex);
				}
				flag.set(Thread.currentThread().isInterrupted());
			});
			BulkProbe.awaitPending(batcher, 1);
			caller.interrupt();
			BulkProbe.await(() -> flag.get() != null);
			assertThat(((BatchException) thrown.get()).reason()).isEqualTo(Reason.INTERRUPTED);
			assertThat(flag).hasValue(true);
			assertThat(batcher.statistics().pending()).isZero();
		}
	}

	@Test
	void callTimeoutCoversGatheringAndBulkCall() {
		try (Batcher<String, String> batcher = batcher().callTimeout(Duration.ofMillis(80)).build()) {
			this.probe.hold();
			CompletableFuture<String> first = batcher.submit("a");
			this.time.advance(Duration.ofMillis(40));
			CompletableFuture<String> second = batcher.submit("b");
			this.time.advance(Duration.ofMillis(39));
			this.probe.awaitCalls(1);
			assertThat(first).isNotDone();
			this.time.advance(Duration.ofMillis(1));
			assertThat(((BatchException) FaultTests.failureOf(first)).reason()).isEqualTo(Reason.CALL_TIMEOUT);
			assertThat(second).isNotDone();
			this.probe.releaseAll();
			assertThat(second.join()).isEqualTo("B");
		}
	}

	@Test
	void callTimeoutWithdrawsWhatStillQueues() {
		try (Batcher<String, String> batcher = batcher().window(Window.adaptive(WINDOW))
			.maxConcurrentBulkCalls(1)
			.callTimeout(Duration.ofMillis(80))
			.build()) {
			this.probe.hold();
			CompletableFuture<String> runs = batcher.submit("a");
			this.probe.awaitCalls(1);
			CompletableFuture<String> queues = batcher.submit("b");
			this.time.advance(Duration.ofMillis(80));
			assertThat(((BatchException) FaultTests.failureOf(queues)).reason()).isEqualTo(Reason.CALL_TIMEOUT);
			assertThat(((BatchException) FaultTests.failureOf(runs)).reason()).isEqualTo(Reason.CALL_TIMEOUT);
			BulkProbe.await(() -> batcher.statistics().queued() == 0);
			this.probe.releaseAll();
			BulkProbe.awaitPending(batcher, 0);
			assertThat(this.probe.calls).containsExactly(List.of("a"));
		}
	}

	@Test
	void bulkCallThatNobodyWaitsForGoesOnByDefault() {
		try (Batcher<String, String> batcher = batcher().build()) {
			this.probe.hold();
			CompletableFuture<String> only = batcher.submit("a");
			this.time.advance(WINDOW);
			this.probe.awaitCalls(1);
			only.cancel(true);
			this.probe.releaseAll();
			BulkProbe.awaitPending(batcher, 0);
			assertThat(this.probe.interrupted).hasValue(0);
		}
	}

	@Test
	void bulkCallThatNobodyWaitsForIsInterruptedWhereThatIsSet() {
		try (Batcher<String, String> batcher = batcher().interruptWhenAbandoned().build()) {
			this.probe.hold();
			List<CompletableFuture<String>> all = List.of(batcher.submit("a"), batcher.submit("b"));
			this.time.advance(WINDOW);
			this.probe.awaitCalls(1);
			all.get(0).cancel(true);
			assertThat(this.probe.interrupted).hasValue(0);
			all.get(1).cancel(true);
			BulkProbe.awaitPending(batcher, 0);
			assertThat(this.probe.interrupted).hasValue(1);
			this.probe.releaseAll();
		}
	}

	@Test
	void moreThanMayBePendingIsRefusedAtOnce() {
		try (Batcher<String, String> batcher = batcher().maxBatchSize(3).maxPending(4).build()) {
			this.probe.hold();
			for (String key : List.of("a", "b", "c", "d")) {
				var unused = batcher.submit(key);
			}
			BatchException refused = (BatchException) FaultTests.failureOf(batcher.submit("e"));
			assertThat(refused.reason()).isEqualTo(Reason.OVERLOADED);
			assertThat(refused).hasMessage("batcher \"test\": too many items are pending (expected: at most 4)");
			assertThat(batcher.statistics().refused()).isEqualTo(1);
			this.probe.releaseAll();
			BulkProbe.awaitPending(batcher, 1);
			CompletableFuture<String> taken = batcher.submit("f");
			this.time.advance(WINDOW);
			assertThat(taken.join()).isEqualTo("F");
		}
	}

	@Test
	void oneFailureOfSeveralWithdrawsTheRest() {
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			throw new IllegalStateException("boom");
		}).timeSource(this.time).maxBatchSize(1).build()) {
			org.assertj.core.api.Assertions.assertThatExceptionOfType(BatchException.class)
				.isThrownBy(() -> batcher.getAll(List.of("a", "b", "c")));
			BulkProbe.awaitPending(batcher, 0);
		}
	}

}
