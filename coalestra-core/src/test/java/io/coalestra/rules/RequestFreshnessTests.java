package io.coalestra.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A request may want more than the policies promise.
 */
class RequestFreshnessTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(1).answer(2);

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(60)).maxStale(seconds(600)),
				Source.single("rest", PRICE, this.prices).nonBlocking().build());
	}

	@Test
	void aCachedValueOfTheGreatestAgeServesAndAnOlderOneIsReadAnew() {
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		pass(millis(200));
		SnapshotRequest request = SnapshotRequest.require(BTC).maxAge(millis(200));
		assertThat(build(builder, request).get(BTC)).isEqualTo(1);
		pass(Duration.ofNanos(1));
		assertThat(build(builder, request).get(BTC)).isEqualTo(2);
	}

	@Test
	void aCachedValueFromTheBeginningOfTimeIsOlderThanAnyAge() {
		SnapshotBuilder builder = start(Freshness.forever(),
				Source.single("rest", PRICE, this.prices).nonBlocking().build());
		builder.publisher().publish(BTC, 7, "feed", Instant.MIN);
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(7);
		assertThat(build(builder, SnapshotRequest.require(BTC).maxAge(seconds(60))).get(BTC)).isEqualTo(1);
	}

	@Test
	void aValueThatIsTooOldForTheRequestDoesNotStandInEither() {
		this.prices.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		build(builder, SnapshotRequest.require(BTC).bypassCache());
		pass(seconds(1));
		failed(builder.buildAsync(SnapshotRequest.require(BTC).maxAge(millis(200))));
		assertThat(build(builder, BTC).get(BTC)).as("it is as good as ever for others").isEqualTo(2);
	}

	@Test
	void theCacheCanBePassedBy() {
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		pass(millis(1));
		Snapshot snapshot = build(builder, SnapshotRequest.require(BTC).bypassCache());
		assertThat(snapshot.get(BTC)).isEqualTo(2);
		assertThat(snapshot.diagnostics().cacheMisses()).isEqualTo(1);
		assertThat(this.events.only(EventType.CACHE_BYPASSED).fields()).containsEntry("reason", "request");
		assertThat(this.metrics.sum(Metric.CACHE_ACCESS, "revalidation_bypass", "market", "price")).isEqualTo(1);
		assertThat(build(builder, BTC).get(BTC)).as("what was read is cached for others").isEqualTo(2);
	}

	@Test
	void whoPassesTheCacheByJoinsNoReadWhoseSourceWasCalledAlready() {
		SnapshotBuilder builder = builder();
		CompletableFuture<Snapshot> before = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> after = builder.buildAsync(SnapshotRequest.require(BTC).bypassCache());
		assertThat(arrived(before).get(BTC)).isEqualTo(1);
		assertThat(arrived(after).get(BTC)).isEqualTo(2);
	}

	@Test
	void whoPassesTheCacheByJoinsAReadThatStillQueues() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, this.prices).nonBlocking().maxConcurrency(1).build());
		CompletableFuture<Snapshot> other = builder.buildAsync(ETH);
		CompletableFuture<Snapshot> queued = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> joined = builder.buildAsync(SnapshotRequest.require(BTC).bypassCache());
		arrived(other);
		arrived(queued);
		arrived(joined);
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void whoPassesTheCacheByGetsNoStaleNorCachedValueWhenTheSourceFails() {
		Script<Integer> failing = new Script<Integer>().answer(1).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, failing).nonBlocking().build());
		build(builder, BTC);
		failed(builder.buildAsync(SnapshotRequest.require(BTC).bypassCache()));
	}

	@Test
	void thatStaysSoWhenSomethingElseIsPublishedMeanwhile() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> failing = new Script<Integer>().answer(1).then((key, context) -> {
			builder[0].publisher()
				.publishAll(List.of(ResourceUpdate.of(ETH, 1, "feed"), ResourceUpdate.of(ALICE, "A", "feed")));
			throw new IllegalStateException("down");
		});
		builder[0] = start(Freshness.ttl(seconds(60)), Source.single("rest", PRICE, failing).nonBlocking().build());
		build(builder[0], BTC);
		failed(builder[0].buildAsync(SnapshotRequest.require(BTC).bypassCache()));
	}

	@Test
	void anAgeIsNotNegative() {
		SnapshotRequest request = SnapshotRequest.require(BTC);
		assertThatIllegalArgumentException().isThrownBy(() -> request.maxAge(millis(-1)))
			.withMessageContaining("maxAge");
	}

	@Test
	void whatRanksHigherButIsTooOldForTheRequestDoesNotDisplaceWhatItsReadBrought() {
		SnapshotBuilder builder = start(steps().defaultFreshness(Freshness.ttl(seconds(60)))
			.source(Source.single("rest", PRICE, this.prices).nonBlocking().build())
			.authority(KeyPolicies.of(SourceAuthority.EQUAL.rank("feed", 9))));
		builder.publisher().publish(BTC, 100, "feed");
		pass(seconds(5));
		Snapshot snapshot = build(builder, SnapshotRequest.require(BTC).maxAge(seconds(1)));
		assertThat(snapshot.value(BTC).source()).isEqualTo("rest");
		assertThat(snapshot.value(BTC).age()).isLessThanOrEqualTo(seconds(1));
		assertThat(build(builder, SnapshotRequest.require(BTC).maxAge(seconds(10))).get(BTC))
			.as("young enough, and of higher rank")
			.isEqualTo(100);
	}

}
