package io.coalestra.rules;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.cache.SnapshotCache;
import io.coalestra.cache.WriteRule;
import io.coalestra.fixtures.Script;
import io.coalestra.fixtures.SharedTierFixture;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.SharedTierOptions;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of builds, writes and closing when the tier, or the cache beside it, is
 * broken.
 */
class SharedTierFaultTests extends SharedTierFixture {

	// --- when the tier is broken ---

	@Test
	void aTierThatDoesNotAnswerCostsABuildOneBudgetAndThenNothing() {
		SnapshotBuilder her = her(MINUTE);
		this.herTier.hold();
		CompletableFuture<Snapshot> build = her.buildAsync(BTC, ETH, PRICE.key("XRP"));
		pass(BUDGET.minusNanos(1));
		assertThat(build).isNotDone();
		pass(Duration.ofNanos(1));
		assertThat(build).isDone();
		assertThat(build.join().get(BTC)).isEqualTo(1);
		begin(her, SnapshotRequest.require(PRICE.key("a")));
		pass(BUDGET);
		begin(her, SnapshotRequest.require(PRICE.key("b")));
		pass(BUDGET);
		assertThat(build(her, PRICE.key("c")).isComplete()).as("left alone, while time stands still").isTrue();
		assertThat(reads("late")).isEqualTo(5);
		assertThat(reads("circuit_open")).isEqualTo(1);
		this.herTier.heal();
		beats(5);
	}

	@Test
	void aTierThatFailsIsNoFailureOfTheBuild() {
		this.herTier.fail();
		SnapshotBuilder her = start(node(this.herTier, this.hers, MINUTE));
		Snapshot snapshot = build(her, BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.errors()).isEmpty();
		this.herTier.heal();
		beats(4);
	}

