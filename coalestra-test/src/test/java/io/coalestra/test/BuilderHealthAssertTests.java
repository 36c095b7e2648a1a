package io.coalestra.test;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.snapshot.SnapshotRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static io.coalestra.test.CoalestraAssertions.assertThat;
import static io.coalestra.test.TestTypes.BTC;
import static io.coalestra.test.TestTypes.ETH;
import static io.coalestra.test.TestTypes.PRICE;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Assertions on a builder's state, and what they say when they fail.
 */
class BuilderHealthAssertTests {

	private final FakeSource<String> source = FakeSource.single("exchange", PRICE).put(BTC, "42").put(ETH, "1");

	private static void refused(ThrowingCallable assertion, String... parts) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion).withMessageContainingAll(parts);
	}

	@Test
	void waitingCallsAreAFindingUntilTheyHavePassed() {
		try (CoalestraBench bench = CoalestraBench
			.of((coalestra) -> coalestra.source(this.source.asSource((settings) -> settings.maxConcurrency(1))))) {
			assertThat(bench.builder().health()).isHealthy().hasNothingInProgress();
			var build = bench.builder().buildAsync(BTC, ETH);
			BuilderHealth busy = bench.builder().health();
			assertThat(busy).isCritical()
				.hasFinding("source_capacity_waiting")
				.hasFinding("source_capacity_waiting", "exchange");
			assertThat(busy).judgedBy(HealthPolicy.DEFAULT.with((policy) -> policy.capacityWaitingDegraded(2)))
				.isHealthy();
			refused(() -> assertThat(busy).isHealthy(), "to be healthy, but it is critical", "calls wait");
			refused(() -> assertThat(busy).hasFinding("circuit_open"), "there are only", "source_capacity_waiting");
			refused(() -> assertThat(busy).hasFinding("source_capacity_waiting", "feed"), "about <feed>");
			refused(() -> assertThat(busy).hasNothingInProgress(), "2 reads",
					"1 calls that wait for permits of exchange");
			bench.finish(build);
		}
	}

	@Test
	void circuitsAndFaultsSinceABaseline() {
		try (CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(this.source.asSource())
			.defaultResilience(Resilience.DEFAULT.retry(RetryPolicy.NONE)))) {
			BuilderHealth before = bench.builder().health();
			assertThat(before).since(before).isHealthy();
			refused(() -> assertThat(before).hasOpenCircuit("exchange"), "an open circuit of <exchange>");
			refused(() -> assertThat(before).hasFinding("circuit_open"), "but there is none");
			this.source.failNext(10, new IllegalStateException("down"));
			for (int i = 0; i < 10; i++) {
				bench.build(SnapshotRequest.prefer(PRICE.key(i)));
			}
			assertThat(bench.builder().health()).isDegraded().hasOpenCircuit("exchange").hasFinding("circuit_open");
		}
	}

}
