package io.coalestra.rules;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.cache.WriteRule;
import io.coalestra.fixtures.Script;
import io.coalestra.fixtures.SharedTierFixture;
import io.coalestra.fixtures.Types;
import io.coalestra.key.PayloadType;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What nodes that share a tier have of each other.
 */
class SharedTierTests extends SharedTierFixture {

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
	void aFillThatRacedWithAnInvalidationIsNotKeptThoughItsRefusalComesBeforeTheNotice() {
		SnapshotBuilder his = his(MINUTE);
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			this.herTier.delayMessages();
			his.publisher().invalidate(BTC);
			return Payload.of(1);
		}).answer(3);
		SnapshotBuilder her = settled(start(node(this.herTier, slow, MINUTE)));
		assertThat(build(her, BTC).get(BTC)).isEqualTo(1);
		pass(millis(20));
		this.herTier.deliverDelayed();
		assertThat(build(her, BTC).get(BTC)).isEqualTo(3);
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
	void buildersOfDifferentSpacesShareNothingAndClearNothingOfEachOther() {
		SharedTierOptions hall = SharedTierOptions.builder().space("hall").build();
		assertThat(hall.toBuilder().build().space()).isEqualTo("hall");
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).sharedTier(this.herTier, hall)));
		SnapshotBuilder his = his(MINUTE);
		assertThat(build(her, BTC).get(BTC)).isEqualTo(1);
		assertThat(build(his, BTC).get(BTC)).as("of the common space").isEqualTo(2);
		SnapshotBuilder third = settled(start(node(new FaultyTier(this.server), new Script<Integer>().answer(9), MINUTE)
			.sharedTier(this.server, hall)));
		assertThat(build(third, BTC).get(BTC)).as("of hers").isEqualTo(1);
		third.publisher().clear();
		assertThat(her.health().cache().size()).as("her cache").isZero();
		assertThat(his.health().cache().size()).as("his cache").isEqualTo(1);
		SnapshotBuilder fourth = settled(
				start(node(new FaultyTier(this.server), new Script<Integer>().answer(8), MINUTE)));
		assertThat(build(fourth, BTC).get(BTC)).as("of his").isEqualTo(2);
		int before = this.hers.calls();
		build(her, BTC);
		assertThat(this.hers.calls()).as("hers is cleared in the tier").isEqualTo(before + 1);
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
