package io.coalestra.rules;

import io.coalestra.fixtures.Script;
import io.coalestra.fixtures.SharedTierFixture;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.tier.FaultyTier;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What belongs together travels as one entry of the tier. A group is read by one source
 * that knows both types.
 */
class SharedTierGroupTests extends SharedTierFixture {

	private static final ResourceKey<Integer> PRICE_OF_ALICE = PRICE.key("alice");

	private static final ResourceKey<Integer> MEAN_OF_ALICE = MEAN.key("alice");

	private final Script<Integer> herPairs = new Script<Integer>().then((key, context) -> pair(key, 1, 10));

	private final Script<Integer> hisPairs = new Script<Integer>().then((key, context) -> pair(key, 2, 20));

	private static Payload<Integer> pair(ResourceKey<?> key, int price, int mean) {
		return Payload.of(key.type().equals(PRICE) ? price : mean);
	}

	private SnapshotBuilder node(FaultyTier tier, Script<Integer> pairs) {
		return settled(start(steps().sharedTier(tier)
			.defaultFreshness(MINUTE)
			.group(ResourceGroup.of("pair", PRICE, MEAN))
			.source(Source.batch("pairs", PRICE, pairs).alsoFor(MEAN).nonBlocking().build())));
	}

	@Test
	void aGroupIsReadAsOneEntryByTheOthers() {
		SnapshotBuilder her = node(this.herTier, this.herPairs);
		SnapshotBuilder his = node(this.hisTier, this.hisPairs);
		build(her, PRICE_OF_ALICE);
		assertThat(field(her, "fills")).isEqualTo(1L);
		Snapshot snapshot = build(his, PRICE_OF_ALICE, MEAN_OF_ALICE);
		assertThat(snapshot.get(PRICE_OF_ALICE)).isEqualTo(1);
		assertThat(snapshot.get(MEAN_OF_ALICE)).isEqualTo(10);
		assertThat(this.hisPairs.calls()).isZero();
		assertThat(build(his, MEAN_OF_ALICE).value(MEAN_OF_ALICE).fromCache()).isTrue();
	}

	@Test
	void whoAsksForOneMemberHasTheOthersAsWell() {
		SnapshotBuilder her = node(this.herTier, this.herPairs);
		SnapshotBuilder his = node(this.hisTier, this.hisPairs);
		build(her, MEAN_OF_ALICE);
		assertThat(build(his, MEAN_OF_ALICE).get(MEAN_OF_ALICE)).isEqualTo(10);
		assertThat(build(his, PRICE_OF_ALICE).value(PRICE_OF_ALICE).fromCache()).isTrue();
		assertThat(this.hisPairs.calls()).isZero();
	}

	@Test
	void theInvalidationOfAMemberRemovesTheGroupEverywhere() {
		SnapshotBuilder her = node(this.herTier, this.herPairs);
		SnapshotBuilder his = node(this.hisTier, this.hisPairs);
		build(her, PRICE_OF_ALICE);
		build(his, PRICE_OF_ALICE);
		pass(millis(10));
		her.publisher().invalidate(MEAN_OF_ALICE);
		pass(millis(10));
		Snapshot snapshot = build(his, PRICE_OF_ALICE, MEAN_OF_ALICE);
		assertThat(snapshot.get(PRICE_OF_ALICE)).isEqualTo(2);
		assertThat(snapshot.get(MEAN_OF_ALICE)).isEqualTo(20);
	}

	@Test
	void thePublicationOfAMemberRemovesTheGroupFromTheTierAndTheMemberFromTheOthers() {
		SnapshotBuilder her = node(this.herTier, this.herPairs);
		SnapshotBuilder his = node(this.hisTier, this.hisPairs);
		build(her, PRICE_OF_ALICE);
		build(his, PRICE_OF_ALICE);
		pass(millis(10));
		her.publisher().publish(ResourceUpdate.of(PRICE_OF_ALICE, 42, "feed"));
		pass(millis(10));
		assertThat(build(her, PRICE_OF_ALICE).get(PRICE_OF_ALICE)).isEqualTo(42);
		assertThat(build(his, PRICE_OF_ALICE).get(PRICE_OF_ALICE)).as("not the tier's older one").isEqualTo(2);
	}

	@Test
	void aFillOfAGroupThatRacedWithAnInvalidationIsNotStored() {
		SnapshotBuilder his = node(this.hisTier, this.hisPairs);
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			his.publisher().invalidate(MEAN_OF_ALICE);
			return pair(key, 1, 10);
		});
		SnapshotBuilder her = node(this.herTier, slow);
		build(her, PRICE_OF_ALICE);
		assertThat(build(his, PRICE_OF_ALICE).get(PRICE_OF_ALICE)).isEqualTo(2);
	}

	@Test
	void afterADoubtTheGroupIsComparedAsOne() {
		SnapshotBuilder her = node(this.herTier, this.herPairs);
		SnapshotBuilder his = node(this.hisTier, this.hisPairs);
		build(her, PRICE_OF_ALICE);
		build(his, PRICE_OF_ALICE);
		this.hisTier.interrupt();
		this.hisTier.resubscribe();
		int before = this.hisTier.reads();
		assertThat(build(his, PRICE_OF_ALICE, MEAN_OF_ALICE).get(MEAN_OF_ALICE)).isEqualTo(10);
		assertThat(this.hisTier.reads()).isEqualTo(before + 1);
		assertThat(this.hisPairs.calls()).isZero();
	}

}
