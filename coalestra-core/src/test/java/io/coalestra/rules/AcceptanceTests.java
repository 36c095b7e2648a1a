package io.coalestra.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.PolicyViolation;
import io.coalestra.policy.Requirement;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotAcceptanceException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What makes a snapshot good enough to act on, and what is done to make it so.
 */
class AcceptanceTests extends EngineFixture {

	private static final AcceptanceRule YOUNG = AcceptanceRule.ANY.maxAge(seconds(2));

	private final Script<Integer> prices = new Script<Integer>().answer(7);

	private SnapshotBuilder builder() {
		return start(Freshness.ttl(seconds(10)).maxStale(seconds(600)),
				Source.single("rest", PRICE, this.prices).nonBlocking().build());
	}

	private List<PolicyViolation> violations(CompletableFuture<Snapshot> build) {
		return ((SnapshotAcceptanceException) failed(build)).violations();
	}

	@Test
	void aValueOfTheGreatestAgeIsAcceptedAndAnOlderOneIsNot() {
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		this.time.advance(seconds(2));
		SnapshotRequest request = SnapshotRequest.require(BTC).acceptance(AcceptancePolicy.of(YOUNG));
		assertThat(build(builder, request).get(BTC)).isEqualTo(7);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_ACCEPTANCE, "success")).isEqualTo(1);
		this.time.advance(Duration.ofNanos(1));
		assertThat(violations(builder.buildAsync(request))).singleElement()
			.isInstanceOfSatisfying(PolicyViolation.TooOld.class, (old) -> {
				assertThat(old.key()).isEqualTo(BTC);
				assertThat(old.age()).isEqualTo(seconds(2).plusNanos(1));
				assertThat(old.maxAge()).isEqualTo(seconds(2));
			});
		assertThat(this.metrics.sum(Metric.SNAPSHOT_ACCEPTANCE, "error")).isEqualTo(1);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_ACCEPTANCE_VIOLATION, "too_old")).isEqualTo(1);
		assertThat(this.events.only(EventType.SNAPSHOT_ACCEPTANCE_FAILED).fields()).containsEntry("reasons", "too_old")
			.containsEntry("violations", 1);
		assertThat(this.prices.calls()).as("judging reads nothing").isEqualTo(1);
	}

	@Test
	void aValueFromTheBeginningOfTimeIsTooOld() {
		SnapshotBuilder builder = start(Freshness.forever());
		builder.publisher().publish(BTC, 7, "feed", Instant.MIN);
		SnapshotRequest request = SnapshotRequest.require(BTC).acceptance(AcceptancePolicy.of(YOUNG));
		assertThat(violations(builder.buildAsync(request))).singleElement()
			.isInstanceOfSatisfying(PolicyViolation.TooOld.class,
					(old) -> assertThat(old.age()).isGreaterThan(Duration.ofDays(100 * 365)));
	}

	@Test
	void aStaleValueIsRefusedWhereTheRuleRefusesThem() {
		this.prices.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		this.time.advance(seconds(11));
		SnapshotRequest request = SnapshotRequest.require(BTC);
		assertThat(build(builder, request).staleKeys()).containsExactly(BTC);
		assertThat(violations(builder.buildAsync(request.acceptance(AcceptancePolicy.of(AcceptanceRule.FRESH)))))
			.singleElement()
			.isEqualTo(new PolicyViolation.Stale(BTC, seconds(11)));
	}

	@Test
	void aValueThatWasJustReadIsNotStaleHoweverShortItsTimeToLive() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(0)),
				Source.single("rest", PRICE, new Script<Integer>().answerAfter(this.time, seconds(1), 1))
					.nonBlocking()
					.build());
		SnapshotRequest request = SnapshotRequest.require(BTC).acceptance(AcceptancePolicy.of(AcceptanceRule.FRESH));
		assertThat(build(builder, request).get(BTC)).isEqualTo(1);
	}

	@Test
	void aSourceOfTooLittleAuthorityIsRefused() {
		SnapshotBuilder builder = start(
				steps().authority(KeyPolicies.of(new SourceAuthority(Map.of("rest", 10, "feed", 20), 0)))
					.source(Source.single("rest", PRICE, this.prices).nonBlocking().build()));
		SnapshotRequest request = SnapshotRequest.require(BTC)
			.acceptance(AcceptancePolicy.of(AcceptanceRule.ANY.minimumRank(11)));
		assertThat(violations(builder.buildAsync(request)))
			.containsExactly(new PolicyViolation.InsufficientAuthority(BTC, 10, 11));
		builder.publisher().publish(BTC, 1, "feed");
		assertThat(build(builder, request).get(BTC)).isEqualTo(1);
	}

	@Test
	void ranksAreThoseOfTheConfigurationThatHoldsNow() {
		SnapshotBuilder builder = start(
				steps().source(Source.single("rest", PRICE, this.prices).nonBlocking().build()));
		SnapshotRequest request = SnapshotRequest.require(BTC)
			.acceptance(AcceptancePolicy.of(AcceptanceRule.ANY.minimumRank(10)));
		failed(builder.buildAsync(request));
		builder.replaceAuthority(KeyPolicies.of(SourceAuthority.EQUAL.rank("rest", 10)));
		assertThat(build(builder, request).value(BTC).authorityRank()).isEqualTo(10);
		assertThat(this.prices.calls()).isEqualTo(1);
	}

	@Test
	void optionalKeysAreHeldToTheDefaultRuleOnlyWhereThePolicyIncludesThem() {
		SnapshotBuilder builder = builder();
		build(builder, BTC, ETH);
		this.time.advance(seconds(3));
		builder.publisher().publish(BTC, 1, "feed");
		SnapshotRequest request = SnapshotRequest.require(BTC).optional(ETH);
		build(builder, request.acceptance(AcceptancePolicy.of(YOUNG)));
		assertThat(violations(builder
			.buildAsync(request.acceptance(AcceptancePolicy.builder().defaultRule(YOUNG).includingOptional().build()))))
			.extracting(PolicyViolation::keys)
			.containsExactly(List.of(ETH));
	}

	@Test
	void aKeyIsHeldToItsOwnRuleEvenWhereItIsOptionalAndAnEmptyOneExemptsIt() {
		SnapshotBuilder builder = builder();
		build(builder, BTC, ETH);
		this.time.advance(seconds(3));
		SnapshotRequest request = SnapshotRequest.require(BTC).optional(ETH);
		AcceptancePolicy policy = AcceptancePolicy.builder()
			.defaultRule(YOUNG)
			.rule(BTC, AcceptanceRule.ANY)
			.rule(ETH, AcceptanceRule.ANY.maxAge(seconds(1)))
			.build();
		assertThat(violations(builder.buildAsync(request.acceptance(policy))))
			.containsExactly(new PolicyViolation.TooOld(ETH, seconds(3), seconds(1)));
	}

	@Test
	void aQuorumIsMetByEnoughAcceptableMembersAndTheOthersStaySilent() {
		SnapshotBuilder builder = builder();
		build(builder, BTC, ETH);
		this.time.advance(seconds(3));
		builder.publisher().publish(BTC, 1, "feed");
		SnapshotRequest request = SnapshotRequest.prefer(BTC, ETH, ALICE);
		AcceptancePolicy.Builder any = AcceptancePolicy.builder().defaultRule(YOUNG);
		build(builder, request.acceptance(any.require(Requirement.anyOf(BTC, ETH, ALICE)).build()));
		Requirement two = Requirement.atLeast(2, BTC, ETH, ALICE).named("two prices");
		assertThat(violations(builder.buildAsync(request.acceptance(any.require(two).build())))).containsExactly(
				new PolicyViolation.TooOld(ETH, seconds(3), seconds(2)), new PolicyViolation.Unsatisfied(two, 1));
	}

	@Test
	void whatIsTooOldOrStaleIsReadAgainWhereThePolicyRepairs() {
		SnapshotBuilder builder = builder();
		build(builder, BTC, ETH);
		this.time.advance(seconds(3));
		builder.publisher().publish(ETH, 1, "feed");
		this.prices.answer(8);
		SnapshotRequest request = SnapshotRequest.require(BTC, ETH)
			.acceptance(AcceptancePolicy.builder().defaultRule(YOUNG).repairing().build());
		Snapshot snapshot = build(builder, request);
		assertThat(snapshot.value(BTC).fromCache()).isFalse();
		assertThat(snapshot.get(ETH)).isEqualTo(1);
		assertThat(this.prices.calls()).isEqualTo(3);
		assertThat(this.metrics.sum(Metric.SNAPSHOT_REPAIR, "success")).isEqualTo(1);
	}

	@Test
	void aRepairThatFailsLeavesTheValueThatThereWas() {
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		this.prices.fail(new IllegalStateException("down"));
		this.time.advance(seconds(3));
		build(builder, ETH);
		SnapshotRequest request = SnapshotRequest.require(BTC)
			.acceptance(AcceptancePolicy.builder().defaultRule(YOUNG).repairing().build());
		SnapshotAcceptanceException thrown = (SnapshotAcceptanceException) failed(builder.buildAsync(request));
		assertThat(thrown.snapshot().get(BTC)).isEqualTo(7);
		assertThat(thrown.snapshot().errors()).isEmpty();
	}

	@Test
	void aRepairEndsWithTheDeadline() {
		SnapshotBuilder builder = builder();
		build(builder, BTC);
		this.time.advance(seconds(3));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.require(BTC)
			.deadline(seconds(1))
			.acceptance(AcceptancePolicy.builder().defaultRule(YOUNG).repairing().build()));
		this.time.advance(seconds(1));
		assertThat(violations(build)).singleElement().isInstanceOf(PolicyViolation.TooOld.class);
	}

	@Test
	void aDerivedValueIsRepairedByReadingItsInputsAgain() {
		Source total = Source.derived("total", TOTAL, (key) -> List.of(BTC), (key, values) -> values.get(BTC) + 1)
			.build();
		Source mean = Source
			.derived("mean", MEAN, (key) -> List.of(TOTAL.key("t")), (key, values) -> values.get(TOTAL.key("t")) + 1)
			.build();
		SnapshotBuilder builder = start(Freshness.ttl(seconds(10)).maxStale(seconds(600)),
				Source.single("rest", PRICE, this.prices).nonBlocking().build(), total, mean);
		build(builder, MEAN.key("m"));
		this.time.advance(seconds(3));
		Snapshot snapshot = build(builder, SnapshotRequest.require(MEAN.key("m"))
			.acceptance(AcceptancePolicy.builder().defaultRule(YOUNG).repairing().build()));
		assertThat(snapshot.value(MEAN.key("m")).observedAt()).isEqualTo(this.time.now());
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void aPolicyThatNamesAnotherKeyIsRefusedByThatKeysName() {
		SnapshotRequest request = SnapshotRequest.require(BTC);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> request.acceptance(AcceptancePolicy.builder().rule(ETH, YOUNG).build()))
			.withMessage("acceptance: market:price:ETH (expected: keys of the request only)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> request.acceptance(AcceptancePolicy.of(Requirement.anyOf(BTC, ETH))))
			.withMessageContaining("market:price:ETH");
	}

	@Test
	void aValueThatSaysWhenItWasObservedIsAsOldAsItSays() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(10)),
				Source
					.single("rest", PRICE,
							new Script<Integer>().answer(Payload.of(1).observedAt(this.time.now().minusSeconds(5))))
					.nonBlocking()
					.build());
		assertThat(violations(builder.buildAsync(SnapshotRequest.require(BTC).acceptance(AcceptancePolicy.of(YOUNG)))))
			.singleElement()
			.isEqualTo(new PolicyViolation.TooOld(BTC, seconds(5), seconds(2)));
	}

}