	@Test
	void whatTheTierDidNotTakeIsWrittenWhenItIsBackAndNotReadFromItBefore() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		build(his, BTC);
		this.herTier.fail();
		her.publisher().invalidate(BTC);
		this.herTier.heal();
		this.hers.answer(4);
		assertThat(build(his, BTC).get(BTC)).as("he has not heard of it").isEqualTo(1);
		assertThat(build(her, BTC).get(BTC)).isEqualTo(1);
		assertThat(this.hers.calls()).as("the tier still has the old one").isEqualTo(2);
		beats(2);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
		assertThat(field(her, "writes_pending")).isEqualTo(0L);
	}

	@Test
	void aWriteThatIsTriedAgainDoesNotGoOverANewerOne() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		this.herTier.fail();
		her.publisher().publish(ResourceUpdate.of(BTC, 6, "feed").observedAt(this.time.now()));
		pass(millis(1));
		his.publisher().publish(ResourceUpdate.of(BTC, 7, "feed").observedAt(this.time.now()));
		this.herTier.heal();
		beats(3);
		assertThat(build(her, BTC).get(BTC)).isEqualTo(7);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(7);
	}

	@Test
	void whenTooMuchWaitsEverythingIsClearedInstead() {
		SharedTierOptions small = SharedTierOptions.builder().maxPending(2).build();
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).sharedTier(this.herTier, small)));
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC, ETH, PRICE.key("XRP"));
		this.herTier.fail();
		her.publisher().invalidate(BTC);
		her.publisher().invalidate(ETH);
		her.publisher().invalidate(PRICE.key("XRP"));
		this.herTier.heal();
		beats(5);
		assertThat(his.health().cache().size()).isZero();
		assertThat(his.health().components().get("shared-tier.memory").findings()).isEmpty();
	}

	@Test
	void aTierThatWentBackIsNotFollowed() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		var old = this.time.now();
		pass(seconds(1));
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		this.server.lose();
		SnapshotBuilder third = settled(
				start(node(new FaultyTier(this.server), new Script<Integer>().answer(9), MINUTE)));
		third.publisher().publish(ResourceUpdate.of(BTC, 5, "feed").observedAt(old));
		this.his.answer(43);
		assertThat(build(his, BTC).get(BTC)).as("not the 5 that he knows to be older than the 42").isNotEqualTo(5);
	}

	@Test
	void whatComesAfterAForgottenGenerationHasNotGoneBack() {
		Freshness brief = Freshness.ttl(seconds(10));
		SnapshotBuilder her = her(brief);
		SnapshotBuilder his = his(brief);
		her.publisher().invalidate(BTC);
		build(her, BTC);
		assertThat(build(his, BTC).get(BTC)).as("met in the generation of the invalidation").isEqualTo(1);
		beats(75);
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		assertThat(this.his.calls()).isZero();
	}

	@Test
	void theMarkOfAClearingDoesNotExpireWhileAnybodyReads() {
		SharedTierOptions brief = SharedTierOptions.builder().maxLife(seconds(30)).build();
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).sharedTier(this.herTier, brief)));
		SnapshotBuilder his = settled(start(node(this.hisTier, this.his, MINUTE).sharedTier(this.hisTier, brief)));
		her.publisher().clear();
		for (int i = 0; i < 20; i++) {
			beats(20);
			ResourceKey<Integer> key = PRICE.key("coin-" + i);
			build(her, key);
			assertThat(build(his, key).get(key)).as("after %d s", (i + 1) * 20).isEqualTo(1);
		}
		assertThat(this.his.calls()).isZero();
	}

	@Test
	void theLostMarkOfAClearingIsWrittenAgainAndNothingIsCleared() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		her.publisher().clear();
		build(her, BTC);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(1);
		this.server.lose();
		build(her, PRICE.key("XRP"));
		assertThat(build(his, BTC).value(BTC).fromCache()).as("his copy").isTrue();
		build(her, ETH);
		assertThat(build(his, ETH).get(ETH)).as("of the same era").isEqualTo(1);
		SnapshotBuilder third = settled(
				start(node(new FaultyTier(this.server), new Script<Integer>().answer(9), MINUTE)));
		build(third, BTC);
		assertThat(build(third, ETH).get(ETH)).as("who comes later learns of the era").isEqualTo(1);
	}

	@Test
	void aPublicationWhoseAnswerCameTooLateIsToldToTheOthers() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		pass(millis(10));
		this.herTier.hold();
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed").observedAt(this.time.now()));
		pass(seconds(1));
		this.herTier.heal();
		assertThat(build(his, BTC).get(BTC)).as("not told yet").isEqualTo(2);
		beats(2);
		assertThat(field(her, "notices_told")).isEqualTo(1L);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		assertThat(build(her, BTC).get(BTC)).isEqualTo(42);
	}

	@Test
	void whatIsPublishedAfterSomethingForcedWaitsBehindIt() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var first = this.time.now();
		pass(seconds(1));
		his.publisher().publish(ResourceUpdate.of(BTC, 8, "feed").observedAt(this.time.now()));
		this.herTier.hold();
		her.publisher().publish(ResourceUpdate.of(BTC, 5, "feed").observedAt(this.time.now().plusMillis(1)));
		her.publisher().publishAll(List.of(ResourceUpdate.of(BTC, 6, "feed").observedAt(first)), WriteRule.FORCE);
		her.publisher().publish(ResourceUpdate.of(BTC, 7, "feed").observedAt(first.plusMillis(1)));
		this.herTier.heal();
		SnapshotBuilder third = settled(
				start(node(new FaultyTier(this.server), new Script<Integer>().answer(9), MINUTE)));
		assertThat(build(third, BTC).get(BTC)).isEqualTo(7);
	}

	@Test
	void aFullExecutorIsNoReasonToWait() {
		SnapshotBuilder her = her(MINUTE);
		build(his(MINUTE), BTC);
		this.herTier.hold();
		CompletableFuture<Snapshot> build = her.buildAsync(BTC);
		this.executor.refuse();
		this.herTier.heal();
		assertThat(build).succeedsWithin(seconds(20)).satisfies((taken) -> assertThat(taken.get(BTC)).isEqualTo(2));
	}

	// --- when a node closes ---

	@Test
	void closingWritesWhatWaitsBeforeTheFarewell() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		pass(seconds(1));
		this.herTier.fail();
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		this.herTier.heal();
		assertThat(her.close(CloseOptions.DEFAULT).isClean()).isTrue();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
	}

	@Test
	void whatATierDoesNotTakeAtTheEndIsReported() {
		SnapshotBuilder her = her(MINUTE);
		this.herTier.fail();
		her.publisher().invalidate(BTC);
		CloseReport report = her.close(CloseOptions.DEFAULT);
		assertThat(report.isClean()).isFalse();
		assertThat(report.steps()).filteredOn((step) -> step.step() == CloseReport.Step.SHARED_TIER)
			.extracting(CloseReport.StepReport::detail)
			.containsExactly("1 keys whose writes the shared tier has not taken, and which are lost to others");
	}

	@Test
	void aFarewellShowsTheOthersThatTheyHaveMissedSomething() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		pass(seconds(1));
		this.herTier.loseMessages();
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		this.herTier.deliverMessages();
		her.close();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
	}

	// --- on whose time ---

	@Test
	void whatSourcesGiveIsNotEncodedByTheThreadThatBroughtIt() {
		SnapshotBuilder her = her(MINUTE);
		CompletableFuture<Snapshot> build = her.buildAsync(BTC);
		while (!build.isDone()) {
			this.executor.runNext();
		}
		assertThat(field(her, "fills")).as("fills so far").isEqualTo(0L);
		assertThat(this.executor.waiting()).isOne();
		this.executor.runAll();
		assertThat(field(her, "fills")).isEqualTo(1L);
	}

	@Test
	void whatTheExecutorDoesNotTakeIsNotFilled() {
		SnapshotBuilder her = her(MINUTE);
		Script<Integer> full = new Script<Integer>().then((key, context) -> {
			this.executor.refuse();
			return Payload.of(9);
		});
		SnapshotBuilder third = settled(start(node(new FaultyTier(this.server), full, MINUTE)));
		CompletableFuture<Snapshot> build = third.buildAsync(BTC);
		this.executor.runAll();
		assertThat(build).succeedsWithin(seconds(20)).satisfies((given) -> assertThat(given.get(BTC)).isEqualTo(9));
		assertThat(this.metrics.sum(Metric.SHARED_TIER_WRITE, "fill", "skipped", "memory")).isOne();
		assertThat(her.isClosed()).isFalse();
	}

	// --- when the cache is broken ---

	@Test
	void aCacheThatFailsAfterASourceAnsweredKeepsNobodyWaiting() {
		AtomicInteger failures = new AtomicInteger();
		Script<Integer> breaking = new Script<Integer>().then((key, context) -> {
			failures.set(2);
			return Payload.of(1);
		});
		SnapshotBuilder her = settled(
				start(node(this.herTier, breaking, MINUTE).cache(failing(failures, "get", "compared"))));
		assertThat(build(her, BTC).get(BTC)).isEqualTo(1);
		assertThat(failures).as("failures to come").hasValue(0);
		assertThat(this.metrics.sum(Metric.SOURCE_FETCH, "success", "rest")).isOne();
	}

	@Test
	void aCacheThatFailsAsARefreshBeginsDoesNotKeepItFromItsEnd() {
		AtomicInteger failures = new AtomicInteger();
		Freshness ahead = Freshness.ttl(seconds(60)).maxStale(seconds(600)).refreshAhead(seconds(30));
		this.hers.answer(11);
		SnapshotBuilder her = settled(
				start(node(this.herTier, this.hers, ahead).cache(failing(failures, "get", "read again"))));
		build(her, BTC);
		pass(seconds(35));
		begin(her, SnapshotRequest.require(BTC));
		failures.set(1);
		this.executor.runAll();
		assertThat(failures).as("failures to come").hasValue(0);
		assertThat(her.health().backgroundRefreshes()).isZero();
		assertThat(this.hers.calls()).isEqualTo(2);
	}

	@Test
	void aChangeThatCouldNotBeFollowedPutsEverythingInDoubt() {
		AtomicInteger failures = new AtomicInteger();
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = settled(
				start(node(this.hisTier, this.his, MINUTE).cache(failing(failures, "remove", "dropped"))));
		build(his, BTC);
		pass(seconds(1));
		failures.set(1);
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		assertThat(failures).as("failures to come").hasValue(0);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
	}

	private static SnapshotCache failing(AtomicInteger failures, String method, String message) {
		SnapshotCache cache = SnapshotCache.bounded(100);
		return (SnapshotCache) Proxy.newProxyInstance(SnapshotCache.class.getClassLoader(),
				new Class<?>[] { SnapshotCache.class }, (proxy, called, arguments) -> {
					if (called.getName().equals(method) && failures.get() > 0) {
						failures.decrementAndGet();
						throw new IllegalStateException("scripted: not " + message);
					}
					return called.invoke(cache, arguments);
				});
	}

	@Test
	void aNodeThatClosesSaysFarewell() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		her.close();
		build(his, BTC);
		beats(6);
		assertThat(field(his, "other_nodes")).isEqualTo(0L);
		assertThat(his.health().components().get("shared-tier.memory").faults().get("silences")).isZero();
	}

}
