package io.coalestra.rules;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotAcceptanceException;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotConsistencyException;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Pinned values that are read again: all that is concerned, or nothing.
 */
class RevalidationTests extends EngineFixture {

	private static final ResourceKey<Integer> SUM = TOTAL.key("sum");

	private static final ResourceKey<Integer> TWICE = MEAN.key("twice");

	private final Script<Integer> prices = new Script<Integer>().answer(1).answer(2);

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(60)), Source.single("rest", PRICE, this.prices).nonBlocking().build(),
				Source
					.derived("sum", TOTAL, (key) -> List.of(BTC, ETH),
							(key, values) -> values.get(BTC) * 100 + values.get(ETH))
					.build(),
				Source.derived("twice", MEAN, (key) -> List.of(SUM), (key, values) -> 2 * values.get(SUM)).build());
	}

	private Snapshot resolve(SnapshotSession session, ResourceKey<?>... keys) {
		return arrived(session.resolveAsync(SnapshotRequest.require(keys)));
	}

	private Snapshot revalidate(SnapshotSession session, ResourceKey<?>... keys) {
		return arrived(session.revalidateAsync(SnapshotRequest.require(keys)));
	}

	private SnapshotRequest force(ResourceKey<?>... keys) {
		return SnapshotRequest.require(keys).bypassCache();
	}

	@Test
	void whatHasBeenPublishedMeanwhileIsTakenWithEverythingDerivedFromIt() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			Snapshot before = resolve(session, BTC, ETH, SUM, TWICE);
			assertThat(before.get(TWICE)).isEqualTo(204);
			this.time.advance(seconds(1));
			builder.publisher().publish(BTC, 7, "feed");
			Snapshot after = revalidate(session, BTC);
			assertThat(after.get(BTC)).isEqualTo(7);
			assertThat(after.get(SUM)).isEqualTo(702);
			assertThat(after.get(TWICE)).isEqualTo(1404);
			assertThat(after.value(ETH).version()).isEqualTo(before.value(ETH).version());
			assertThat(after.keys()).isEqualTo(before.keys());
			assertThat(before.get(SUM)).as("a snapshot never changes").isEqualTo(102);
			assertThat(this.prices.calls()).as("the cache serves").isEqualTo(2);
			assertThat(this.metrics.sum(Metric.SNAPSHOT_SESSION_REVALIDATE, "success")).isEqualTo(1);
			assertThat(this.events.only(EventType.SNAPSHOT_SESSION_REVALIDATED).fields()).containsEntry("committed",
					true);
			assertThat(builder.health().revalidations().attempts()).isEqualTo(1);
		}
	}

	@Test
	void aHiddenInputMayBeRevalidatedAndStaysHidden() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, TWICE);
			this.time.advance(seconds(1));
			builder.publisher().publish(ETH, 9, "feed");
			Snapshot after = revalidate(session, ETH);
			assertThat(after.get(TWICE)).isEqualTo(218);
			assertThat(after.keys()).containsExactly(TWICE);
			assertThat(resolve(session, SUM).get(SUM)).isEqualTo(109);
		}
	}

	@Test
	void forcingReadsFromTheSourceAndDerivesFromWhatItGave() {
		this.prices.answer(5);
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC, ETH, SUM, TWICE);
			this.time.advance(seconds(1));
			Snapshot after = arrived(session.revalidateAsync(force(BTC)));
			assertThat(after.get(BTC)).isEqualTo(5);
			assertThat(after.get(TWICE)).isEqualTo(1004);
			assertThat(this.prices.calls()).isEqualTo(3);
			assertThat(build(builder, SUM).get(SUM)).isEqualTo(502);
		}
	}

	@Test
	void theCacheServesARevalidationAndNoForcedOne() {
		SnapshotBuilder builder = start(onThreads().defaultFreshness(Freshness.ttl(seconds(60)))
			.source(Source.single("rest", PRICE, this.prices).inline().build()));
		try (SnapshotSession session = builder.openSession()) {
			assertThat(session.resolve(SnapshotRequest.require(BTC)).get(BTC)).isEqualTo(1);
			assertThat(session.revalidate(BTC).get(BTC)).isEqualTo(1);
			assertThat(session.forceRefresh(BTC).get(BTC)).isEqualTo(2);
		}
	}

	@Test
	void oneKeyThatFailsLeavesEverythingAsItWas() {
		this.prices.answer(5).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			Snapshot before = resolve(session, BTC, ETH, SUM);
			this.time.advance(seconds(1));
			SnapshotBuildException thrown = failed(session.revalidateAsync(force(BTC, ETH)));
			assertThat(thrown.failures()).extracting(ResourceFailure::key).containsExactly(ETH, SUM);
			assertThat(thrown.snapshot().values()).isEqualTo(before.values());
			assertThat(session.snapshot().values()).isEqualTo(before.values());
			assertThat(session.snapshot().errors()).isEmpty();
			failed(session.revalidateAsync(SnapshotRequest.prefer(BTC, ETH).bypassCache()));
			assertThat(session.snapshot().values()).isEqualTo(before.values());
			assertThat(this.metrics.sum(Metric.SNAPSHOT_SESSION_REVALIDATE, "error")).isEqualTo(2);
			assertThat(builder.health().revalidations().failures()).isEqualTo(2);
		}
	}

	@Test
	void aDependentThatFailsLeavesEverythingAsItWas() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, new Script<Integer>().answer(1).answer(0)).nonBlocking().build(),
				Source.derived("inverse", TOTAL, (key) -> List.of(BTC), (key, values) -> 100 / values.get(BTC))
					.build());
		try (SnapshotSession session = builder.openSession()) {
			Snapshot before = resolve(session, BTC, SUM);
			SnapshotBuildException thrown = failed(session.revalidateAsync(force(BTC)));
			assertThat(thrown.failures()).extracting(ResourceFailure::key).containsExactly(SUM);
			assertThat(session.snapshot().values()).isEqualTo(before.values());
		}
	}

	@Test
	void aPolicyThatIsNotMetReplacesNothing() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			Snapshot before = resolve(session, BTC, ETH);
			this.time.advance(seconds(9));
			builder.publisher().publish(BTC, 7, "feed");
			assertThat(failed(session.revalidateAsync(SnapshotRequest.require(BTC, ETH).maxSkew(seconds(5)))))
				.isInstanceOf(SnapshotConsistencyException.class);
			assertThat(failed(session.revalidateAsync(SnapshotRequest.require(BTC, ETH)
				.acceptance(AcceptancePolicy.of(AcceptanceRule.ANY.maxAge(seconds(5)))))))
				.isInstanceOf(SnapshotAcceptanceException.class);
			assertThat(session.snapshot().values()).isEqualTo(before.values());
			SnapshotResult result = session.tryRevalidate(SnapshotRequest.require(BTC, ETH).maxSkew(seconds(5)));
			assertThat(result).isInstanceOf(SnapshotResult.Rejected.class);
			assertThat(result.snapshot().orElseThrow().values()).isEqualTo(before.values());
		}
	}

	@Test
	void revalidationMayRepairWhatItReads() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC, ETH, SUM);
			this.time.advance(seconds(9));
			builder.publisher().publish(BTC, 7, "feed");
			Snapshot after = arrived(session.revalidateAsync(
					SnapshotRequest.require(BTC, ETH).consistency(ConsistencyPolicy.maxSkew(seconds(5)).repairing())));
			assertThat(after.get(BTC)).isEqualTo(7);
			assertThat(after.value(ETH).observedAt()).isEqualTo(this.time.now());
			assertThat(after.get(SUM)).isEqualTo(700 + after.get(ETH));
			assertThat(this.prices.calls()).isEqualTo(3);
		}
	}

	@Test
	void theDeadlineLeavesEverythingAsItWas() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			Snapshot before = resolve(session, BTC);
			CompletableFuture<Snapshot> stage = session.revalidateAsync(force(BTC).deadline(seconds(1)));
			this.time.advance(seconds(1));
			assertThat(failed(stage).failures()).extracting(ResourceFailure::kind)
				.containsExactly(ResourceFailure.Kind.DEADLINE_EXCEEDED);
			assertThat(session.snapshot().values()).isEqualTo(before.values());
		}
	}

	@Test
	void onlyWhatIsPinnedCanBeRevalidated() {
		SnapshotBuilder builder = builder();
		try (SnapshotSession session = builder.openSession()) {
			resolve(session, BTC);
			assertThatIllegalArgumentException().isThrownBy(() -> session.revalidate(BTC, ETH))
				.withMessage("revalidate: market:price:ETH (expected: keys that the session holds)");
			assertThat(builder.health().revalidations().attempts()).as("it is no attempt").isZero();
			assertThat(resolve(session, BTC).get(BTC)).as("the turn was passed on").isEqualTo(1);
		}
	}

}
