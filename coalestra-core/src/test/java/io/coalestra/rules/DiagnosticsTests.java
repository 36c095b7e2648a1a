package io.coalestra.rules;

import java.util.Map;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotDiagnostics;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a snapshot tells about what it took.
 */
class DiagnosticsTests extends EngineFixture {

	@Test
	void aColdBuildCountsItsCallsAndTheirTime() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, millis(30), 1);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, slow).nonBlocking().build());
		SnapshotDiagnostics diagnostics = build(builder, SnapshotRequest.prefer(BTC, ETH, ALICE)).diagnostics();
		assertThat(diagnostics.requested()).isEqualTo(3);
		assertThat(diagnostics.resolved()).isEqualTo(2);
		assertThat(diagnostics.failed()).isEqualTo(1);
		assertThat(diagnostics.cacheMisses()).isEqualTo(3);
		assertThat(diagnostics.cacheHits()).isZero();
		assertThat(diagnostics.sourceCallsBySource()).isEqualTo(Map.of("rest", 2));
		assertThat(diagnostics.duration()).isEqualTo(millis(60));
		assertThat(diagnostics.sourceLatencyBySource()).containsKey("rest");
	}

	@Test
	void aWarmBuildCountsHitsOnly() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build());
		build(builder, BTC, ETH);
		SnapshotDiagnostics diagnostics = build(builder, BTC, ETH).diagnostics();
		assertThat(diagnostics.cacheHits()).isEqualTo(2);
		assertThat(diagnostics.cacheMisses()).isZero();
		assertThat(diagnostics.sourceCalls()).isZero();
		assertThat(diagnostics.duration()).isZero();
	}

	@Test
	void observationSkewIsTheDistanceOfTheOldestAndTheNewestValue() {
		SnapshotBuilder builder = start();
		builder.publisher().publish(BTC, 1, "feed", this.time.now().minusMillis(700));
		builder.publisher().publish(ETH, 2, "feed", this.time.now());
		assertThat(build(builder, BTC, ETH).diagnostics().observationSkew()).isEqualTo(millis(700));
		assertThat(build(builder, BTC).diagnostics().observationSkew()).isZero();
	}

	@Test
	void staleValuesAreCounted() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)).staleWhileRevalidate(),
				Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.diagnostics().staleValues()).isEqualTo(1);
		assertThat(builder.health().cache().staleHits()).isEqualTo(1);
	}

	@Test
	void aGivenIdIsKeptAndOthersAreMadeOnce() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, (key, context) -> Payload.of(1)).nonBlocking().build());
		Snapshot cold = build(builder, BTC);
		Snapshot warm = build(builder, BTC);
		assertThat(cold.id()).isNotBlank().isEqualTo(cold.id());
		assertThat(warm.id()).isNotBlank().isEqualTo(warm.id()).isNotEqualTo(cold.id());
		assertThat(build(builder, SnapshotRequest.require(BTC).snapshotId("s-1")).id()).isEqualTo("s-1");
	}

}
