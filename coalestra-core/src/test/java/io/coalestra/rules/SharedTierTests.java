package io.coalestra.rules;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.Coalestra;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.cache.WriteRule;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.fixtures.Types;
import io.coalestra.health.Finding;
import io.coalestra.policy.KeyPattern;
import io.coalestra.key.PayloadType;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Spread;
import io.coalestra.publish.PublishStatus;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.StandalonePublisher;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Explanation;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What nodes that share a tier have of each other. Her node and his have sources of their
 * own, so that it can be told who asked.
 */
class SharedTierTests extends EngineFixture {

	private static final Freshness MINUTE = Freshness.ttl(seconds(60)).maxStale(seconds(600));

	private static final Duration BUDGET = millis(50);

	private final InMemoryTier server = new InMemoryTier(this.time);

	private final FaultyTier herTier = new FaultyTier(this.server);

	private final FaultyTier hisTier = new FaultyTier(this.server);

	private final Script<Integer> hers = new Script<Integer>().answer(1);

	private final Script<Integer> his = new Script<Integer>().answer(2);

	private Coalestra node(FaultyTier tier, Script<Integer> prices, Freshness freshness) {
		return steps().sharedTier(tier)
			.defaultFreshness(freshness)
			.source(Source.batch("rest", PRICE, prices).nonBlocking().build());
	}

	private SnapshotBuilder her(Freshness freshness) {
		return settled(start(node(this.herTier, this.hers, freshness)));
	}

	private SnapshotBuilder his(Freshness freshness) {
		return settled(start(node(this.hisTier, this.his, freshness)));
	}

	// Past the meeting of nodes, so that what is doubted afterwards is the test's doing.
	private SnapshotBuilder settled(SnapshotBuilder builder) {
		beats(4);
		return builder;
	}

	private void beats(int number) {
		for (int i = 0; i < number; i++) {
			pass(seconds(1));
		}
	}

	private static List<String> steps(Snapshot snapshot, ResourceKey<?> key) {
		return snapshot.explain(key).steps().stream().map(Explanation.Step::action).toList();
	}

	private double reads(String status) {
		return this.metrics.sum(Metric.SHARED_TIER_READ, status, "memory");
	}

	// --- reading ---

