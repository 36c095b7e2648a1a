package io.coalestra.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers who join what runs already.
 */
class SharedReadTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final BulkProbe probe = new BulkProbe();

	private BatcherBuilder<String, String> batcher() {
		return Batcher.keyed("test", this.probe).timeSource(this.time).shareRunning();
	}

	@Test
	void equalKeyJoinsTheRunningBulkCall() {
		try (Batcher<String, String> batcher = batcher().build()) {
			this.probe.hold();
			CompletableFuture<String> first = batcher.submit("a");
			this.probe.awaitCalls(1);
			CompletableFuture<String> second = batcher.submit("a");
			this.probe.releaseAll();
			assertThat(first.join()).isEqualTo("A");
			assertThat(second.join()).isEqualTo("A");
			assertThat(this.probe.calls).hasSize(1);
			assertThat(batcher.get("a")).as("nothing is remembered").isEqualTo("A");
			assertThat(this.probe.calls).hasSize(2);
		}
	}

	@Test
	void joinedCallersCountTowardsTheBound() {
		try (Batcher<String, String> batcher = batcher().maxBatchSize(2).maxPending(3).build()) {
			this.probe.hold();
			List<CompletableFuture<String>> taken = List.of(batcher.submit("a"), batcher.submit("a"),
					batcher.submit("a"));
			CompletableFuture<String> tooMany = batcher.submit("a");
			assertThat(tooMany.exceptionNow()).isInstanceOfSatisfying(BatchException.class,
					(refused) -> assertThat(refused.reason()).isEqualTo(Reason.OVERLOADED));
			taken.get(1).cancel(false);
			CompletableFuture<String> again = batcher.submit("a");
			this.probe.releaseAll();
			assertThat(again.join()).isEqualTo("A");
			for (int i = 0; i < 3; i++) {
				assertThat(batcher.submitAll(List.of("a", "b")).values())
					.allSatisfy((future) -> assertThat(future.join()).isNotNull());
			}
		}
	}

	@Test
	void hundredCallersOfOverlappingKeysAskForEachKeyOnce() {
		try (Batcher<String, String> batcher = batcher().build()) {
			this.probe.hold();
			List<CompletableFuture<Map<String, CompletableFuture<String>>>> callers = IntStream.range(0, 100)
				.mapToObj((caller) -> IntStream.range(0, 100).mapToObj((i) -> "k" + (caller * 10 + i)).toList())
				.map((keys) -> supply(() -> batcher.submitAll(keys)))
				.toList();
			// A caller all of whose keys others have asked for adds nothing to what is
			// pending: that each has joined shows only in its having its futures.
			List<Map<String, CompletableFuture<String>>> answers = callers.stream()
				.map(CompletableFuture::join)
				.toList();
			assertThat(batcher.statistics().pending()).isEqualTo(1090);
			this.probe.releaseAll();
			assertThat(answers).allSatisfy((futures) -> assertThat(futures).hasSize(100)
				.allSatisfy((key, future) -> assertThat(future.join()).isEqualTo(key.toUpperCase(Locale.ROOT))));
			assertThat(this.probe.calls).hasSizeLessThanOrEqualTo(13)
				.allSatisfy((keys) -> assertThat(keys).hasSizeLessThanOrEqualTo(100));
		}
	}

	private static <T> CompletableFuture<T> supply(java.util.function.Supplier<T> supplier) {
		return CompletableFuture.supplyAsync(supplier, Thread::startVirtualThread);
	}

	@Test
	void openerLeavingDoesNotTakeTheItemFromItsJoiners() {
		try (Batcher<String, String> batcher = batcher().window(Window.fixed(Duration.ofMillis(50))).build()) {
			CompletableFuture<String> opener = batcher.submit("a");
			CompletableFuture<String> joiner = batcher.submit("a");
			opener.cancel(false);
			this.time.advance(Duration.ofMillis(50));
			assertThat(joiner.join()).isEqualTo("A");
		}
	}

	@Test
	void lastJoinerLeavingWithdrawsTheItem() {
		try (Batcher<String, String> batcher = batcher().window(Window.fixed(Duration.ofMillis(50))).build()) {
			List<CompletableFuture<String>> all = List.of(batcher.submit("a"), batcher.submit("a"));
			all.forEach((future) -> future.cancel(false));
			assertThat(batcher.statistics().pending()).isZero();
			assertThat(batcher.statistics().withdrawn()).isEqualTo(2);
			CompletableFuture<String> anew = batcher.submit("a");
			this.time.advance(Duration.ofMillis(50));
			assertThat(anew.join()).isEqualTo("A");
			assertThat(this.probe.calls).hasSize(1);
		}
	}

	@Test
	void failureReachesEveryJoinerAsItsOwn() {
		try (Batcher<String, String> batcher = batcher().bulkTimeout(Duration.ofSeconds(1)).build()) {
			this.probe.hold();
			CompletableFuture<String> first = batcher.submit("a");
			this.probe.awaitCalls(1);
			CompletableFuture<String> second = batcher.submit("a");
			this.time.advance(Duration.ofSeconds(1));
			assertThat(((BatchException) FaultTests.failureOf(first)).reason()).isEqualTo(Reason.BULK_TIMEOUT);
			assertThat(FaultTests.failureOf(second)).isNotSameAs(FaultTests.failureOf(first));
		}
	}

	@Test
	void refusalReachesTheCallerAndTheNextOneIsTakenAnew() {
		try (Batcher<String, String> batcher = batcher().maxBatchSize(1).maxPending(1).build()) {
			this.probe.hold();
			List<CompletableFuture<String>> all = new ArrayList<>(List.of(batcher.submit("a"), batcher.submit("b")));
			assertThat(((BatchException) FaultTests.failureOf(all.get(1))).reason()).isEqualTo(Reason.OVERLOADED);
			this.probe.releaseAll();
			assertThat(all.get(0).join()).isEqualTo("A");
			assertThat(batcher.get("b")).isEqualTo("B");
		}
	}

	@Test
	void groupsDoNotShare() {
		ThreadLocal<String> tenant = ThreadLocal.withInitial(() -> "red");
		try (Batcher<String, String> batcher = batcher().groupingByCaller(tenant::get).build()) {
			this.probe.hold();
			CompletableFuture<String> red = batcher.submit("a");
			tenant.set("blue");
			CompletableFuture<String> blue = batcher.submit("a");
			this.probe.awaitCalls(2);
			this.probe.releaseAll();
			assertThat(List.of(red.join(), blue.join())).containsOnly("A");
		}
	}

}
