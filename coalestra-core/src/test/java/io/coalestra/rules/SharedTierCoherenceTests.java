package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.cache.SnapshotCache;
import io.coalestra.fixtures.Script;
import io.coalestra.fixtures.SharedTierFixture;
import io.coalestra.fixtures.Types;
import io.coalestra.health.Finding;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Spread;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.StandalonePublisher;
import io.coalestra.signal.Activity;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.Metric;
import io.coalestra.signal.Watch;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.tier.FaultyTier;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What nodes that share a tier do not show, and what they do in doubt.
 */
class SharedTierCoherenceTests extends SharedTierFixture {

	private static final ResourceKey<Integer> SUM = TOTAL.key("sum");

	private static final ResourceKey<Integer> DOUBLE = MEAN.key("double");

	private final AtomicInteger derivations = new AtomicInteger();

	// --- nobody goes back ---

	@Test
	void anOlderPublicationDoesNotComeBackAfterANewerOneWasDropped() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var old = this.time.now();
		pass(seconds(1));
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		her.publisher().invalidate(BTC);
		pass(millis(10));
		assertThat(his.publisher().publish(ResourceUpdate.of(BTC, 5, "feed").observedAt(old)).status())
			.isEqualTo(PublishStatus.IGNORED_OLDER);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void aPublicationThatComesAfterAnInvalidationAndIsLateIsNotTakenFromTheTier() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var old = this.time.now();
		pass(seconds(1));
		his.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		SnapshotBuilder third = settled(start(node(new FaultyTier(this.server), new Script<Integer>(), MINUTE)));
		third.publisher().invalidate(BTC);
		third.publisher().publish(ResourceUpdate.of(BTC, 5, "feed").observedAt(old));
		assertThat(build(third, BTC).get(BTC)).as("she knows of nothing newer").isEqualTo(5);
		assertThat(build(his, BTC).get(BTC)).as("he does").isEqualTo(2);
		assertThat(her.isClosed()).isFalse();
	}

	@Test
	void whatAFencedReadHasShownIsNotFollowedByWhatWasPublishedMeanwhile() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder[] his = new SnapshotBuilder[1];
		var old = this.time.now();
		pass(seconds(1));
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			her.publisher().invalidate(BTC);
			his[0].publisher().publish(ResourceUpdate.of(BTC, 5, "feed").observedAt(old));
			return Payload.of(11);
		}).answer(12);
		his[0] = settled(start(node(this.hisTier, slow, MINUTE)));
		assertThat(build(his[0], BTC).get(BTC)).isEqualTo(11);
		assertThat(build(his[0], BTC).get(BTC)).isEqualTo(12);
	}

	// --- what is derived ---

	private Source total() {
		return Source.derived("total", TOTAL, (key) -> List.of(BTC, ETH), (key, values) -> {
			this.derivations.incrementAndGet();
			return values.get(BTC) + values.get(ETH);
		}).build();
	}

	private static Source twice() {
		return Source.derived("twice", MEAN, (key) -> List.of(SUM), (key, values) -> 2 * values.get(SUM)).build();
	}

	private SnapshotBuilder deriving(FaultyTier tier, Script<Integer> prices, Freshness freshness) {
		return settled(start(node(tier, prices, freshness).source(total()).source(twice())));
	}

	@Test
	void whatAnotherPublishesOfAnInputIsDerivedAnewThoughTheDerivedValueIsStillFresh() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = deriving(this.hisTier, this.his, MINUTE);
		assertThat(build(his, SUM).get(SUM)).isEqualTo(4);
		pass(seconds(1));
		assertThat(build(his, SUM).value(SUM).fromCache()).isTrue();
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		Snapshot snapshot = build(his, SUM);
		assertThat(snapshot.get(SUM)).isEqualTo(44);
		assertThat(snapshot.value(SUM).fromCache()).isFalse();
		assertThat(this.derivations).hasValue(2);
		assertThat(this.his.calls()).as("the input came from the tier").isOne();
		assertThat(build(his, SUM).value(SUM).fromCache()).isTrue();
		assertThat(this.derivations).hasValue(2);
	}

	@Test
	void whatIsDerivedOfADerivedValueIsDerivedAnewAsWell() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = deriving(this.hisTier, this.his, MINUTE);
		assertThat(build(his, DOUBLE).get(DOUBLE)).isEqualTo(8);
		pass(seconds(1));
		her.publisher().publish(ResourceUpdate.of(ETH, 40, "feed"));
		assertThat(build(his, DOUBLE).get(DOUBLE)).isEqualTo(84);
	}

	@Test
	void anInvalidationOfAnInputByAnotherIsDerivedAnewOfWhatTheSourceSays() {
		Script<Integer> moving = new Script<Integer>().answer(2).answer(5);
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = deriving(this.hisTier, moving, MINUTE);
		assertThat(build(his, SUM).get(SUM)).isEqualTo(4);
		her.publisher().invalidate(BTC);
		assertThat(build(his, SUM).get(SUM)).isEqualTo(7);
	}

	@Test
	void aDerivedValueThatMayBeServedStaleIsNotServedOnceAnotherHasPublishedItsInput() {
		Freshness behind = Freshness.ttl(seconds(5)).maxStale(seconds(600)).staleWhileRevalidate();
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = deriving(this.hisTier, this.his, behind);
		build(his, SUM);
		pass(seconds(1));
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		assertThat(build(his, SUM).get(SUM)).as("not yet stale, but outdated").isEqualTo(44);
		pass(seconds(6));
		her.publisher().publish(ResourceUpdate.of(BTC, 43, "feed"));
		assertThat(build(his, SUM).get(SUM)).as("stale as well").isEqualTo(45);
	}

	@Test
	void afterALostNoticeOfAnInputTheDerivedValueIsNotServedBeforeTheInputIsCompared() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = deriving(this.hisTier, this.his, MINUTE);
		build(his, DOUBLE);
		pass(seconds(1));
		this.herTier.loseMessages();
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		this.herTier.deliverMessages();
		beats(1);
		assertThat(build(his, DOUBLE).get(DOUBLE)).isEqualTo(88);
		assertThat(this.his.calls()).as("the tier confirmed the other input").isOne();
	}

	// --- doubt ---

	@Test
	void afterALostNoticeEverythingIsComparedBeforeItIsUsed() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC, ETH);
		pass(seconds(1));
		this.herTier.loseMessages();
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		this.herTier.deliverMessages();
		assertThat(build(his, BTC).get(BTC)).as("nothing is known of it yet").isEqualTo(2);
		beats(1);
		Snapshot snapshot = build(his, BTC, ETH);
		assertThat(snapshot.get(BTC)).isEqualTo(42);
		assertThat(snapshot.get(ETH)).isEqualTo(2);
		assertThat(this.his.calls()).as("the tier confirmed the other").isOne();
		int before = this.hisTier.reads();
		build(his, BTC, ETH);
		assertThat(this.hisTier.reads()).as("compared once").isEqualTo(before);
		assertThat(this.metrics.sum(Metric.SHARED_TIER_COHERENCE, "gap", "memory")).isOne();
	}

	@Test
	void afterTheTierLostItsContentsADoubtIsSettledBySources() {
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		this.server.lose();
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		this.his.answer(8);
		build(his, BTC);
		assertThat(this.his.calls()).isEqualTo(2);
		build(his, BTC);
		assertThat(this.his.calls()).as("known again").isEqualTo(2);
	}

	@Test
	void whatLosesAgainstAValueInDoubtEndsTheDoubt() {
		SnapshotBuilder his = his(MINUTE);
		his.publisher().publish(ResourceUpdate.of(BTC, 42, "feed").observedAt(this.time.now().plusSeconds(1)));
		this.server.lose();
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		assertThat(this.his.calls()).isOne();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		assertThat(this.his.calls()).isOne();
	}

	@Test
	void aReadThatBeganBeforeADoubtIsNotStored() {
		SnapshotBuilder his = his(MINUTE);
		this.hisTier.hold();
		CompletableFuture<Snapshot> build = his.buildAsync(BTC);
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		this.hisTier.heal();
		assertThat(arrived(build).get(BTC)).isEqualTo(2);
		assertThat(his.health().cache().size()).isZero();
	}

	@Test
	void whatIsInDoubtStandsInWhereNobodyAnswers() {
		Script<Integer> once = new Script<Integer>().answer(2).fail(new IllegalStateException("down"));
		SnapshotBuilder his = settled(start(node(this.hisTier, once, MINUTE)));
		build(his, BTC);
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		this.hisTier.fail();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void whileTheTierIsAwayValuesServeWithinTheirOwnFreshnessAndItIsSaid() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		assertThat(build(his, BTC).coherenceUnknownSince()).isEmpty();
		this.herTier.hold();
		this.hisTier.hold();
		beats(8);
		int before = this.hisTier.calls();
		Snapshot snapshot = build(his, BTC);
		assertThat(snapshot.value(BTC).fromCache()).isTrue();
		assertThat(snapshot.coherenceUnknownSince()).isPresent();
		assertThat(this.hisTier.calls()).isEqualTo(before);
		assertThat(his.health().components().get("shared-tier.memory").findings()).extracting(Finding::reason)
			.contains("shared_tier_away", "coherence_unknown");
		this.herTier.heal();
		this.hisTier.heal();
		beats(4);
		assertThat(build(his, BTC).coherenceUnknownSince()).isEmpty();
		assertThat(this.hisTier.reads()).as("compared").isPositive();
		assertThat(his.health().components().get("shared-tier.memory").findings()).isEmpty();
		assertThat(her.health().components().get("shared-tier.memory").findings()).isEmpty();
	}

	@Test
	void whatIsPublishedLateIsCorrectedEverywhereByWhoeverKnowsBetter() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var old = this.time.now();
		pass(seconds(1));
		her.publisher().invalidate(BTC);
		pass(millis(10));
		this.herTier.hold();
		CompletableFuture<Snapshot> build = her.buildAsync(BTC);
		pass(BUDGET);
		assertThat(arrived(build).get(BTC)).as("what her source says, which the tier does not get").isEqualTo(1);
		this.herTier.heal();
		beats(1);
		his.publisher().publish(ResourceUpdate.of(BTC, 5, "rest").observedAt(old));
		pass(millis(10));
		assertThat(build(his, BTC).get(BTC)).as("his own is older").isEqualTo(1);
		assertThat(this.his.calls()).as("and he has hers from the tier").isZero();
		assertThat(build(her, BTC).value(BTC).fromCache()).as("she keeps what she has").isTrue();
	}

	@Test
	void whatAFillReplacesInATierThatWentBackIsToldToThoseWhoHaveIt() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var old = this.time.now();
		pass(seconds(1));
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "rest"));
		SnapshotBuilder third = settled(start(node(new FaultyTier(this.server), new Script<Integer>(), MINUTE)));
		third.publisher().invalidate(BTC);
		third.publisher().publish(ResourceUpdate.of(BTC, 5, "rest").observedAt(old));
		pass(millis(10));
		assertThat(build(third, BTC).get(BTC)).as("it knows of nothing newer").isEqualTo(5);
		assertThat(build(her, BTC).get(BTC)).as("she does, and asks her source").isEqualTo(1);
		pass(millis(10));
		assertThat(build(third, BTC).get(BTC)).as("now it does as well").isEqualTo(1);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void whatASourceSaysWhileTheTierDoesNotAnswerEndsNoDoubt() {
		SnapshotBuilder her = her(MINUTE);
		pass(seconds(1));
		var old = this.time.now();
		Script<Integer> late = new Script<Integer>()
			.then((key, context) -> Payload.of(3).observedAt(old.plusMillis(1)));
		SnapshotBuilder his = settled(start(node(this.hisTier, late, Freshness.ttl(seconds(60)))));
		his.publisher().publish(ResourceUpdate.of(BTC, 2, "rest").observedAt(old));
		this.herTier.loseMessages();
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "rest"));
		this.herTier.deliverMessages();
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		this.hisTier.hold();
		CompletableFuture<Snapshot> build = his.buildAsync(SnapshotRequest.require(BTC));
		pass(BUDGET);
		assertThat(arrived(build).get(BTC)).isEqualTo(3);
		this.hisTier.heal();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		beats(4);
	}

	@Test
	void whatIsPublishedBesideTheBuilderAfterADoubtIsNotInDoubt() throws Exception {
		SnapshotCache cache = SnapshotCache.bounded(100);
		SnapshotBuilder his = settled(start(node(this.hisTier, this.his, MINUTE).cache(cache)));
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		try (StandalonePublisher beside = steps().cache(cache).name("beside").buildPublisher()) {
			beside.publish(ResourceUpdate.of(BTC, 42, "feed"));
		}
		int before = this.hisTier.reads();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		assertThat(this.hisTier.reads()).isEqualTo(before);
		assertThat(this.his.calls()).isZero();
	}

	@Test
	void whatNoSourceCanSayIsComparedOnceAfterADoubt() {
		SnapshotBuilder his = his(MINUTE);
		his.publisher().publish(ResourceUpdate.of(Types.ALICE, "A", "feed"));
		this.server.lose();
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		int before = this.hisTier.reads();
		assertThat(build(his, Types.ALICE).get(Types.ALICE)).isEqualTo("A");
		assertThat(this.hisTier.reads()).isEqualTo(before + 1);
		assertThat(build(his, Types.ALICE).get(Types.ALICE)).isEqualTo("A");
		assertThat(this.hisTier.reads()).as("known again").isEqualTo(before + 1);
	}

	@Test
	void whatIsInDoubtWhileTheTierIsAwayIsDatedAnewOnlyOnce() {
		AtomicInteger draws = new AtomicInteger();
		SnapshotBuilder his = settled(start(
				node(this.hisTier, this.his, MINUTE.spread(Spread.jitter(0.1))).random(() -> draws.getAndIncrement())));
		build(his, BTC);
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		this.hisTier.hold();
		beats(8);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
		int before = draws.get();
		assertThat(build(his, BTC).value(BTC).fromCache()).isTrue();
		assertThat(draws).hasValue(before);
		this.hisTier.heal();
		beats(5);
		int reads = this.hisTier.reads();
		build(his, BTC);
		assertThat(this.hisTier.reads()).as("still to be compared").isEqualTo(reads + 1);
	}

	@Test
	void whatIsInDoubtWhileTheTierIsAwayIsAsWarmAsAnything() {
		List<Object> paths = new ArrayList<>();
		SnapshotBuilder his = settled(start(node(this.hisTier, this.his, MINUTE).activityWatcher(new ActivityWatcher() {

			@Override
			public Watch begun(Activity activity) {
				return (end) -> {
					if (activity instanceof Activity.Build) {
						paths.add(end.details().get("path"));
					}
				};
			}

			@Override
			public boolean watchesWarmBuilds() {
				return true;
			}

		})));
		build(his, BTC, ETH);
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		this.hisTier.hold();
		beats(8);
		build(his, BTC, ETH);
		paths.clear();
		Snapshot snapshot = build(his, BTC, ETH);
		assertThat(paths).containsExactly("warm");
		assertThat(snapshot.coherenceUnknownSince()).isPresent();
		this.hisTier.heal();
		beats(5);
		int reads = this.hisTier.reads();
		build(his, BTC, ETH);
		assertThat(this.hisTier.reads()).as("compared when it is back").isEqualTo(reads + 1);
	}

	@Test
	void whatWasSeenIsRememberedForAsLongAsTheTierMayHaveWhatIsOlder() throws Exception {
		SnapshotCache cache = SnapshotCache.bounded(100);
		Freshness lasting = Freshness.ttl(seconds(7_200));
		SnapshotBuilder her = her(lasting);
		SnapshotBuilder his = settled(start(node(this.hisTier, this.his, lasting).cache(cache)));
		var old = this.time.now();
		pass(seconds(1));
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		beats(1_800);
		try (StandalonePublisher beside = steps().cache(cache).name("beside").buildPublisher()) {
			beside.invalidate(BTC);
		}
		this.server.lose();
		SnapshotBuilder third = settled(
				start(node(new FaultyTier(this.server), new Script<Integer>().answer(9), lasting)));
		third.publisher().publish(ResourceUpdate.of(BTC, 5, "feed").observedAt(old));
		assertThat(build(his, BTC).get(BTC)).as("half an hour later").isEqualTo(2);
	}

	@Test
	void whatWasObservedAfterAnOldInvalidationStaysWhenSomethingOlderIsPublishedElsewhere() {
		SnapshotBuilder her = her(MINUTE);
		her.publisher().invalidate(BTC);
		build(her, BTC);
		SnapshotBuilder his = his(MINUTE);
		var old = this.time.now();
		pass(seconds(5));
		this.hisTier.hold();
		CompletableFuture<Snapshot> build = his.buildAsync(BTC);
		pass(BUDGET);
		assertThat(arrived(build).get(BTC)).isEqualTo(2);
		this.hisTier.heal();
		her.publisher().publish(ResourceUpdate.of(BTC, 5, "rest").observedAt(old));
		pass(millis(10));
		assertThat(build(his, BTC).value(BTC).fromCache()).as("his is the newer").isTrue();
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
		beats(4);
	}

}
