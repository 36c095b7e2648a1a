package io.coalestra.batch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.time.SteerableTimeSource;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Closing.
 */
class ShutdownTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final BulkProbe probe = new BulkProbe();

	private final Batcher<String, String> batcher = Batcher.keyed("test", this.probe)
		.timeSource(this.time)
		.window(Window.fixed(Duration.ofMillis(50)))
		.maxBatchSize(2)
		.maxConcurrentBulkCalls(1)
		.closeGrace(Duration.ofSeconds(5))
		.build();

	private static Reason reasonOf(CompletableFuture<?> future) {
		return ((BatchException) FaultTests.failureOf(future)).reason();
	}

	@Test
	void openBatchGoesAtOnceAndNewCallsAreRefused() {
		CompletableFuture<String> open = this.batcher.submit("a");
		this.batcher.close();
		assertThat(open.join()).isEqualTo("A");
		assertThat(reasonOf(this.batcher.submit("b"))).isEqualTo(Reason.CLOSED);
		assertThat(this.batcher.statistics().triggers()).containsEntry(BatchTrigger.SHUTDOWN, 1L);
		this.time.advance(Duration.ofMillis(50));
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void idleBatcherClosesAtOnceAndOftenAndLeavesNoTimer() {
		this.batcher.close();
		this.batcher.close();
		assertThat(this.time.pendingTimers()).isZero();
		assertThat(this.batcher.statistics().running()).isZero();
	}

	@Test
	void queuedAndRunningBulkCallsHaveTheGracePeriod() {
		this.probe.hold();
		List<CompletableFuture<String>> all = List.of(this.batcher.submit("a"), this.batcher.submit("b"),
				this.batcher.submit("c"));
		this.probe.awaitCalls(1);
		Thread closing = Thread.startVirtualThread(this.batcher::close);
		BulkProbe.await(() -> this.batcher.statistics().queued() == 1);
		this.probe.releaseAll();
		assertThat(all).extracting(CompletableFuture::join).containsExactly("A", "B", "C");
		BulkProbe.await(() -> !closing.isAlive());
	}

	@Test
	void restFailsAfterTheGracePeriodAndIsInterrupted() {
		this.probe.hold();
		List<CompletableFuture<String>> all = List.of(this.batcher.submit("a"), this.batcher.submit("b"),
				this.batcher.submit("c"));
		this.probe.awaitCalls(1);
		int timers = this.time.pendingTimers();
		Thread closing = Thread.startVirtualThread(this.batcher::close);
		BulkProbe.await(() -> this.time.pendingTimers() > timers);
		this.time.advance(Duration.ofSeconds(5));
		assertThat(all).extracting(ShutdownTests::reasonOf).containsOnly(Reason.CLOSED);
		BulkProbe.await(() -> !closing.isAlive() && this.probe.interrupted.get() == 1);
		BulkProbe.awaitPending(this.batcher, 0);
		assertThat(this.batcher.statistics().queued()).isZero();
	}

	@Test
	void interruptEndsTheGracePeriod() {
		this.probe.hold();
		List<CompletableFuture<String>> all = List.of(this.batcher.submit("a"), this.batcher.submit("b"));
		this.probe.awaitCalls(1);
		AtomicReference<Boolean> flag = new AtomicReference<>();
		Thread closing = Thread.startVirtualThread(() -> {
			this.batcher.close();
			flag.set(Thread.currentThread().isInterrupted());
		});
		closing.interrupt();
		assertThat(all).extracting(ShutdownTests::reasonOf).containsOnly(Reason.CLOSED);
		BulkProbe.await(() -> Boolean.TRUE.equals(flag.get()));
	}

	@Test
	void bulkCallMayCloseItsOwnBatcher() {
		AtomicReference<Batcher<String, String>> own = new AtomicReference<>();
		own.set(Batcher.<String, String>keyed("own", (keys) -> {
			own.get().close();
			return BulkProbe.answer(keys);
		}).timeSource(this.time).build());
		assertThat(own.get().get("a")).isEqualTo("A");
		own.get().close();
	}

}
