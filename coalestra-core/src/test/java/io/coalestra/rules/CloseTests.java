package io.coalestra.rules;

import java.util.concurrent.CompletableFuture;

import io.coalestra.Coalestra;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.health.BuilderHealth;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A closed builder begins nothing, and leaves nobody waiting.
 */
class CloseTests extends EngineFixture {

	private final Gate gate = new Gate();

	private Source held() {
		return Source.single("held", PRICE, new Script<Integer>().then((key, context) -> {
			this.gate.pass();
			return Payload.of(1);
		})).nonBlocking().build();
	}

	private static SnapshotBuildException failure(CompletableFuture<Snapshot> build) {
		return (SnapshotBuildException) build.handle((snapshot, thrown) -> thrown).join();
	}

	@Test
	void noBuildBeginsAfterClosing() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, new Script<Integer>().answer(1)).inline().build());
		build(builder, BTC);
		builder.close();
		builder.close();
		assertThat(builder.isClosed()).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> builder.build(BTC)).withMessageContaining("closed");
		assertThatIllegalStateException().isThrownBy(() -> builder.buildAsync(BTC));
	}

	@Test
	void buildsInProgressFailAndCallsInProgressAreInterrupted() {
		SnapshotBuilder builder = start(onThreads().source(held()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		builder.close();
		assertThat(failure(build).failures()).extracting(ResourceFailure::kind)
			.containsExactly(ResourceFailure.Kind.CLOSED);
		this.gate.awaitInterrupts(1);
	}

	@Test
	void alsoThoseWhoWaitForAReadThatANewerOneTookThePlaceOf() {
		SnapshotBuilder builder = start(onThreads().source(held()));
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		CompletableFuture<Snapshot> second = builder.buildAsync(SnapshotRequest.require(BTC).bypassCache());
		this.gate.awaitArrivals(1);
		builder.close();
		failure(first);
		failure(second);
		this.gate.awaitInterrupts(2);
	}

	@Test
	void alsoThoseWhoWaitForADerivation() {
		SnapshotBuilder builder = start(onThreads().source(held())
			.source(Source.derived("total", TOTAL, (key) -> java.util.List.of(BTC), (key, values) -> values.get(BTC))
				.build()));
		CompletableFuture<Snapshot> build = builder.buildAsync(TOTAL.key("t"));
		this.gate.awaitArrivals(1);
		builder.close();
		assertThat(failure(build).failures()).hasSize(1);
	}

	@Test
	void alsoThoseWhoWaitForAPermit() {
		SnapshotBuilder builder = start(onThreads().source(held()).maxConcurrency(1));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC, PRICE.key("ETH"));
		this.gate.awaitArrivals(1);
		builder.close();
		assertThat(failure(build).failures()).hasSize(2);
	}

	@Test
	void healthWorksAfterClosingAndSaysSo() {
		SnapshotBuilder builder = start();
		builder.close();
		assertThat(builder.health().closed()).isTrue();
		assertThat(builder.health().severity()).isEqualTo(BuilderHealth.Severity.CRITICAL);
	}

	@Test
	void noRefreshIsScheduledByAClosedBuilder() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)).staleWhileRevalidate(),
				Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		begin(builder, SnapshotRequest.require(BTC));
		builder.close();
		this.executor.runAll();
		assertThat(builder.health().backgroundRefreshes()).isZero();
	}

	@Test
	void itsOwnThreadsEndWithTheBuilder() throws Exception {
		Gate inside = new Gate();
		SnapshotBuilder builder = Coalestra.builder().source(Source.single("held", PRICE, (key, context) -> {
			inside.pass();
			return Payload.of(1);
		}).nonBlocking().build()).build();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		inside.awaitArrivals(1);
		builder.close();
		inside.awaitInterrupts(1);
		failure(build);
	}

}
