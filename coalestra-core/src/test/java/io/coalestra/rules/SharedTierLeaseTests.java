package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.fixtures.Script;
import io.coalestra.fixtures.SharedTierFixture;
import io.coalestra.fixtures.Types;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.tier.FaultyTier;
import io.coalestra.tier.ReadLeases;
import io.coalestra.tier.SharedTierOptions;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Reads that one node makes for all. What he does while she reads is written into her
 * source.
 */
class SharedTierLeaseTests extends SharedTierFixture {

	private static final Freshness AHEAD = Freshness.ttl(seconds(60)).maxStale(seconds(600)).refreshAhead(seconds(30));

	private final List<CompletableFuture<Snapshot>> waiting = new ArrayList<>();

	private SnapshotBuilder node(FaultyTier tier, Script<Integer> prices, Freshness freshness, ReadLeases leases) {
		return settled(start(node(tier, prices, freshness).sharedTier(tier,
				SharedTierOptions.builder().readLeases(leases).leaseWait(seconds(1)).build())));
	}

	private Script<Integer> meanwhile(Runnable what, int answer) {
		return new Script<Integer>().then((key, context) -> {
			what.run();
			return Payload.of(answer);
		});
	}

	private double leases(String status) {
		return this.metrics.sum(Metric.SHARED_TIER_LEASE, status, "memory");
	}

