package io.coalestra.rules;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Spread;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Values that are read again behind the callers' backs.
 */
class BackgroundRefreshTests extends EngineFixture {

	private static final Freshness SWR = Freshness.ttl(seconds(1)).maxStale(seconds(600)).staleWhileRevalidate();

	private static final Freshness AHEAD = Freshness.ttl(seconds(10)).refreshAhead(seconds(2));

	private final Script<Integer> prices = new Script<Integer>().answer(1);

	private SnapshotBuilder builder(Freshness freshness) {
		return start(freshness, Source.batch("rest", PRICE, this.prices).nonBlocking().build());
	}

	@Test
	void aStaleValueIsServedAtOnceAndReadAgain() {
		this.prices.answer(2);
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		CompletableFuture<Snapshot> served = builder.buildAsync(BTC);
		assertThat(served).as("nothing was waited for").isDone();
		assertThat(served.join().get(BTC)).isEqualTo(1);
		assertThat(served.join().value(BTC).stale()).isTrue();
		assertThat(served.join().value(BTC).metadata()).containsEntry("refresh_mode", "stale_while_revalidate")
			.containsEntry("refresh_scheduled", true);
		assertThat(served.join().diagnostics().refreshesScheduled()).isEqualTo(1);
		this.executor.runAll();
		Snapshot next = build(builder, BTC);
		assertThat(next.get(BTC)).isEqualTo(2);
		assertThat(next.value(BTC).stale()).isFalse();
		assertThat(this.metrics.sum(Metric.CACHE_ACCESS, "stale_while_revalidate", "market", "price")).isEqualTo(1);
		assertThat(this.metrics.sum(Metric.RESOURCE_REFRESH, "success", "market", "price")).isEqualTo(1);
		assertThat(this.events.only(EventType.RESOURCE_REFRESH_COMPLETED).fields()).containsEntry("source", "rest");
	}

	@Test
	void aKeyIsReadAgainOnceAtATime() {
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		begin(builder, SnapshotRequest.require(BTC));
		begin(builder, SnapshotRequest.require(BTC));
		assertThat(builder.health().backgroundRefreshes()).isEqualTo(1);
		this.executor.runAll();
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void whatOneBuildFindsDueIsReadInOneCall() {
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC, ETH);
		pass(seconds(2));
		build(builder, BTC, ETH);
		assertThat(this.prices.keysOf(1)).containsExactly(BTC, ETH);
	}

