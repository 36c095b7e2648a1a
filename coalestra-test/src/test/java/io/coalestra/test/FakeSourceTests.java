package io.coalestra.test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.Coalestra;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import org.junit.jupiter.api.Test;

import static io.coalestra.test.CoalestraAssertions.assertThat;
import static io.coalestra.test.TestTypes.BTC;
import static io.coalestra.test.TestTypes.ETH;
import static io.coalestra.test.TestTypes.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A source that does as it is told.
 */
class FakeSourceTests {

	private static CoalestraBench bench(FakeSource<String> source) {
		return CoalestraBench.of((coalestra) -> coalestra.source(source.asSource()).defaultResilience(Resilience.NONE));
	}

	@Test
	void aKeyWithoutAValueIsAbsent() {
		FakeSource<String> source = FakeSource.batch("exchange", PRICE).put(BTC, "42").put(ETH, "1").remove(ETH);
		try (CoalestraBench bench = bench(source)) {
			assertThat(bench.build(SnapshotRequest.prefer(BTC, ETH))).hasValue(BTC, "42").isAbsent(ETH);
			assertThat(source.calls()).singleElement()
				.satisfies((call) -> assertThat(call.keys()).containsExactly(BTC, ETH));
		}
	}

	@Test
	void payloadsKeepWhatTheySay() {
		FakeSource<String> source = FakeSource.single("exchange", PRICE).put(BTC, Payload.of("42").version("7"));
		try (CoalestraBench bench = bench(source)) {
			assertThat(bench.build(BTC).value(BTC).version().sourceVersion()).isEqualTo("7");
			assertThat(source.calls().getFirst().context().attempt()).isOne();
		}
	}

	@Test
	void callsAreScriptedOneByOne() {
		FakeSource<String> source = FakeSource.single("exchange", PRICE)
			.put(BTC, "stored")
			.failNext(1, new IllegalStateException("down"))
			.then((keys, stored) -> Map.of(BTC, Payload.of("scripted")));
		try (CoalestraBench bench = bench(source)) {
			assertThat(bench.build(SnapshotRequest.prefer(BTC))).failed(BTC, ResourceFailure.Kind.SOURCES_FAILED)
				.failedAt(BTC, "exchange");
			assertThat(bench.build(BTC)).hasValue(BTC, "scripted");
			bench.advance(Duration.ofSeconds(30));
			assertThat(bench.build(BTC)).hasValue(BTC, "stored");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> source.failNext(0, new IllegalStateException()))
			.withMessage("count: 0 (expected: 1 or more)");
	}

	@Test
	void heldCallsHangUntilTheyAreReleased() throws Exception {
		FakeSource<String> source = FakeSource.single("exchange", PRICE).put(BTC, "42").hold();
		try (SnapshotBuilder builder = Coalestra.builder().source(source.asSource()).build()) {
			CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
			source.awaitInside(1);
			assertThat(builder.health().flights()).isEqualTo(1);
			source.release();
			assertThat(build.join()).hasValue(BTC, "42");
		}
	}

	@Test
	void settingsAreAddedToTheSource() {
		FakeSource<String> source = FakeSource.batch("exchange", PRICE);
		assertThat(source.asSource((settings) -> settings.priority(7).maxBatchSize(3)).settings().priority())
			.isEqualTo(7);
		assertThat(source.asSource().settings().priority()).isZero();
	}

}
