package io.coalestra.test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import org.junit.jupiter.api.Test;

import static io.coalestra.test.CoalestraAssertions.assertThat;
import static io.coalestra.test.TestTypes.BTC;
import static io.coalestra.test.TestTypes.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A builder on a bench.
 */
class CoalestraBenchTests {

	private final FakeSource<String> source = FakeSource.single("exchange", PRICE).put(BTC, "42");

	@Test
	void everyStepRunsOnTheTestsThread() {
		Thread[] caller = new Thread[1];
		this.source.then((keys, stored) -> {
			caller[0] = Thread.currentThread();
			return stored;
		});
		try (CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(this.source.asSource()))) {
			assertThat(bench.build(BTC)).isComplete();
			assertThat(caller[0]).isSameAs(Thread.currentThread());
			assertThat(bench.build(BTC)).isFromCache(BTC);
		}
	}

	@Test
	void timePassesWhenTheTestSaysSo() {
		try (CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(this.source.asSource()))) {
			this.source.takeNext(bench.time(), Duration.ofMillis(300));
			assertThat(bench.build(BTC).value(BTC).latency()).isEqualTo(Duration.ofMillis(300));
			bench.advance(Duration.ofSeconds(5));
			bench.build(BTC);
			assertThat(this.source.calls()).hasSize(2);
		}
	}

	@Test
	void aBuildThatWaitsForTimeIsAnErrorOfTheTest() {
		this.source.failNext(1, new IOException("down"));
		try (CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(this.source.asSource()))) {
			CompletableFuture<Snapshot> build = bench.builder().buildAsync(BTC);
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> bench.finish(build))
				.withMessageContaining("waits for time to pass");
			bench.advance(Duration.ofSeconds(1));
			assertThat(bench.finish(build)).hasValue(BTC, "42");
		}
	}

	@Test
	void aBuildThatFailsThrowsItsOwnException() {
		this.source.failNext(1, new IOException("down"));
		try (CoalestraBench bench = CoalestraBench
			.of((coalestra) -> coalestra.source(this.source.asSource()).defaultResilience(Resilience.NONE))) {
			assertThatExceptionOfType(SnapshotBuildException.class).isThrownBy(() -> bench.build(BTC));
		}
	}

	@Test
	void whatATestLeavesBehindFailsIt() {
		this.source.failNext(1, new IOException("down"));
		CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(this.source.asSource()));
		CompletableFuture<Snapshot> build = bench.builder().buildAsync(BTC);
		assertThatExceptionOfType(AssertionError.class).isThrownBy(bench::close)
			.withMessageContaining("nothing in progress, but there are: 1 reads");
		assertThat(bench.builder().isClosed()).isTrue();
		assertThat(build).isCompletedExceptionally();
	}

	@Test
	void theExecutorRefusesLikeAFullPool() {
		try (CoalestraBench bench = CoalestraBench
			.of((coalestra) -> coalestra.source(this.source.asSource()).defaultResilience(Resilience.NONE))) {
			bench.executor().refuse();
			assertThatExceptionOfType(SnapshotBuildException.class).isThrownBy(() -> bench.build(BTC));
			assertThat(bench.executor().waiting()).isZero();
			assertThat(bench.executor().shutdownNow()).isEmpty();
			assertThat(bench.executor().isTerminated()).isTrue();
		}
	}

}