	@Test
	void aFreshValueNearItsEndIsReadAheadThatMomentIncluded() {
		SnapshotBuilder builder = builder(AHEAD);
		build(builder, BTC);
		pass(seconds(8).minusNanos(1));
		build(builder, BTC);
		assertThat(this.prices.calls()).isEqualTo(1);
		pass(Duration.ofNanos(1));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.value(BTC).stale()).isFalse();
		assertThat(snapshot.value(BTC).fromCache()).isTrue();
		assertThat(this.prices.calls()).isEqualTo(2);
		assertThat(this.events.only(EventType.RESOURCE_REFRESH_SCHEDULED).fields()).containsEntry("reason",
				"refresh_ahead");
		assertThat(snapshot.value(BTC).metadata()).containsEntry("refresh_scheduled", true);
		assertThat(build(builder, BTC).value(BTC).metadata()).doesNotContainKey("refresh_scheduled");
	}

	@Test
	void aStaleValueTellsThatItIsLeftAloneForAWhile() {
		this.prices.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		assertThat(build(builder, BTC).value(BTC).metadata()).containsEntry("refresh_scheduled", true);
		assertThat(build(builder, BTC).value(BTC).metadata()).containsEntry("refresh_scheduled", false);
	}

	@Test
	void whatReadsAheadWaitsLikeAnyOtherOncePastItsTimeToLive() {
		SnapshotBuilder builder = builder(AHEAD.maxStale(seconds(60)));
		build(builder, BTC);
		pass(seconds(11));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isFalse();
	}

	@Test
	void failingRefreshesAreLeftAloneForTwiceAsLongEachTime() {
		this.prices.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		assertThat(this.prices.calls()).isEqualTo(2);
		pass(millis(499));
		build(builder, BTC);
		assertThat(this.prices.calls()).as("still left alone").isEqualTo(2);
		pass(millis(1));
		build(builder, BTC);
		assertThat(this.prices.calls()).isEqualTo(3);
		pass(millis(999));
		build(builder, BTC);
		assertThat(this.prices.calls()).as("now for a second").isEqualTo(3);
		pass(millis(1));
		build(builder, BTC);
		assertThat(this.prices.calls()).isEqualTo(4);
		assertThat(this.metrics.sum(Metric.RESOURCE_REFRESH, "failure", "market", "price")).isEqualTo(3);
	}

	@Test
	void theBackOffEndsAtAMinuteAndWithTheFirstSuccess() {
		for (int i = 0; i < 12; i++) {
			this.prices.fail(new IllegalStateException("down"));
		}
		this.prices.answer(2).fail(new IllegalStateException("down again"));
		SnapshotBuilder builder = builder(SWR.maxStale(Duration.ofHours(2)));
		build(builder, BTC);
		for (int i = 0; i < 13; i++) {
			pass(seconds(60));
			build(builder, BTC);
		}
		assertThat(this.prices.calls()).isEqualTo(14);
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
		pass(seconds(2));
		build(builder, BTC);
		pass(millis(500));
		build(builder, BTC);
		assertThat(this.prices.calls()).as("back to half a second").isEqualTo(16);
	}

	@Test
	void aRefreshHasNoDeadlineAndTellsItsSourceWhatItIs() {
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		build(builder, SnapshotRequest.require(BTC).deadline(millis(1)).snapshotId("parent").metadata("user", "u-1"));
		FetchContext context = this.prices.contextOf(1);
		assertThat(context.deadline()).isEmpty();
		assertThat(context.metadata()).containsEntry("background_refresh", true)
			.containsEntry("refresh_reason", "stale_while_revalidate")
			.containsEntry("parent_snapshot_id", "parent")
			.containsEntry("user", "u-1");
		assertThat(context.snapshotId()).matches("parent:refresh:[0-9a-f]{8}");
	}

	@Test
	void aBuildJoinsARefreshInProgress() {
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		begin(builder, SnapshotRequest.require(BTC));
		// The refresh opens its flight in its first step.
		this.executor.runNext();
		CompletableFuture<Snapshot> joined = builder
			.buildAsync(SnapshotRequest.require(BTC).maxAge(millis(100)).deadline(seconds(1)));
		arrived(joined);
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void aRefreshThatTheExecutorRefusesIsForgotten() {
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		this.executor.refuse();
		assertThat(builder.buildAsync(BTC).join().get(BTC)).isEqualTo(1);
		assertThat(builder.health().backgroundRefreshes()).isZero();
		this.executor.accept();
		build(builder, BTC);
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void refreshesCanBeAwaited() throws Exception {
		SnapshotBuilder builder = builder(SWR);
		assertThat(builder.awaitRefreshes(Duration.ZERO)).isTrue();
		build(builder, BTC);
		pass(seconds(2));
		begin(builder, SnapshotRequest.require(BTC));
		assertThat(builder.awaitRefreshes(Duration.ZERO)).isFalse();
		this.executor.runAll();
		assertThat(builder.awaitRefreshes(Duration.ZERO)).isTrue();
	}

	@Test
	void earlyRefreshIsDrawnByTheLatencyOfTheLastRead() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(1), 1);
		SnapshotBuilder builder = start(steps().source(Source.single("rest", PRICE, slow).nonBlocking().build())
			.random(() -> Long.MAX_VALUE)
			.defaultFreshness(Freshness.ttl(seconds(60)).spread(Spread.earlyRefresh(1))));
		// nextDouble() is just below one half: early by ln 2 of the latency.
		build(builder, BTC);
		pass(millis(59_300));
		build(builder, BTC);
		assertThat(slow.calls()).isEqualTo(1);
		pass(millis(20));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isTrue();
		assertThat(slow.calls()).isEqualTo(2);
	}

	@Test
	void aRefreshForWhichThereIsNoThreadIsForgotten() {
		SnapshotBuilder builder = builder(SWR);
		build(builder, BTC);
		pass(seconds(2));
		this.executor.exhaust();
		assertThat(builder.buildAsync(BTC).join().get(BTC)).isEqualTo(1);
		assertThat(builder.health().backgroundRefreshes()).isZero();
		assertThat(this.metrics.sum(Metric.RESOURCE_REFRESH, "cancelled", "market", "price")).isEqualTo(1);
	}

	@Test
	void refreshesCanBeAwaitedForEver() throws Exception {
		assertThat(builder(SWR).awaitRefreshes(Freshness.FOREVER)).isTrue();
	}

}