	@Test
	void oneNodeReadsWhatSeveralMissAndTheOthersWaitForIt() {
		SnapshotBuilder his = node(this.hisTier, this.his, MINUTE, ReadLeases.ALL);
		SnapshotBuilder her = node(this.herTier,
				meanwhile(() -> this.waiting.add(his.buildAsync(SnapshotRequest.require(BTC, ETH))), 1), MINUTE,
				ReadLeases.ALL);
		assertThat(build(her, BTC, ETH).get(BTC)).isEqualTo(1);
		assertThat(this.waiting.getFirst()).as("his, which waits").isNotDone();
		pass(millis(5));
		Snapshot snapshot = arrived(this.waiting.getFirst());
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.get(ETH)).isEqualTo(1);
		assertThat(this.his.calls()).isZero();
		assertThat(snapshot.explain(BTC).steps().toString()).contains("leased by another node");
		assertThat(field(his, "leases_waited")).isEqualTo(2L);
		assertThat(field(her, "leases_granted")).isEqualTo(2L);
		assertThat(leases("granted")).isEqualTo(2);
		assertThat(leases("waited")).isEqualTo(2);
	}

	@Test
	void whoHasWaitedInVainReadsAllTheSame() {
		SnapshotBuilder his = node(this.hisTier, this.his, MINUTE, ReadLeases.ALL);
		SnapshotBuilder her = node(this.herTier, meanwhile(() -> {
			this.waiting.add(his.buildAsync(SnapshotRequest.require(BTC)));
			for (int i = 0; i < 9; i++) {
				pass(millis(100));
			}
			assertThat(this.waiting.getFirst()).as("within his time").isNotDone();
			pass(millis(100));
			pass(millis(100));
		}, 1), MINUTE, ReadLeases.ALL);
		build(her, BTC);
		assertThat(arrived(this.waiting.getFirst()).get(BTC)).isEqualTo(2);
		assertThat(field(his, "leases_overdue")).isEqualTo(1L);
	}

	@Test
	void noMoreThanHalfOfTheTimeUntilTheDeadlineIsWaitedFor() {
		SnapshotBuilder his = node(this.hisTier, this.his, MINUTE, ReadLeases.ALL);
		SnapshotBuilder her = node(this.herTier, meanwhile(() -> {
			this.waiting.add(his.buildAsync(SnapshotRequest.require(BTC).deadline(millis(200))));
			for (int i = 0; i < 18; i++) {
				pass(millis(10));
			}
		}, 1), MINUTE, ReadLeases.ALL);
		build(her, BTC);
		assertThat(arrived(this.waiting.getFirst()).get(BTC)).isEqualTo(2);
	}

	@Test
	void whenTheReadFailsAnotherNodeReadsAtOnce() {
		SnapshotBuilder his = node(this.hisTier, this.his, MINUTE, ReadLeases.ALL);
		SnapshotBuilder her = node(this.herTier, new Script<Integer>().then((key, context) -> {
			this.waiting.add(his.buildAsync(SnapshotRequest.require(BTC)));
			throw new IllegalStateException("down");
		}), MINUTE, ReadLeases.ALL);
		assertThat(attempt(her, BTC).find(BTC)).isEmpty();
		pass(millis(5));
		assertThat(arrived(this.waiting.getFirst()).get(BTC)).isEqualTo(2);
	}

	@Test
	void aLeaseIsGivenBackWithItsRead() {
		SnapshotBuilder her = node(this.herTier, this.hers, Freshness.ttl(seconds(1)), ReadLeases.ALL);
		for (int i = 0; i < 3; i++) {
			build(her, BTC);
			pass(seconds(2));
		}
		assertThat(field(her, "leases_granted")).isEqualTo(3L);
		assertThat(field(her, "leases_waited")).isEqualTo(0L);
	}

	@Test
	void oneNodeRefreshesNotAll() {
		this.his.answer(3);
		SnapshotBuilder his = node(this.hisTier, this.his, AHEAD, ReadLeases.REFRESHES);
		Script<Integer> slow = new Script<Integer>().answer(10).then((key, context) -> {
			this.waiting.add(his.buildAsync(SnapshotRequest.require(BTC)));
			this.executor.runAll();
			return Payload.of(11);
		});
		SnapshotBuilder her = node(this.herTier, slow, AHEAD, ReadLeases.REFRESHES);
		build(her, BTC);
		build(his, BTC);
		pass(seconds(35));
		build(her, BTC);
		this.executor.runAll();
		assertThat(arrived(this.waiting.getFirst()).get(BTC)).as("what is still good").isEqualTo(10);
		pass(millis(5));
		assertThat(build(his, BTC).get(BTC)).as("what she has read").isEqualTo(11);
		assertThat(this.his.calls()).isZero();
	}

	@Test
	void whereOnlyRefreshesAreLeasedOtherReadsClaimNothing() {
		SnapshotBuilder her = node(this.herTier, this.hers, AHEAD, ReadLeases.REFRESHES);
		build(her, BTC);
		assertThat(field(her, "leases_granted")).isEqualTo(0L);
	}

	@Test
	void typesThatAreNotLeasedAreReadByEachNode() {
		SharedTierOptions others = SharedTierOptions.builder()
			.readLeases(ReadLeases.ALL)
			.leasedTypes((type) -> type.equals(Types.ACCOUNT))
			.build();
		SnapshotBuilder her = settled(start(node(this.herTier, this.hers, MINUTE).sharedTier(this.herTier, others)));
		build(her, BTC);
		assertThat(field(her, "leases_granted")).isEqualTo(0L);
	}

	@Test
	void withoutAnAnswerAboutLeasesEachNodeReads() {
		SnapshotBuilder her = node(this.herTier, this.hers, MINUTE, ReadLeases.ALL);
		this.herTier.failLeases();
		assertThat(build(her, BTC).get(BTC)).isEqualTo(1);
		assertThat(leases("failure")).isOne();
	}

	@Test
	void whatIsInvalidatedMeanwhileIsNotWaitedFor() {
		SnapshotBuilder his = node(this.hisTier, this.his, MINUTE, ReadLeases.ALL);
		SnapshotBuilder her = node(this.herTier, meanwhile(() -> {
			this.waiting.add(his.buildAsync(SnapshotRequest.require(BTC)));
			his.publisher().invalidate(BTC);
			pass(millis(5));
			assertThat(arrived(this.waiting.getFirst()).get(BTC)).isEqualTo(2);
		}, 1), MINUTE, ReadLeases.ALL);
		build(her, BTC);
		assertThat(this.waiting).hasSize(1);
	}

}