	@Test
	void whatOneNodeHasReadAnotherTakesFromTheTier() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC, ETH);
		Snapshot snapshot = build(his, BTC, ETH);
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(this.his.calls()).isZero();
		assertThat(snapshot.value(BTC).source()).isEqualTo("rest");
		assertThat(snapshot.value(BTC).metadata()).containsEntry("shared_tier", "memory");
		assertThat(snapshot.explain(BTC).outcome()).isEqualTo("read from the shared tier");
		assertThat(steps(snapshot, BTC)).containsExactly("cache", "tier", "value");
		assertThat(reads("hit")).isEqualTo(2);
		assertThat(build(his, BTC).value(BTC).fromCache()).isTrue();
	}

	@Test
	void allKeysOfABuildAreAskedForInOneRequest() {
		SnapshotBuilder her = her(MINUTE);
		int before = this.herTier.reads();
		build(her, BTC, ETH, PRICE.key("XRP"), PRICE.key("ADA"));
		assertThat(this.herTier.reads() - before).isOne();
		assertThat(this.hers.calls()).as("calls of the source").isOne();
		build(her, BTC, ETH);
		assertThat(this.herTier.reads() - before).as("a warm build asks nobody").isOne();
	}

	@Test
	void inputsOfDerivedValuesComeFromTheTierAndTheDerivedOnesAreComputed() {
		Script<Integer> unasked = new Script<>();
		Source total = Source
			.derived("total", Types.TOTAL, (key) -> List.of(BTC, ETH),
					(key, values) -> values.get(BTC) + values.get(ETH))
			.build();
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).source(total)));
		SnapshotBuilder his = settled(start(node(this.hisTier, unasked, MINUTE).source(total)));
		assertThat(build(her, Types.TOTAL.key()).get(Types.TOTAL.key())).isEqualTo(2);
		int before = this.hisTier.reads();
		assertThat(build(his, Types.TOTAL.key()).get(Types.TOTAL.key())).isEqualTo(2);
		assertThat(this.hisTier.reads() - before).isOne();
		assertThat(unasked.calls()).isZero();
	}

	@Test
	void freshnessDecidesHowOldAValueOfTheTierMayBe() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(Freshness.ttl(seconds(10)).maxStale(seconds(600)));
		build(her, BTC);
		pass(seconds(11));
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
		assertThat(this.his.calls()).isOne();
	}

	@Test
	void theAgeOfAValueGoesOnAcrossNodes() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		pass(seconds(50));
		assertThat(build(his, BTC).get(BTC)).isEqualTo(1);
		pass(seconds(11));
		assertThat(build(his, BTC).get(BTC)).as("sixty-one seconds after her reading").isEqualTo(2);
	}

	@Test
	void aStaleValueOfTheTierStandsInWhereTheSourcesFail() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = settled(start(node(this.hisTier, new Script<Integer>().fail(new IllegalStateException()),
				Freshness.ttl(seconds(10)).maxStale(seconds(600)))));
		build(her, BTC);
		pass(seconds(11));
		Snapshot snapshot = build(his, BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.value(BTC).stale()).isTrue();
	}

	@Test
	void aRequestThatPassesTheCacheByPassesTheTierByAsWell() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		assertThat(build(his, SnapshotRequest.require(BTC).bypassCache()).get(BTC)).isEqualTo(2);
	}

	@Test
	void aRequestThatPassesTheCacheByDoesNotWaitForTheTier() {
		SnapshotBuilder his = his(MINUTE);
		this.hisTier.hold();
		int before = this.hisTier.reads();
		CompletableFuture<Snapshot> build = his.buildAsync(SnapshotRequest.require(BTC).bypassCache());
		assertThat(arrived(build).get(BTC)).isEqualTo(2);
		assertThat(this.hisTier.reads()).isEqualTo(before);
		this.hisTier.heal();
	}

	@Test
	void whatASourceConfirmsWasNotReadFromTheTier() {
		Script<Integer> versioned = new Script<Integer>().answer(Payload.of(1).version("v1"));
		SnapshotBuilder her = settled(start(node(this.herTier, versioned, MINUTE)));
		SnapshotBuilder his = settled(
				start(node(this.hisTier, new Script<Integer>().answer(Payload.notModified()), MINUTE)));
		build(her, BTC);
		assertThat(build(his, BTC).value(BTC).metadata()).containsKey("shared_tier");
		pass(seconds(61));
		Snapshot confirmed = build(his, BTC);
		assertThat(confirmed.get(BTC)).isEqualTo(1);
		assertThat(confirmed.value(BTC).stale()).isFalse();
		assertThat(confirmed.value(BTC).metadata()).doesNotContainKey("shared_tier");
	}

	@Test
	void aRequestForYoungValuesTakesNoOlderOneFromTheTier() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		pass(seconds(5));
		assertThat(build(his, SnapshotRequest.require(BTC).maxAge(seconds(6))).get(BTC)).isEqualTo(1);
		assertThat(build(his, SnapshotRequest.require(BTC).maxAge(seconds(4))).get(BTC)).isEqualTo(2);
	}

	@Test
	void whoJoinsWithADemandHasTheFlightGoOnToItsSource() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		pass(seconds(5));
		this.hisTier.hold();
		CompletableFuture<Snapshot> modest = his.buildAsync(SnapshotRequest.require(BTC));
		CompletableFuture<Snapshot> demanding = his.buildAsync(SnapshotRequest.require(BTC).maxAge(seconds(1)));
		this.hisTier.heal();
		assertThat(arrived(modest).get(BTC)).isEqualTo(2);
		assertThat(arrived(demanding).get(BTC)).isEqualTo(2);
		assertThat(this.his.calls()).isOne();
	}

	@Test
	void whatDoesNotExistIsSharedToo() {
		this.hers.then((key, context) -> Payload.absent());
		Script<Integer> absent = new Script<Integer>().answer(Payload.absent());
		SnapshotBuilder her = settled(start(node(this.herTier, absent, MINUTE.absentTtl(seconds(60)))));
		SnapshotBuilder his = his(MINUTE.absentTtl(seconds(60)));
		attempt(her, BTC);
		assertThat(attempt(his, BTC).isAbsent(BTC)).isTrue();
		assertThat(this.his.calls()).isZero();
	}

	@Test
	void oneNodeRefreshesForAll() {
		Freshness ahead = Freshness.ttl(seconds(60)).maxStale(seconds(600)).refreshAhead(seconds(30));
		this.hers.answer(10).answer(11);
		SnapshotBuilder her = her(ahead);
		SnapshotBuilder his = his(ahead);
		build(her, BTC);
		build(his, BTC);
		pass(seconds(35));
		build(her, BTC);
		this.executor.runAll();
		assertThat(this.hers.calls()).isEqualTo(2);
		build(his, BTC);
		this.executor.runAll();
		assertThat(build(his, BTC).get(BTC)).as("what she has read").isEqualTo(10);
		assertThat(this.his.calls()).isZero();
	}

	// --- filling ---

	@Test
	void aFillIsToldToNobody() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		build(her, ETH);
		assertThat(field(her, "notices_told")).isEqualTo(0L);
		assertThat(field(her, "fills")).isEqualTo(1L);
		assertThat(build(his, BTC).value(BTC).fromCache()).isTrue();
	}

	@Test
	void aFillThatRacedWithAnInvalidationOfAnotherNodeIsNotStored() {
		SnapshotBuilder his = his(MINUTE);
		SnapshotBuilder[] her = new SnapshotBuilder[1];
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			his.publisher().invalidate(BTC);
			return Payload.of(1);
		}).answer(3);
		her[0] = settled(start(node(this.herTier, slow, MINUTE)));
		build(her[0], BTC);
		assertThat(build(his, BTC).get(BTC)).as("not her old one").isEqualTo(2);
		assertThat(build(her[0], BTC).get(BTC)).as("nor did she keep it").isEqualTo(2);
	}

	@Test
	void whatCarriesTagsStaysLocal() {
		Script<Integer> tagged = new Script<Integer>().answer(Payload.of(5).tags("coins"));
		SnapshotBuilder her = settled(start(node(this.herTier, tagged, MINUTE)));
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void whatCannotBeEncodedStaysLocalAndIsCounted() {
		SharedTierOptions broken = SharedTierOptions.builder().codec(new BrokenCodec()).build();
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).sharedTier(this.herTier, broken)));
		assertThat(build(her, BTC).get(BTC)).isEqualTo(1);
		her.publisher().publish(ResourceUpdate.of(ETH, 3, "feed"));
		assertThat(build(her, ETH).get(ETH)).isEqualTo(3);
		assertThat(her.health().components().get("shared-tier.memory").faults()).containsEntry("values_unwritable", 2L);
	}

	@Test
	void groupsAreNotKeptInTheTierOneByOne() {
		ResourceGroup group = ResourceGroup.of("pair", PRICE, ACCOUNT);
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).group(group)
			.source(Source.single("ledger", ACCOUNT, new Script<String>().answer("A")).nonBlocking().build())));
		int before = this.herTier.reads();
		build(her, PRICE.key("alice"));
		assertThat(this.herTier.reads()).isEqualTo(before);
	}

	// --- news ---

	@Test
	void aPublicationReachesTheOthers() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(his, BTC);
		pass(seconds(1));
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		assertThat(build(his, BTC).get(BTC)).isEqualTo(42);
		assertThat(build(his, BTC).value(BTC).source()).isEqualTo("feed");
		assertThat(build(her, BTC).value(BTC).fromCache()).as("she keeps her own").isTrue();
		assertThat(this.his.calls()).isOne();
	}

	@Test
	void anOlderPublicationThatComesLateChangesNothing() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var old = this.time.now();
		pass(seconds(1));
		his.publisher().publish(ResourceUpdate.of(BTC, 7, "feed").observedAt(this.time.now()));
		her.publisher().publish(ResourceUpdate.of(BTC, 6, "feed").observedAt(old));
		assertThat(build(his, BTC).get(BTC)).isEqualTo(7);
		assertThat(build(her, BTC).get(BTC)).as("she learns that it was old").isEqualTo(7);
	}

	@Test
	void ofTwoPublicationsOfOneMomentAllNodesSeeTheSame() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var now = this.time.now();
		her.publisher().publish(ResourceUpdate.of(BTC, 6, "feed").observedAt(now));
		his.publisher().publish(ResourceUpdate.of(BTC, 7, "feed").observedAt(now));
		pass(millis(10));
		assertThat(build(her, BTC).get(BTC)).isEqualTo(6);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(6);
	}

	@Test
	void aForcedPublicationGoesBackEverywhere() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		var old = this.time.now();
		pass(seconds(1));
		his.publisher().publish(ResourceUpdate.of(BTC, 7, "feed").observedAt(this.time.now()));
		build(her, BTC);
		her.publisher().publishAll(List.of(ResourceUpdate.of(BTC, 6, "feed").observedAt(old)), WriteRule.FORCE);
		assertThat(build(her, BTC).get(BTC)).isEqualTo(6);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(6);
	}

	@Test
	void anInvalidationReachesTheOthersAndTheTier() {
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = his(MINUTE);
		build(her, BTC);
		build(his, BTC);
		this.hers.answer(3);
		her.publisher().invalidate(BTC);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
		assertThat(build(her, BTC).get(BTC)).as("his fill").isEqualTo(2);
	}

	@Test
	void anInvalidationOfADerivedValueReachesTheOthers() {
		Script<Integer> calls = new Script<Integer>().answer(1);
		Source total = Source
			.derived("total", Types.TOTAL, (key) -> List.of(BTC), (key, values, context) -> calls.fetch(BTC, context))
			.build();
		SnapshotBuilder her = her(MINUTE);
		SnapshotBuilder his = settled(start(node(this.hisTier, this.his, MINUTE).source(total)));
		build(his, Types.TOTAL.key());
		SnapshotBuilder third = settled(
				start(node(new FaultyTier(this.server), new Script<Integer>().answer(9), MINUTE).source(total)));
		third.publisher().invalidate(Types.TOTAL.key());
		int before = calls.calls();
		build(his, Types.TOTAL.key());
		assertThat(calls.calls()).isEqualTo(before + 1);
		assertThat(her.isClosed()).isFalse();
	}

	@Test
	void patternsTagsAndClearingReachTheOthers() {
		SnapshotBuilder her = her(MINUTE);
		Script<Integer> tagged = new Script<Integer>().answer(Payload.of(1).tags("coins"))
			.answer(Payload.of(2).tags("coins"));
		SnapshotBuilder his = settled(start(node(this.hisTier, tagged, MINUTE)));
		build(his, BTC);
		her.publisher().invalidateTag("coins");
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
		build(her, ETH);
		SnapshotBuilder third = settled(
				start(node(new FaultyTier(this.server), new Script<Integer>().answer(9), MINUTE)));
		assertThat(build(third, ETH).get(ETH)).isEqualTo(1);
		her.publisher().invalidate(KeyPattern.parse("market:*"));
		assertThat(build(third, ETH).get(ETH)).isEqualTo(9);
		this.hers.answer(5);
		build(her, ETH);
		third.publisher().clear();
		assertThat(her.health().cache().size()).as("her cache").isZero();
		int before = this.hers.calls();
		build(her, ETH);
		assertThat(this.hers.calls()).as("the tier has nothing any more").isEqualTo(before + 1);
		assertThat(build(third, ETH).value(ETH).metadata()).as("and takes new fills").containsKey("shared_tier");
	}

	@Test
	void typesThatAreNotSharedStayLocal() {
		SharedTierOptions accounts = SharedTierOptions.builder().types(ACCOUNT::equals).build();
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).sharedTier(this.herTier, accounts)));
		SnapshotBuilder his = his(MINUTE);
		int before = this.herTier.reads();
		build(her, BTC);
		her.publisher().publish(ResourceUpdate.of(BTC, 42, "feed"));
		assertThat(this.herTier.reads()).isEqualTo(before);
		assertThat(build(his, BTC).get(BTC)).isEqualTo(2);
	}

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

	private static Object field(SnapshotBuilder builder, String name) {
		Object value = builder.health().components().get("shared-tier.memory").fields().get(name);
		return (value instanceof Number number) ? number.longValue() : value;
	}

	private static final class BrokenCodec implements TierCodec {

		@Override
		public String name() {
			return "broken";
		}

		@Override
		public <T> byte[] encode(PayloadType<T> type, T payload) {
			throw new IllegalStateException("scripted");
		}

		@Override
		public <T> T decode(PayloadType<T> type, byte[] bytes) {
			throw new IllegalStateException("scripted");
		}

	}

}
