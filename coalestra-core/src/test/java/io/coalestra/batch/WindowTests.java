package io.coalestra.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a batch starts: size, window, idleness and the end of the call before.
 */
class WindowTests {

	private static final Duration WINDOW = Duration.ofMillis(50);

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final BulkProbe probe = new BulkProbe();

	private BatcherBuilder<String, String> batcher(Window window) {
		return Batcher.keyed("test", this.probe).timeSource(this.time).window(window).maxBatchSize(3);
	}

	private static List<CompletableFuture<String>> submit(Batcher<String, String> batcher, String... keys) {
		List<CompletableFuture<String>> futures = new ArrayList<>();
		for (String key : keys) {
			futures.add(batcher.submit(key));
		}
		return futures;
	}

	@Test
	void fixedWindowStartsWithTheFirstItemAndDoesNotSlide() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).build()) {
			CompletableFuture<String> first = batcher.submit("a");
			this.time.advance(Duration.ofMillis(49));
			CompletableFuture<String> second = batcher.submit("b");
			assertThat(this.probe.calls).isEmpty();
			this.time.advance(Duration.ofMillis(1));
			assertThat(first.join()).isEqualTo("A");
			assertThat(second.join()).isEqualTo("B");
			assertThat(this.probe.calls).containsExactly(List.of("a", "b"));
			assertThat(batcher.statistics().triggers()).containsEntry(BatchTrigger.WINDOW, 1L);
		}
	}

	@Test
	void fullBatchGoesBeforeItsWindowEnds() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).build()) {
			submit(batcher, "a", "b", "c").forEach(CompletableFuture::join);
			assertThat(this.probe.calls).containsExactly(List.of("a", "b", "c"));
			assertThat(batcher.statistics().triggers()).containsEntry(BatchTrigger.SIZE, 1L);
		}
	}

	@Test
	void overflowOpensTheNextBatchWithAWindowOfItsOwn() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).maxBatchSize(100).build()) {
			List<CompletableFuture<String>> futures = submit(batcher,
					IntStream.range(0, 250).mapToObj(Integer::toString).toArray(String[]::new));
			futures.subList(0, 200).forEach(CompletableFuture::join);
			assertThat(batcher.statistics().pending()).isEqualTo(50);
			this.time.advance(WINDOW);
			futures.forEach(CompletableFuture::join);
			assertThat(this.probe.calls).extracting(List::size).containsExactlyInAnyOrder(100, 100, 50);
		}
	}

	@Test
	void nextBatchsWindowIsCountedFromItsOwnFirstItem() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).build()) {
			CompletableFuture<String> first = batcher.submit("a");
			this.time.advance(Duration.ofMillis(30));
			submit(batcher, "b", "c", "d");
			assertThat(first.join()).isEqualTo("A");
			this.time.advance(Duration.ofMillis(49));
			assertThat(batcher.statistics().pending()).isEqualTo(1);
			this.time.advance(Duration.ofMillis(1));
			this.probe.awaitCalls(2);
			assertThat(this.probe.calls.get(1)).containsExactly("d");
		}
	}

	@Test
	void sizeOneNeverPools() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).maxBatchSize(1).build()) {
			submit(batcher, "a", "b").forEach(CompletableFuture::join);
			assertThat(this.probe.calls).containsExactlyInAnyOrder(List.of("a"), List.of("b"));
			assertThat(this.time.pendingTimers()).as("but the limit of the bulk calls").isEqualTo(1);
		}
	}

	@Test
	void flushDispatchesWhatGathersInEveryGroup() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).groupingBy((key) -> key.charAt(0))
			.build()) {
			List<CompletableFuture<String>> futures = submit(batcher, "a1", "b1", "a2");
			assertThat(this.probe.calls).isEmpty();
			batcher.flush();
			futures.forEach(CompletableFuture::join);
			assertThat(this.probe.calls).containsExactlyInAnyOrder(List.of("a1", "a2"), List.of("b1"));
			assertThat(batcher.statistics().triggers()).containsEntry(BatchTrigger.FLUSH, 2L);
		}
	}

	@Test
	void flushOfNothingDispatchesNothing() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).build()) {
			batcher.flush();
			assertThat(batcher.statistics().batches()).isZero();
		}
	}

	@Test
	void flushedBatchLeavesTheNextItsWholeWindow() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).build()) {
			CompletableFuture<String> first = batcher.submit("a");
			this.time.advance(Duration.ofMillis(30));
			batcher.flush();
			first.join();
			submit(batcher, "b");
			this.time.advance(Duration.ofMillis(49));
			assertThat(batcher.statistics().pending()).isEqualTo(1);
			this.time.advance(Duration.ofMillis(1));
			this.probe.awaitCalls(2);
		}
	}

	@Test
	void severalSubmittedTogetherGoOutTogether() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).build()) {
			Map<String, CompletableFuture<String>> futures = batcher.submitAll(List.of("a", "b", "a"));
			assertThat(futures).containsOnlyKeys("a", "b");
			assertThat(futures.get("b").join()).isEqualTo("B");
			assertThat(futures.get("a").join()).isEqualTo("A");
			assertThat(this.probe.calls).containsExactly(List.of("a", "b"));
		}
	}

	@Test
	void oneOfSeveralIsWithdrawnAlone() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).build()) {
			Map<String, CompletableFuture<String>> futures = batcher.submitAll(List.of("a", "b"));
			futures.get("a").cancel(false);
			batcher.flush();
			assertThat(futures.get("b").join()).isEqualTo("B");
			assertThat(this.probe.calls).containsExactly(List.of("b"));
		}
	}

	@Test
	void zeroWindowDispatchesAtOnceAndDoesNotHang() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(Duration.ZERO)).build()) {
			this.probe.hold();
			submit(batcher, "a");
			this.probe.awaitCalls(1);
			submit(batcher, "b");
			this.probe.awaitCalls(2);
			this.probe.releaseAll();
		}
	}

	@Test
	void withdrawnBatchIsNotDispatched() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).build()) {
			submit(batcher, "a", "b").forEach((future) -> future.cancel(false));
			this.time.advance(WINDOW);
			assertThat(batcher.statistics().pending()).isZero();
		}
		assertThat(this.probe.calls).isEmpty();
	}

	@Test
	void loneCallerGoesAtOnceWithoutATimer() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).build()) {
			assertThat(batcher.get("a")).isEqualTo("A");
			assertThat(batcher.get("b")).isEqualTo("B");
			assertThat(this.time.pendingTimers()).as("but the limit of the bulk calls").isEqualTo(1);
			assertThat(batcher.statistics().triggers()).containsEntry(BatchTrigger.IDLE, 2L);
		}
	}

	@Test
	void callsGatherWhileABulkCallRunsAndGoWhenItEnds() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).build()) {
			this.probe.hold();
			submit(batcher, "a");
			this.probe.awaitCalls(1);
			List<CompletableFuture<String>> gathering = submit(batcher, "b", "c");
			assertThat(this.probe.calls).hasSize(1);
			this.probe.releaseAll();
			gathering.forEach(CompletableFuture::join);
			assertThat(this.probe.calls).containsExactly(List.of("a"), List.of("b", "c"));
			assertThat(batcher.statistics().triggers()).containsEntry(BatchTrigger.COMPLETION, 1L);
		}
	}

	@Test
	void adaptiveWindowBoundsTheWaitForASlowBulkCall() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).build()) {
			this.probe.hold();
			submit(batcher, "a");
			this.probe.awaitCalls(1);
			submit(batcher, "b");
			this.time.advance(Duration.ofMillis(49));
			assertThat(this.probe.calls).hasSize(1);
			this.time.advance(Duration.ofMillis(1));
			this.probe.awaitCalls(2);
			this.probe.releaseAll();
		}
	}

	@Test
	void onlyFullBatchesUseFurtherPermitsEarly() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).build()) {
			this.probe.hold();
			submit(batcher, "a");
			this.probe.awaitCalls(1);
			submit(batcher, "b", "c", "d", "e");
			this.probe.awaitCalls(2);
			assertThat(this.probe.calls).containsExactly(List.of("a"), List.of("b", "c", "d"));
			assertThat(batcher.statistics().running()).isEqualTo(2);
			this.probe.releaseAll();
		}
	}

	@Test
	void batchThatWaitsForAPermitGoesOnGathering() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).maxConcurrentBulkCalls(1).build()) {
			this.probe.hold();
			submit(batcher, "a");
			this.probe.awaitCalls(1);
			submit(batcher, "b");
			this.time.advance(WINDOW);
			assertThat(batcher.statistics().queued()).isEqualTo(1);
			submit(batcher, "c");
			this.probe.releaseAll();
			this.probe.awaitCalls(2);
			assertThat(this.probe.calls.get(1)).containsExactly("b", "c");
		}
	}

	@Test
	void fixedWindowSealsEvenIfNoPermitIsFree() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).maxConcurrentBulkCalls(1).build()) {
			this.probe.hold();
			submit(batcher, "a");
			this.time.advance(WINDOW);
			this.probe.awaitCalls(1);
			submit(batcher, "b");
			this.time.advance(WINDOW);
			submit(batcher, "c");
			this.time.advance(WINDOW);
			assertThat(batcher.statistics().queued()).isEqualTo(2);
			this.probe.releaseAll();
			this.probe.awaitCalls(3);
			assertThat(this.probe.calls).containsExactly(List.of("a"), List.of("b"), List.of("c"));
		}
	}

	@Test
	void fixedWindowUnlessIdleFlushesWhatFindsNothingRunning() {
		try (Batcher<String, String> batcher = batcher(Window.fixedUnlessIdle(WINDOW)).build()) {
			assertThat(batcher.get("a")).isEqualTo("A");
			this.probe.hold();
			submit(batcher, "b");
			this.probe.awaitCalls(2);
			submit(batcher, "c");
			this.probe.release(1);
			BulkProbe.awaitPending(batcher, 1);
			assertThat(this.probe.calls).hasSize(2);
			this.time.advance(WINDOW);
			this.probe.awaitCalls(3);
			this.probe.releaseAll();
		}
	}

	@Test
	void moreBulkCallsThanAllowedQueueInTheirOrder() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).maxConcurrentBulkCalls(2)
			.maxBatchSize(1)
			.build()) {
			this.probe.hold();
			submit(batcher, "a", "b", "c", "d", "e");
			this.probe.awaitCalls(2);
			assertThat(batcher.statistics().running()).isEqualTo(2);
			assertThat(batcher.statistics().queued()).isEqualTo(3);
			for (int ended = 1; ended <= 3; ended++) {
				this.probe.release(1);
				this.probe.awaitCalls(2 + ended);
			}
			assertThat(this.probe.calls.subList(2, 5)).containsExactly(List.of("c"), List.of("d"), List.of("e"));
			this.probe.releaseAll();
		}
	}

	@Test
	void burstOfAThousandCallsCostsAtMostElevenBulkCalls() {
		try (Batcher<String, String> batcher = Batcher.keyed("test", this.probe).timeSource(this.time).build()) {
			this.probe.hold();
			List<Thread> callers = IntStream.range(0, 1000)
				.mapToObj((i) -> Thread.startVirtualThread(() -> batcher.get("k" + i)))
				.toList();
			BulkProbe.awaitPending(batcher, 1000);
			this.probe.releaseAll();
			callers.forEach((caller) -> BulkProbe.await(() -> !caller.isAlive()));
			assertThat(this.probe.calls).hasSizeLessThanOrEqualTo(11);
			assertThat(this.probe.calls).allSatisfy((keys) -> assertThat(keys).hasSizeLessThanOrEqualTo(100));
		}
	}

	@Test
	void distinctKeysAreCappedOnTheirOwn() {
		try (Batcher<String, String> batcher = batcher(Window.fixed(WINDOW)).maxBatchSize(10)
			.maxDistinctKeys(2)
			.build()) {
			List<CompletableFuture<String>> futures = submit(batcher, "a", "a", "a", "b", "c");
			futures.subList(0, 4).forEach(CompletableFuture::join);
			assertThat(this.probe.calls).containsExactly(List.of("a", "b"));
			assertThat(batcher.statistics().items()).isEqualTo(4);
		}
	}

	@Test
	void severalKeysOfOneCallerGoTogether() {
		try (Batcher<String, String> batcher = batcher(Window.adaptive(WINDOW)).build()) {
			assertThat(batcher.getAll(List.of("a", "b", "c", "a", "d"))).containsExactly(Map.entry("a", "A"),
					Map.entry("b", "B"), Map.entry("c", "C"), Map.entry("d", "D"));
			assertThat(this.probe.calls).hasSize(2);
		}
	}

}
