package io.coalestra.rules;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.cache.SnapshotCache;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What belongs together is read, seen and lost together.
 */
class GroupTests extends EngineFixture {

	private static final ResourceKey<Integer> SUM = TOTAL.key("a");

	private static final ResourceKey<Integer> AVERAGE = MEAN.key("a");

	private final Script<Integer> report = new Script<Integer>().answer(1).answer(2).answer(3);

	private Source report() {
		return Source.batch("report", TOTAL, this.report).alsoFor(MEAN).nonBlocking().build();
	}

	private SnapshotBuilder grouped(Freshness freshness) {
		return start(
				steps().source(report()).group(ResourceGroup.of("report", TOTAL, MEAN)).defaultFreshness(freshness));
	}

	@Test
	void whoAsksForOneReadsAllOfThemInOneCall() {
		SnapshotBuilder builder = grouped(Freshness.ttl(seconds(60)));
		build(builder, SUM);
		assertThat(this.report.keysOf(0)).containsExactlyInAnyOrder(SUM, AVERAGE);
		assertThat(build(builder, AVERAGE).value(AVERAGE).fromCache()).isTrue();
	}

	@Test
	void aReadThatNobodyWaitsForIsCalledOffWithItsCompanions() {
		Gate gate = new Gate();
		Script<Integer> held = new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(1);
		});
		SnapshotBuilder builder = start(onThreads()
			.source(Source.batch("report", TOTAL, held)
				.alsoFor(MEAN)
				.nonBlocking()
				.abandonedCalls(AbandonedCalls.CANCEL)
				.build())
			.group(ResourceGroup.of("report", TOTAL, MEAN)));
		CompletableFuture<Snapshot> build = builder.buildAsync(SUM);
		gate.awaitArrivals(1);
		build.cancel(true);
		gate.awaitInterrupts(1);
		assertThat(held.keysOf(0)).containsExactlyInAnyOrder(SUM, AVERAGE);
	}

	@Test
	void aSnapshotNeverMixesTwoReadsOfAGroup() {
		SnapshotBuilder builder = start(steps().source(report())
			.group(ResourceGroup.of("report", TOTAL, MEAN))
			.freshness((policies) -> policies.orElse(Freshness.ttl(seconds(60)))
				.with(SUM, Freshness.ttl(seconds(1)).maxStale(seconds(60)))));
		build(builder, SUM, AVERAGE);
		pass(seconds(2));
		Snapshot snapshot = build(builder, SUM, AVERAGE);
		assertThat(snapshot.get(SUM)).isEqualTo(2);
		assertThat(snapshot.get(AVERAGE)).isEqualTo(2);
	}

	@Test
	void whenOneIsInvalidatedNoneServesAnyMore() {
		SnapshotBuilder builder = grouped(Freshness.ttl(seconds(60)));
		build(builder, SUM, AVERAGE);
		builder.publisher().invalidate(SUM);
		assertThat(build(builder, AVERAGE).get(AVERAGE)).isEqualTo(2);
	}

	@Test
	void whenOneIsEvictedNoneServesAnyMore() {
		SnapshotBuilder builder = start(steps().source(report())
			.source(Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build())
			.cache(SnapshotCache.bounded(2))
			.group(ResourceGroup.of("report", TOTAL, MEAN))
			.defaultFreshness(Freshness.ttl(seconds(60))));
		build(builder, SUM, AVERAGE);
		for (int i = 0; i < 10; i++) {
			build(builder, BTC, ETH);
		}
		Snapshot snapshot = build(builder, SUM, AVERAGE);
		assertThat(snapshot.get(SUM)).isEqualTo(snapshot.get(AVERAGE));
	}

	@Test
	void keysOfOtherSubjectsAreAnotherInstance() {
		SnapshotBuilder builder = grouped(Freshness.ttl(seconds(60)));
		build(builder, SUM);
		build(builder, TOTAL.key("b"));
		builder.publisher().invalidate(SUM);
		assertThat(build(builder, MEAN.key("b")).value(MEAN.key("b")).fromCache()).isTrue();
	}

	@Test
	void whatIsPublishedTogetherIsSeenTogetherAlsoByABuildThatWaits() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			this.time.advance(millis(1));
			builder[0].publisher()
				.publishAll(List.of(ResourceUpdate.of(BTC, 20, "feed"), ResourceUpdate.of(ETH, 20, "feed")));
			return Payload.of(1);
		});
		builder[0] = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, slow).supports(ETH::equals).nonBlocking().build());
		builder[0].publisher().publish(BTC, 10, "feed");
		Snapshot snapshot = build(builder[0], BTC, ETH);
		assertThat(Map.of("BTC", snapshot.get(BTC), "ETH", snapshot.get(ETH))).isEqualTo(Map.of("BTC", 20, "ETH", 20));
	}

	@Test
	void aTypeIsInOneGroupAtMost() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> steps().group(ResourceGroup.of("a", TOTAL, MEAN))
				.group(ResourceGroup.of("b", TOTAL, PRICE))
				.build())
			.withMessageContaining("report:total");
		assertThatIllegalArgumentException().isThrownBy(() -> ResourceGroup.of("a", TOTAL))
			.withMessageContaining("at least two");
	}

	@Test
	void keysWithoutAGroupAreReadAlone() {
		SnapshotBuilder builder = start(steps().source(report())
			.source(Source.single("ledger", ALICE.type(), new Script<String>().answer("Alice")).nonBlocking().build())
			.group(ResourceGroup.of("report", TOTAL, MEAN)));
		build(builder, ALICE);
		assertThat(this.report.calls()).isZero();
	}

}
