package io.coalestra.batch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Nobody hangs, whatever fails.
 */
class FaultTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final BulkProbe probe = new BulkProbe();

	static Throwable failureOf(CompletableFuture<?> future) {
		BulkProbe.await(future::isDone);
		return future.exceptionNow();
	}

	@ParameterizedTest
	@MethodSource
	void everyCallerGetsAnExceptionOfItsOwnWithTheOriginalAsTheCause(Throwable original) {
		AtomicBoolean broken = new AtomicBoolean(true);
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			if (broken.get()) {
				throw FaultTests.<RuntimeException>unchecked(original);
			}
			return BulkProbe.answer(keys);
		}).timeSource(this.time).maxBatchSize(2).window(Window.fixed(Duration.ofSeconds(1))).build()) {
			CompletableFuture<String> first = batcher.submit("a");
			CompletableFuture<String> second = batcher.submit("b");
			assertThat(failureOf(first)).isInstanceOf(BatchException.class).hasCause(original);
			assertThat(failureOf(second)).hasCause(original).isNotSameAs(failureOf(first));
			assertThat(((BatchException) failureOf(first)).reason()).isEqualTo(Reason.BULK_FAILED);
			assertThat(((BatchException) failureOf(first)).batcher()).isEqualTo("test");
			broken.set(false);
			assertThat(batcher.getAll(List.of("a", "b"))).containsEntry("a", "A").containsEntry("b", "B");
			assertThat(batcher.statistics().failedBatches()).isEqualTo(1);
			assertThat(batcher.statistics().failed()).isEqualTo(2);
		}
	}

	static List<Throwable> everyCallerGetsAnExceptionOfItsOwnWithTheOriginalAsTheCause() {
		return List.of(new IOException("boom"), new IllegalStateException("boom"), new AssertionError("boom"),
				new OutOfMemoryError("boom"), new StackOverflowError("boom"), new InterruptedException("boom"));
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" }) // It is never
																		// cast.
	private static <X extends Throwable> X unchecked(Throwable thrown) throws X {
		throw (X) thrown;
	}

	@Test
	void blockingCallThrowsWithTheStackOfItsOwnCaller() {
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			throw new IOException("boom");
		}).build()) {
			assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.get("a"))
				.withMessage("batcher \"test\": the bulk call failed: java.io.IOException: boom")
				.satisfies((ex) -> assertThat(ex.getStackTrace()).extracting(StackTraceElement::getClassName)
					.contains(FaultTests.class.getName()));
		}
	}

	@Test
	void failedBatchIsNeitherRetriedNorRememberedNorOfAnyConcernToOthers() {
		List<List<String>> calls = new CopyOnWriteArrayList<>();
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			calls.add(keys);
			if (keys.contains("bad")) {
				throw new IOException("boom");
			}
			return BulkProbe.answer(keys);
		}).maxBatchSize(1).build()) {
			List<CompletableFuture<String>> futures = new ArrayList<>();
			for (String key : List.of("a", "bad", "b")) {
				futures.add(batcher.submit(key));
			}
			assertThat(futures.get(0).join()).isEqualTo("A");
			assertThat(failureOf(futures.get(1))).hasRootCauseMessage("boom");
			assertThat(futures.get(2).join()).isEqualTo("B");
			assertThat(calls).hasSize(3);
		}
	}

	@Test
	void executorThatRefusesFailsTheBatchAndGivesThePermitBack() {
		AtomicBoolean full = new AtomicBoolean(true);
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe)
			.maxConcurrentBulkCalls(1)
			.executor((task) -> {
				if (full.get()) {
					throw new RejectedExecutionException("full");
				}
				Thread.startVirtualThread(task);
			})
			.build()) {
			for (int i = 0; i < 3; i++) {
				assertThatExceptionOfType(BatchException.class).isThrownBy(() -> batcher.get("a"))
					.withCauseInstanceOf(RejectedExecutionException.class)
					.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.NOT_EXECUTED));
			}
			full.set(false);
			assertThat(batcher.get("a")).isEqualTo("A");
		}
	}

	@Test
	void bulkCallThatTakesTooLongFailsItsCallersAndKeepsItsPermitUntilItEnds() {
		AtomicBoolean end = new AtomicBoolean();
		AtomicBoolean interrupted = new AtomicBoolean();
		try (Batcher<String, String> batcher = Batcher.<String, String>keyed("test", (keys) -> {
			if (keys.contains("slow")) {
				BulkProbe.await(() -> {
					interrupted.compareAndSet(false, Thread.interrupted());
					return end.get();
				});
			}
			return BulkProbe.answer(keys);
		}).timeSource(this.time).maxConcurrentBulkCalls(1).bulkTimeout(Duration.ofSeconds(2)).build()) {
			CompletableFuture<String> slow = batcher.submit("slow");
			BulkProbe.await(() -> this.time.pendingTimers() == 1);
			this.time.advance(Duration.ofMillis(1999));
			assertThat(slow).isNotDone();
			this.time.advance(Duration.ofMillis(1));
			assertThat(((BatchException) failureOf(slow)).reason()).isEqualTo(Reason.BULK_TIMEOUT);
			BulkProbe.await(interrupted::get);
			assertThat(batcher.statistics().running()).isEqualTo(1);
			CompletableFuture<String> next = batcher.submit("next");
			this.time.advance(Duration.ofMillis(100));
			assertThat(batcher.statistics().queued()).isEqualTo(1);
			end.set(true);
			assertThat(next.join()).isEqualTo("NEXT");
			assertThat(batcher.statistics().failedBatches()).isEqualTo(1);
		}
	}

	@Test
	void listenerThatThrowsHarmsNobody() {
		List<BatchReport> reports = new CopyOnWriteArrayList<>();
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe).listener((report) -> {
			throw new AssertionError("of the listener");
		}).listener(reports::add).build()) {
			assertThat(batcher.get("a")).isEqualTo("A");
			assertThat(batcher.get("b")).isEqualTo("B");
			BulkProbe.await(() -> reports.size() == 2);
		}
	}

	@Test
	void reportTellsWhatHappenedToTheBatch() {
		List<BatchReport> reports = new CopyOnWriteArrayList<>();
		List<CompletableFuture<Integer>> submitted = new ArrayList<>();
		CompletableFuture<Void> begun = new CompletableFuture<>();
		CompletableFuture<Void> end = new CompletableFuture<>();
		try (Batcher<String, Integer> batcher = Batcher.<String, Integer>keyed("test", (keys) -> {
			begun.complete(null);
			end.join();
			return Map.of("a", 1);
		}).timeSource(this.time).window(Window.fixed(Duration.ofMillis(20))).listener(reports::add).build()) {
			submitted.add(batcher.submit("a"));
			submitted.add(batcher.submit("a"));
			submitted.add(batcher.submit("b"));
			this.time.advance(Duration.ofMillis(20));
			begun.join();
			this.time.advance(Duration.ofMillis(5));
			end.complete(null);
			BulkProbe.await(() -> reports.size() == 1);
			assertThat(reports).containsExactly(new BatchReport("test", BatchTrigger.WINDOW, 3, 2,
					Duration.ofMillis(20), Duration.ofMillis(5), 1, 0, null));
			BatcherStatistics statistics = batcher.statistics();
			assertThat(statistics.batches()).isEqualTo(1);
			assertThat(statistics.items()).isEqualTo(3);
			assertThat(statistics.keys()).isEqualTo(2);
			assertThat(statistics.totalWait()).isEqualTo(Duration.ofMillis(20));
			assertThat(statistics.totalDuration()).isEqualTo(Duration.ofMillis(5));
			assertThat(statistics.absent()).isEqualTo(1);
			assertThat(statistics.pending()).isZero();
			assertThat(submitted).extracting(CompletableFuture::join).containsExactly(1, 1, null);
		}
	}

	@Test
	void dependentStagesDelayNeitherBlockingCallersOfTheirBatchNorThePermit() {
		AtomicBoolean end = new AtomicBoolean();
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe)
			.timeSource(this.time)
			.window(Window.fixed(Duration.ofSeconds(1)))
			.maxBatchSize(2)
			.maxConcurrentBulkCalls(1)
			.build()) {
			CompletableFuture<Void> blocking = batcher.submit("a").thenAccept((value) -> BulkProbe.await(end::get));
			assertThat(batcher.get("b")).isEqualTo("B");
			assertThat(batcher.getAll(List.of("c", "d"))).hasSize(2);
			end.set(true);
			blocking.join();
		}
	}

}
