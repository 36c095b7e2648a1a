package io.coalestra.rules;

import java.time.Duration;

import io.coalestra.failure.FailureReason;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.RefreshMode;
import io.coalestra.policy.Spread;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How long a value is fresh, how long it may stand in, and what decides that.
 */
class FreshnessTests extends EngineFixture {

	private static final Freshness TEN_AND_SIXTY = Freshness.ttl(seconds(10)).maxStale(seconds(60));

	private final Script<Integer> prices = new Script<Integer>().answer(1).answer(2);

	private Source prices() {
		return Source.single("rest", PRICE, this.prices).nonBlocking().build();
	}

	@Test
	void aValueIsFreshUntilItsTimeToLiveThatMomentIncluded() {
		SnapshotBuilder builder = start(TEN_AND_SIXTY, prices());
		build(builder, BTC);
		pass(seconds(10));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.value(BTC).fromCache()).isTrue();
		assertThat(snapshot.value(BTC).stale()).isFalse();
		assertThat(snapshot.value(BTC).age()).isEqualTo(seconds(10));
		assertThat(snapshot.value(BTC).fetchedAt()).isEqualTo(this.time.now());
	}

	@Test
	void aNanosecondAfterItsTimeToLiveAValueIsReadAnew() {
		SnapshotBuilder builder = start(TEN_AND_SIXTY, prices());
		build(builder, BTC);
		pass(seconds(10).plusNanos(1));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(2);
		assertThat(snapshot.value(BTC).fromCache()).isFalse();
	}

	@Test
	void ageIsCountedFromTheObservationAndNotFromTheRead() {
		this.prices.then((key, context) -> Payload.of(3).observedAt(this.time.now().minusSeconds(9)));
		SnapshotBuilder builder = start(TEN_AND_SIXTY, prices());
		build(builder, BTC);
		pass(seconds(11));
		build(builder, BTC);
		pass(seconds(11));
		Snapshot observedEarlier = build(builder, BTC);
		assertThat(observedEarlier.value(BTC).age()).isEqualTo(seconds(9));
		pass(seconds(2));
		build(builder, BTC);
		assertThat(this.prices.calls()).isEqualTo(4);
	}

	@Test
	void aStaleValueStandsInForFailedSourcesUntilMaxStaleThatMomentIncluded() {
		Script<Integer> failing = new Script<Integer>().answer(1).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(TEN_AND_SIXTY, Source.single("rest", PRICE, failing).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(60));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.value(BTC).stale()).isTrue();
		assertThat(snapshot.staleKeys()).containsExactly(BTC);
		assertThat(snapshot.value(BTC).metadata()).containsKeys("fallback_error_type", "fallback_error");
		assertThat(snapshot.isComplete()).isTrue();
		assertThat(this.metrics.sum(Metric.CACHE_ACCESS, "stale_fallback", "market", "price")).isEqualTo(1);
	}

	@Test
	void aNanosecondAfterMaxStaleAValueIsGone() {
		Script<Integer> failing = new Script<Integer>().answer(1).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(TEN_AND_SIXTY, Source.single("rest", PRICE, failing).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(60).plusNanos(1));
		SnapshotBuildException failure = failed(builder.buildAsync(BTC));
		assertThat(failure.snapshot().find(BTC)).isEmpty();
		assertThat(builder.health().cache().expirations()).isEqualTo(1);
		assertThat(builder.health().cache().size()).isZero();
	}

	@Test
	void staleValuesDoNotStandInWhereThePolicyForbidsIt() {
		Script<Integer> failing = new Script<Integer>().answer(1).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(TEN_AND_SIXTY.neverStaleOnError(),
				Source.single("rest", PRICE, failing).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(11));
		failed(builder.buildAsync(BTC));
	}

	@Test
	void aFreshValueThatArrivedMeanwhileIsUsedAlsoWhereStaleOnesMayNotStandIn() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> failing = new Script<Integer>().then((key, context) -> {
			builder[0].publisher().publish(BTC, 7, "feed");
			throw new IllegalStateException("down");
		});
		builder[0] = start(TEN_AND_SIXTY.neverStaleOnError(),
				Source.single("rest", PRICE, failing).nonBlocking().build());
		Snapshot snapshot = build(builder[0], BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(7);
		assertThat(snapshot.value(BTC).stale()).isFalse();
	}

	@Test
	void onlyATimeToLiveIsNeededAndThenNothingStaleStandsIn() {
		Freshness policy = Freshness.ttl(seconds(5));
		assertThat(policy.maxStale()).isEqualTo(seconds(5));
		assertThat(policy.refreshMode()).isEqualTo(RefreshMode.BLOCKING);
	}

	@Test
	void theDefaultIsFreshForOneSecondAndUsableForTen() {
		assertThat(Freshness.DEFAULT.ttl()).isEqualTo(seconds(1));
		assertThat(Freshness.DEFAULT.maxStale()).isEqualTo(seconds(10));
		assertThat(Freshness.DEFAULT.refreshMode()).isEqualTo(RefreshMode.BLOCKING);
	}

	@Test
	void impossiblePoliciesAreRefusedWithTheValueAndWhatIsAllowed() {
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(seconds(-1)))
			.withMessageContaining("ttl: PT-1S");
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(seconds(5)).maxStale(seconds(4)))
			.withMessageContaining("maxStale: PT4S (expected: at least ttl PT5S)");
		assertThatIllegalArgumentException().isThrownBy(() -> Freshness.ttl(seconds(5)).refreshAhead(seconds(6)))
			.withMessageContaining("refreshAhead: PT6S (expected: at most ttl PT5S)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Freshness(seconds(5), seconds(5), true, RefreshMode.BLOCKING, seconds(1), Spread.NONE,
					seconds(1)))
			.withMessageContaining("refreshAhead");
		assertThatIllegalArgumentException().isThrownBy(() -> Spread.jitter(Double.NaN)).withMessageContaining("NaN");
	}

	@Test
	void whatIsFreshForeverIsReadOnce() {
		SnapshotBuilder builder = start(Freshness.forever(), prices());
		build(builder, BTC);
		pass(Duration.ofDays(36_500));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		assertThat(this.prices.calls()).isEqualTo(1);
	}

	@Test
	void aTimeToLiveOfNothingReadsEveryTimeAndStillAnswers() {
		SnapshotBuilder builder = start(Freshness.ttl(Duration.ZERO),
				Source.single("slow", PRICE, new Script<Integer>().answerAfter(this.time, millis(5), 1))
					.nonBlocking()
					.build());
		assertThat(build(builder, BTC).value(BTC).stale()).isFalse();
		pass(millis(1));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isFalse();
	}

	@Test
	void anExactKeyGoesBeforeAFunctionThatBeforeThePatternsAndTheDefaultIsLast() {
		ResourceKey<Integer> doge = PRICE.key("DOGE");
		SnapshotBuilder builder = start(steps().source(prices())
			.freshness((policies) -> policies.orElse(Freshness.ttl(seconds(1)))
				.with(KeyPattern.parse("market:*"), Freshness.ttl(seconds(2)))
				.with(KeyPattern.parse("market:price"), Freshness.ttl(seconds(3)))
				.with((key) -> key.subject().equals("ETH") ? Freshness.ttl(seconds(4)) : null)
				.with(BTC, Freshness.ttl(seconds(5)))));
		build(builder, BTC, ETH, doge);
		pass(seconds(3));
		assertThat(build(builder, doge).value(doge).fromCache()).isTrue();
		pass(seconds(1));
		assertThat(build(builder, ETH).value(ETH).fromCache()).isTrue();
		assertThat(build(builder, doge).value(doge).fromCache()).isFalse();
		pass(seconds(1));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isTrue();
		assertThat(build(builder, ETH).value(ETH).fromCache()).isFalse();
	}

	@Test
	void aValueMayBringItsOwnTimeToLive() {
		Script<Integer> adaptive = new Script<Integer>().answer(Payload.of(1).freshFor(seconds(30))).answer(2);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)),
				Source.single("rest", PRICE, adaptive).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(30));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		pass(millis(1));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(2);
	}

	@Test
	void aValueMaySayHowLongItStandsIn() {
		Script<Integer> adaptive = new Script<Integer>().answer(Payload.of(1).usableFor(seconds(30)))
			.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)),
				Source.single("rest", PRICE, adaptive).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(30));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		pass(millis(1));
		failed(builder.buildAsync(BTC));
	}

	@Test
	void jitterShortensTheTimeToLiveOfEachValueOnItsOwn() {
		SnapshotBuilder builder = start(steps().source(prices())
			.random(() -> Long.MAX_VALUE)
			.defaultFreshness(Freshness.ttl(seconds(10)).maxStale(seconds(60)).spread(Spread.jitter(0.5))));
		build(builder, BTC);
		pass(seconds(5));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isTrue();
		pass(seconds(3));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isFalse();
	}

	@Test
	void afterAClockThatWasSetBackAnOldValueCountsAsNew() {
		SnapshotBuilder builder = start(TEN_AND_SIXTY, prices());
		build(builder, BTC);
		this.time.setWallClock(this.time.now().minusSeconds(3600));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.value(BTC).fromCache()).isTrue();
		assertThat(snapshot.value(BTC).age()).isEqualTo(Duration.ZERO);
	}

	@Test
	void whatReplacedPoliciesMakeTooOldIsPruned() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build());
		build(builder, BTC);
		builder.replaceFreshness(KeyPolicies.of(Freshness.ttl(seconds(1))));
		pass(seconds(2));
		assertThat(builder.prune()).isEqualTo(1);
		assertThat(builder.health().cache().size()).isZero();
		assertThat(builder.health().cache().expirations()).isEqualTo(1);
	}

	@Test
	void anEntityThatIsEqualByItsIdAloneIsNotTakenForUnchanged() {
		ResourceType<Entity> type = ResourceType.of("test", "entity", Entity.class);
		Script<Entity> script = new Script<Entity>().answer(new Entity(1, 10)).answer(new Entity(1, 20));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)),
				Source.single("rest", type, script).nonBlocking().build());
		build(builder, type.key("1"));
		pass(seconds(2));
		assertThat(build(builder, type.key("1")).get(type.key("1")).balance).isEqualTo(20);
	}

	/**
	 * As persistence frameworks have them: equal by the id.
	 */
	public static class Entity {

		public int id;

		public int balance;

		public Entity() {
		}

		Entity(int id, int balance) {
			this.id = id;
			this.balance = balance;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Entity entity && entity.id == this.id;
		}

		@Override
		public int hashCode() {
			return this.id;
		}

	}

	@Test
	void aStaleSourceAnswerIsReportedAndTheNextSourceAsked() {
		Script<Integer> lagging = new Script<Integer>()
			.then((key, context) -> Payload.of(1).observedAt(this.time.now().minusSeconds(11)));
		Script<String> accounts = new Script<String>().answer("Alice");
		SnapshotBuilder builder = start(TEN_AND_SIXTY,
				Source.single("lagging", PRICE, lagging).nonBlocking().priority(2).build(),
				Source.single("fresh", PRICE, this.prices).nonBlocking().priority(1).build(),
				Source.single("ledger", ACCOUNT, accounts).nonBlocking().build());
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.value(BTC).source()).isEqualTo("fresh");
		assertThat(this.events.only(io.coalestra.signal.EventType.SOURCE_FAILED).fields()).containsEntry("error_type",
				FailureReason.STALE_DATA.wireName());
	}

}
