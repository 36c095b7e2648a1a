package io.coalestra.batch;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;

import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An executor that runs bulk calls on the thread that hands them over.
 */
class OnTheSpotTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	@Test
	void callerWhoFillsABatchOrFlushesMakesItsBulkCall() {
		List<Thread> ran = new CopyOnWriteArrayList<>();
		try (Batcher<String, String> batcher = onTheSpot(ran).build()) {
			CompletableFuture<String> first = batcher.submit("a");
			assertThat(ran).isEmpty();
			CompletableFuture<String> second = batcher.submit("b");
			assertThat(second).isCompletedWithValue("B");
			assertThat(first).isCompletedWithValue("A");
			CompletableFuture<String> third = batcher.submit("c");
			batcher.flush();
			assertThat(third).isCompletedWithValue("C");
		}
		assertThat(ran).containsExactly(Thread.currentThread(), Thread.currentThread());
	}

	@Test
	void endOfAWindowKeepsTheTimersThreadFromTheBulkCall() {
		List<Thread> ran = new CopyOnWriteArrayList<>();
		try (Batcher<String, String> batcher = onTheSpot(ran).build()) {
			CompletableFuture<String> future = batcher.submit("a");
			this.time.advance(Duration.ofMillis(50)); // The clock's timers run here.
			assertThat(future.join()).isEqualTo("A");
		}
		assertThat(ran).hasSize(1).doesNotContain(Thread.currentThread());
	}

	@Test
	void bulkCallThatFollowsAnotherKeepsNoCallerWhoHasTheAnswer() throws Exception {
		BulkProbe held = new BulkProbe().hold();
		try (Batcher<String, String> batcher = Batcher.keyed("test", held).executor(Runnable::run).build()) {
			FutureTask<String> caller = new FutureTask<>(() -> batcher.get("a"));
			Thread.startVirtualThread(caller);
			held.awaitCalls(1);
			CompletableFuture<String> next = batcher.submit("b");
			held.release(1);
			assertThat(caller.get()).isEqualTo("A");
			held.awaitCalls(2);
			assertThat(next).isNotDone();
			held.release(1);
			assertThat(next.join()).isEqualTo("B");
		}
	}

	@Test
	void leaderOfAMethodBodyDoesNotWaitForItself() {
		try (Batcher<String, String> batcher = Batcher.keyed("test", new BulkProbe()).executor(Runnable::run).build()) {
			String answer = batcher.inline("a", (scope) -> {
				List<String> all = scope.collect();
				return scope.scatter(all.stream().map((item) -> item.toUpperCase(Locale.ROOT)).toList());
			});
			assertThat(answer).isEqualTo("A");
		}
	}

	private BatcherBuilder<String, String> onTheSpot(List<Thread> ran) {
		return Batcher.<String, String>keyed("test", (keys) -> {
			ran.add(Thread.currentThread());
			return BulkProbe.answer(keys);
		}).maxBatchSize(2).window(Window.fixed(Duration.ofMillis(50))).timeSource(this.time).executor(Runnable::run);
	}

}
