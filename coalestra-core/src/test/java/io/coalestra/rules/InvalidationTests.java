package io.coalestra.rules;

import java.util.concurrent.CompletableFuture;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPattern;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said to hold no longer is never served again, not even by a read that began
 * before.
 */
class InvalidationTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(1).answer(2).answer(3);

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(60)), Source.single("rest", PRICE, this.prices).nonBlocking().build(),
				Source.single("ledger", ACCOUNT, new Script<String>().answer("Alice")).nonBlocking().build());
	}

	@Test
	void anInvalidatedKeyIsReadAgain() {
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		assertThat(builder.publisher().invalidate(BTC)).isTrue();
		assertThat(builder.publisher().invalidate(BTC)).as("not cached any more").isFalse();
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
		assertThat(this.events.of(EventType.RESOURCE_INVALIDATED)).hasSize(2);
		assertThat(this.metrics.sum(Metric.RESOURCE_INVALIDATION, "market", "price")).isEqualTo(2);
	}

	@Test
	void keysAreInvalidatedByPatternAndByCondition() {
		SnapshotBuilder builder = builder();
		build(builder, BTC, ETH, ALICE);
		assertThat(builder.publisher().invalidate(KeyPattern.parse("market:*"))).isEqualTo(2);
		assertThat(builder.health().cache().size()).isEqualTo(1);
		assertThat(builder.publisher().invalidateIf((key) -> key.subject().equals("alice"))).isEqualTo(1);
		assertThat(builder.health().cache().size()).isZero();
	}

	@Test
	void aReadThatBeganBeforeAnInvalidationAnswersItsWaitersButIsNotStored() {
		SnapshotBuilder builder = builder();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		builder.publisher().invalidate(BTC);
		assertThat(arrived(build).get(BTC)).isEqualTo(1);
		assertThat(builder.health().cache().size()).isZero();
	}

	@Test
	void whoComesAfterAnInvalidationDoesNotJoinAReadThatBeganBefore() {
		SnapshotBuilder builder = builder();
		CompletableFuture<Snapshot> before = builder.buildAsync(BTC);
		builder.publisher().invalidate(BTC);
		CompletableFuture<Snapshot> after = builder.buildAsync(BTC);
		assertThat(arrived(before).get(BTC)).isEqualTo(1);
		assertThat(arrived(after).get(BTC)).isEqualTo(2);
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void alsoAReadThatANewerOneTookThePlaceOfIsNotStoredAfterAnInvalidation() {
		Gate gate = new Gate();
		Script<Integer> script = new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(1);
		});
		SnapshotBuilder builder = start(onThreads().source(Source.single("rest", PRICE, script).nonBlocking().build())
			.defaultFreshness(Freshness.ttl(seconds(60))));
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		gate.awaitArrivals(1);
		CompletableFuture<Snapshot> second = builder.buildAsync(SnapshotRequest.require(BTC).bypassCache());
		gate.awaitArrivals(1);
		assertThat(builder.health().flights()).isEqualTo(2);
		builder.publisher().invalidate(BTC);
		gate.open();
		first.join();
		second.join();
		assertThat(builder.health().cache().size()).isZero();
	}

	@Test
	void aTagInvalidatesAllThatCarriesItAndNothingElse() {
		Script<Integer> tagged = new Script<Integer>().answer(Payload.of(1).tags("day-1"))
			.answer(Payload.of(2).tags("day-2"))
			.answer(Payload.of(3));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, tagged).nonBlocking().build());
		build(builder, BTC);
		build(builder, ETH);
		builder.publisher().invalidateTag("day-1");
		assertThat(build(builder, ETH).value(ETH).fromCache()).isTrue();
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(3);
	}

	@Test
	void aTagInvalidatesAlsoWhatIsOnItsWay() {
		Script<Integer> tagged = new Script<Integer>().answer(Payload.of(1).tags("day"))
			.answer(Payload.of(2).tags("day"));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, tagged).nonBlocking().build());
		CompletableFuture<Snapshot> before = builder.buildAsync(BTC);
		builder.publisher().invalidateTag("day");
		CompletableFuture<Snapshot> after = builder.buildAsync(BTC);
		assertThat(arrived(before).get(BTC)).isEqualTo(1);
		assertThat(arrived(after).get(BTC)).isEqualTo(2);
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void whatIsTaggedAgainAfterAnInvalidationServes() {
		Script<Integer> tagged = new Script<Integer>().answer(Payload.of(1).tags("day"));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, tagged).nonBlocking().build());
		build(builder, BTC);
		builder.publisher().invalidateTag("day");
		build(builder, BTC);
		assertThat(build(builder, BTC).value(BTC).fromCache()).isTrue();
	}

	@Test
	void clearingMakesEverythingUnusableAlsoWhatIsOnItsWay() {
		SnapshotBuilder builder = builder();
		build(builder, ETH);
		CompletableFuture<Snapshot> before = builder.buildAsync(BTC);
		builder.publisher().clear();
		assertThat(arrived(before).get(BTC)).isEqualTo(2);
		assertThat(builder.health().cache().size()).isZero();
		build(builder, ETH);
		assertThat(build(builder, ETH).value(ETH).fromCache()).isTrue();
	}

	@Test
	void pruningRemovesWhatIsTooOldToServe() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(10)),
				Source.single("rest", PRICE, this.prices).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(5));
		build(builder, ETH);
		pass(seconds(6));
		assertThat(builder.prune()).isEqualTo(1);
		assertThat(builder.health().cache().size()).isEqualTo(1);
		assertThat(builder.health().cache().expirations()).isEqualTo(1);
	}

}
