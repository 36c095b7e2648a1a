package io.coalestra.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.coalestra.Coalestra;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.CircuitScope;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.BatchValueFetch;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * When a source is left alone, and how it is tried again.
 */
class CircuitTests extends EngineFixture {

	private static final ResourceKey<Integer> DOGE = PRICE.key("DOGE");

	private final Script<Integer> script = new Script<Integer>();

	private static Resilience after(int failures, CircuitScope scope) {
		return new Resilience(RetryPolicy.NONE, new CircuitPolicy(true, scope, failures, seconds(10)));
	}

	private Source rest(int failures, CircuitScope scope) {
		return Source.single("rest", PRICE, this.script).nonBlocking().resilience(after(failures, scope)).build();
	}

	private SnapshotBuilder builder(int failures) {
		return start(Freshness.ttl(millis(1)), rest(failures, CircuitScope.SOURCE));
	}

	private String stateOf(SnapshotBuilder builder) {
		return builder.health().circuits().isEmpty() ? "closed" : builder.health().circuits().getFirst().state();
	}

	private Snapshot fail(SnapshotBuilder builder, int times) {
		Snapshot snapshot = attempt(builder, BTC);
		for (int i = 1; i < times; i++) {
			snapshot = attempt(builder, BTC);
		}
		return snapshot;
	}

	private FailureReason reason(Snapshot snapshot, ResourceKey<?> key) {
		return snapshot.errorFor(key).orElseThrow().sources().getFirst().reason();
	}

	@Test
	void soManyFailuresInARowOpenACircuitAndThenTheSourceIsLeftAlone() {
		this.script.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder(3);
		fail(builder, 2);
		assertThat(stateOf(builder)).isEqualTo("closed");
		fail(builder, 1);
		assertThat(stateOf(builder)).isEqualTo("open");
		Snapshot refused = attempt(builder, BTC);
		assertThat(reason(refused, BTC)).isEqualTo(FailureReason.CIRCUIT_OPEN);
		assertThat(refused.errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::attempts)
			.containsExactly(0);
		assertThat(this.script.calls()).isEqualTo(3);
		assertThat(this.metrics.sum(Metric.SOURCE_FETCH, "circuit_open", "rest")).isEqualTo(1);
		assertThat(this.events.only(EventType.SOURCE_CIRCUIT_OPEN).fields()).containsEntry("source", "rest");
		assertThat(this.events.only(EventType.CIRCUIT_STATE_CHANGED).fields()).containsEntry("state", "open");
	}

	@Test
	void aSuccessInBetweenBeginsTheCountAnew() {
		IllegalStateException down = new IllegalStateException("down");
		this.script.fail(down).fail(down).answer(1).fail(down).fail(down).answer(2);
		SnapshotBuilder builder = builder(3);
		for (int i = 0; i < 6; i++) {
			attempt(builder, BTC);
			pass(millis(2));
		}
		assertThat(stateOf(builder)).isEqualTo("closed");
		assertThat(this.script.calls()).isEqualTo(6);
	}

	@Test
	void exactlyAtTheRecoveryTimeOneProbeIsLetThrough() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10).minusNanos(1));
		assertThat(reason(attempt(builder, BTC), BTC)).isEqualTo(FailureReason.CIRCUIT_OPEN);
		pass(java.time.Duration.ofNanos(1));
		assertThat(attempt(builder, BTC).find(BTC)).contains(1);
		assertThat(stateOf(builder)).isEqualTo("closed");
	}

	@Test
	void aProbeThatFailsOpensTheCircuitForTheWholeTimeAgain() {
		this.script.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10));
		attempt(builder, BTC);
		assertThat(this.script.calls()).isEqualTo(2);
		pass(seconds(9));
		assertThat(reason(attempt(builder, BTC), BTC)).isEqualTo(FailureReason.CIRCUIT_OPEN);
		pass(seconds(1));
		attempt(builder, BTC);
		assertThat(this.script.calls()).isEqualTo(3);
	}

	@Test
	void siblingsOfAProbeWaitForItsOutcomeAndThenGoThrough() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC, ETH, DOGE);
		assertThat(this.executor.waiting()).as("only the probe is under way").isEqualTo(1);
		assertThat(arrived(build).values()).hasSize(3);
		assertThat(this.script.calls()).isEqualTo(4);
	}

	@Test
	void siblingsOfAProbeThatFailsAreNotSent() {
		this.script.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10));
		Snapshot snapshot = attempt(builder, BTC, ETH, DOGE);
		assertThat(this.script.calls()).isEqualTo(2);
		assertThat(reason(snapshot, BTC)).isEqualTo(FailureReason.SOURCE_ERROR);
		assertThat(reason(snapshot, ETH)).isEqualTo(FailureReason.CIRCUIT_OPEN);
		assertThat(reason(snapshot, DOGE)).isEqualTo(FailureReason.CIRCUIT_OPEN);
	}

	@Test
	void whoWaitsForAProbeIsBoundedByHisDeadline() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10));
		CompletableFuture<Snapshot> probe = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> sibling = builder.buildAsync(SnapshotRequest.prefer(ETH).deadline(millis(100)));
		this.time.advance(millis(100));
		assertThat(probe).isNotDone();
		assertThat(arrived(sibling).find(ETH)).isEmpty();
		arrived(probe);
	}

	@Test
	void whoWaitedForAProbeLeavesNoTimer() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10));
		arrived(builder.buildAsync(SnapshotRequest.require(BTC, ETH).deadline(seconds(5))));
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void aProbeThatIsNotToBlameFreesItsPlaceForTheNext() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10));
		CompletableFuture<Snapshot> probe = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(100)));
		CompletableFuture<Snapshot> sibling = builder.buildAsync(ETH);
		this.time.advance(millis(100));
		assertThat(arrived(sibling).get(ETH)).isEqualTo(1);
		assertThat(arrived(probe).find(BTC)).isEmpty();
		assertThat(stateOf(builder)).isEqualTo("closed");
	}

	@Test
	void aLateSuccessClosesNoCircuitThatOpenedMeanwhile() {
		this.script.answer(1).fail(new IllegalStateException("down")).answer(2);
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> late = new Script<Integer>().then((key, context) -> {
			// While this call is under way, another one fails and opens the circuit.
			begin(builder[0], SnapshotRequest.prefer(ETH));
			this.executor.runAll();
			assertThat(stateOf(builder[0])).isEqualTo("open");
			return Payload.of(1);
		}).fail(new IllegalStateException("down"));
		builder[0] = start(Freshness.ttl(millis(1)),
				Source.single("rest", PRICE, late).nonBlocking().resilience(after(1, CircuitScope.SOURCE)).build());
		assertThat(build(builder[0], BTC).get(BTC)).as("the value counts all the same").isEqualTo(1);
		assertThat(stateOf(builder[0])).isEqualTo("open");
	}

	@Test
	void aLateFailureExtendsNoOpenCircuit() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> late = new Script<Integer>().then((key, context) -> {
			begin(builder[0], SnapshotRequest.prefer(ETH));
			this.executor.runAll();
			this.time.advance(seconds(9));
			throw new IllegalStateException("late");
		}).fail(new IllegalStateException("down")).answer(1);
		builder[0] = start(Freshness.ttl(millis(1)),
				Source.single("rest", PRICE, late).nonBlocking().resilience(after(1, CircuitScope.SOURCE)).build());
		attempt(builder[0], BTC);
		assertThat(stateOf(builder[0])).isEqualTo("open");
		pass(seconds(1));
		assertThat(attempt(builder[0], DOGE).find(DOGE)).contains(1);
	}

	@Test
	void aLateFailureIsNoProbeOfANarrowCircuitThatOpenedMeanwhile() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> late = new Script<Integer>().then((key, context) -> {
			begin(builder[0], SnapshotRequest.prefer(ETH));
			this.executor.runAll();
			this.time.advance(seconds(10));
			throw new IllegalStateException("late");
		}).fail(new IllegalStateException("down")).answer(1);
		builder[0] = start(Freshness.ttl(millis(1)),
				Source.single("rest", PRICE, late).nonBlocking().resilience(after(1, CircuitScope.NAMESPACE)).build());
		attempt(builder[0], BTC);
		assertThat(attempt(builder[0], DOGE).find(DOGE)).as("the recovery time is over").contains(1);
	}

	@Test
	void aStalePayloadIsAFailureAlsoWhereTheCacheKnowsBetter() {
		this.script.answer(Payload.of(1).observedAt(this.time.now().minus(seconds(5))));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)), rest(1, CircuitScope.SOURCE));
		builder.publisher().publish(BTC, 2, "feed");
		assertThat(build(builder, SnapshotRequest.require(BTC).bypassCache()).get(BTC)).isEqualTo(2);
		assertThat(stateOf(builder)).isEqualTo("open");
	}

	@Test
	void stalePayloadsAreFailures() {
		this.script.then((key, context) -> Payload.of(1).observedAt(this.time.now().minusSeconds(5)));
		SnapshotBuilder builder = builder(2);
		fail(builder, 2);
		assertThat(stateOf(builder)).isEqualTo("open");
	}

	@Test
	void deadlinesAndQueueTimeoutsAreNotTheSourcesFault() {
		this.script.answer(1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.script)
			.nonBlocking()
			.maxConcurrency(1)
			.queueTimeout(millis(500))
			.resilience(after(1, CircuitScope.SOURCE))
			.build());
		CompletableFuture<Snapshot> hasty = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(seconds(1)));
		CompletableFuture<Snapshot> queued = builder.buildAsync(SnapshotRequest.prefer(ETH));
		this.time.advance(seconds(1));
		arrived(hasty);
		arrived(queued);
		assertThat(stateOf(builder)).isEqualTo("closed");
	}

	@Test
	void sourceTimeoutsAreTheSourcesFault() {
		this.script.answerAfter(this.time, seconds(2), 1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.script)
			.nonBlocking()
			.timeout(seconds(1))
			.resilience(after(1, CircuitScope.SOURCE))
			.build());
		attempt(builder, BTC);
		assertThat(stateOf(builder)).isEqualTo("open");
	}

	@Test
	void aRetriedCallIsOneFailure() {
		this.script.fail(new IOException("reset"));
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.script)
			.nonBlocking()
			.resilience(new Resilience(new RetryPolicy(3, millis(1), millis(1), 0),
					new CircuitPolicy(true, CircuitScope.SOURCE, 2, seconds(10))))
			.build());
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC));
		this.executor.runAll();
		pass(millis(1));
		pass(millis(1));
		arrived(build);
		assertThat(this.script.calls()).isEqualTo(3);
		assertThat(stateOf(builder)).isEqualTo("closed");
	}

	@Test
	void aBatchWithOneFreshValueIsASuccess() {
		BatchValueFetch<Integer> partial = (keys) -> Map.of(BTC, 1);
		SnapshotBuilder builder = start(
				Source.batch("rest", PRICE, partial).nonBlocking().resilience(after(1, CircuitScope.SOURCE)).build());
		attempt(builder, BTC, ETH);
		assertThat(stateOf(builder)).isEqualTo("closed");
	}

	@Test
	void aBatchWithoutAnyFreshValueIsAFailure() {
		BatchValueFetch<Integer> nothing = (keys) -> Map.of();
		SnapshotBuilder builder = start(
				Source.batch("rest", PRICE, nothing).nonBlocking().resilience(after(1, CircuitScope.SOURCE)).build());
		attempt(builder, BTC, ETH);
		assertThat(stateOf(builder)).isEqualTo("open");
	}

	@Test
	void anOpenCircuitOfOneKeyTakesNoOtherKeysOfABatchWithIt() {
		Script<Integer> batch = new Script<Integer>().fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = start(
				Source.batch("rest", PRICE, batch).nonBlocking().resilience(after(1, CircuitScope.RESOURCE)).build());
		attempt(builder, BTC);
		Snapshot snapshot = attempt(builder, BTC, ETH);
		assertThat(snapshot.get(ETH)).isEqualTo(1);
		assertThat(reason(snapshot, BTC)).isEqualTo(FailureReason.CIRCUIT_OPEN);
		assertThat(batch.keysOf(1)).containsExactly(ETH);
	}

	@Test
	void circuitsBySubjectAreForgottenWhenTheyAreAtRest() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = start(rest(1, CircuitScope.SUBJECT));
		attempt(builder, BTC);
		assertThat(stateOf(builder)).isEqualTo("open");
		assertThat(attempt(builder, ETH).find(ETH)).contains(1);
		pass(seconds(10));
		assertThat(attempt(builder, BTC).find(BTC)).contains(1);
		assertThat(builder.health().circuits()).isEmpty();
	}

	@Test
	void healthCountsCircuitsAndNamesNoSubject() {
		this.script.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(rest(1, CircuitScope.RESOURCE));
		attempt(builder, BTC, ETH);
		assertThat(builder.health().circuits()).hasSize(1);
		assertThat(builder.health().circuits().getFirst().count()).isEqualTo(2);
		assertThat(builder.health().toString()).doesNotContain("BTC", "ETH");
	}

	@Test
	void anOperatorMayCloseTheCircuitsOfASource() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		assertThat(builder.resetCircuits("rest")).isEqualTo(1);
		assertThat(attempt(builder, BTC).find(BTC)).contains(1);
		assertThatIllegalArgumentException().isThrownBy(() -> builder.resetCircuits("none"))
			.withMessageContaining("source: \"none\" (expected: one of [rest])");
	}

	@Test
	void resettingACircuitLetsThoseGoOnWhoWaitForItsProbe() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = builder(1);
		fail(builder, 1);
		pass(seconds(10));
		CompletableFuture<Snapshot> probe = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> sibling = builder.buildAsync(ETH);
		builder.resetCircuits("rest");
		assertThat(this.executor.waiting()).as("the probe, and the sibling's next step").isEqualTo(2);
		arrived(sibling);
		arrived(probe);
	}

	@Test
	void aCallThatQueuedWhileTheCircuitOpenedIsNotMade() {
		this.script.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.script)
			.nonBlocking()
			.maxConcurrency(1)
			.resilience(after(1, CircuitScope.SOURCE))
			.build());
		Snapshot snapshot = attempt(builder, BTC, ETH, DOGE);
		assertThat(this.script.calls()).isEqualTo(1);
		assertThat(reason(snapshot, DOGE)).isEqualTo(FailureReason.CIRCUIT_OPEN);
	}

	@Test
	void aDisabledCircuitNeverOpens() {
		this.script.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, this.script).nonBlocking().resilience(Resilience.NONE).build());
		fail(builder, 10);
		assertThat(this.script.calls()).isEqualTo(10);
		assertThat(builder.health().circuits()).isEmpty();
	}

	@Test
	void failedDependenciesLeaveTheCircuitOfTheDerivedSourceAlone() {
		this.script.fail(new IllegalStateException("down"));
		Source total = Source.derived("total", TOTAL, (key) -> List.of(BTC), (key, values) -> values.get(BTC))
			.resilience(after(1, CircuitScope.SOURCE))
			.build();
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.script).nonBlocking().build(), total);
		attempt(builder, TOTAL.key("t"));
		attempt(builder, TOTAL.key("t"));
		assertThat(builder.health().circuits()).isEmpty();
	}

	@Test
	void staleInputsAreNotTheDerivedSourcesFault() {
		this.script.answer(1).fail(new IllegalStateException("down"));
		Source total = Source.derived("total", TOTAL, (key) -> List.of(BTC), (key, values) -> values.get(BTC))
			.resilience(after(1, CircuitScope.SOURCE))
			.build();
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, this.script).nonBlocking().resilience(Resilience.NONE).build(), total);
		build(builder, BTC);
		pass(seconds(2));
		Snapshot snapshot = attempt(builder, TOTAL.key("t"));
		assertThat(snapshot.value(TOTAL.key("t")).stale()).isTrue();
		assertThat(builder.health().circuits()).isEmpty();
	}

	@Test
	void aCircuitThatWaitsForNothingRecoversAtOnce() {
		this.script.fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.script)
			.nonBlocking()
			.resilience(new Resilience(RetryPolicy.NONE,
					new CircuitPolicy(true, CircuitScope.SOURCE, 1, java.time.Duration.ZERO)))
			.build());
		fail(builder, 1);
		assertThat(attempt(builder, BTC).find(BTC)).contains(1);
	}

	@Test
	void circuitsByNamespaceAreSharedByTypesOfTheNamespaceOnly() {
		Script<Object> any = new Script<Object>().fail(new IllegalStateException("down")).answer("x");
		Source wide = Source.single("wide", io.coalestra.key.ResourceType.of("market", "depth", Object.class), any)
			.alsoFor(PRICE)
			.alsoFor(ACCOUNT)
			.nonBlocking()
			.resilience(after(1, CircuitScope.NAMESPACE))
			.build();
		Coalestra configuration = steps().source(wide);
		SnapshotBuilder builder = start(configuration);
		attempt(builder, BTC);
		assertThat(reason(attempt(builder, ETH), ETH)).isEqualTo(FailureReason.CIRCUIT_OPEN);
		assertThat(attempt(builder, ACCOUNT.key("a")).find(ACCOUNT.key("a"))).isPresent();
	}

	@Test
	void theDefaultOpensAfterThreeFailuresForTenSeconds() {
		assertThat(CircuitPolicy.DEFAULT).isEqualTo(new CircuitPolicy(true, CircuitScope.SOURCE, 3, seconds(10)));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitPolicy(true, CircuitScope.SOURCE, 0, seconds(10)))
			.withMessage("failureThreshold: 0 (expected: 1 to 1000)");
	}

	@Test
	void aProbeWhoseRetryBecamePointlessLetsTheNextOneProbe() {
		RetryPolicy slowly = new RetryPolicy(2, seconds(5), seconds(5), 0);
		this.script.fail(new IllegalStateException("down")).fail(new IOException("reset")).answer(7);
		Source first = Source.single("first", PRICE, this.script)
			.nonBlocking()
			.priority(2)
			.hedgeAfter(millis(10))
			.resilience(new Resilience(slowly, new CircuitPolicy(true, CircuitScope.SOURCE, 1, seconds(1))))
			.build();
		Source second = Source.single("second", PRICE, (key, context) -> Payload.of(2)).nonBlocking().build();
		SnapshotBuilder builder = start(Freshness.ttl(millis(1)), first, second);
		assertThat(build(builder, BTC).value(BTC).source()).isEqualTo("second");
		pass(seconds(1));
		CompletableFuture<Snapshot> probing = builder.buildAsync(BTC);
		this.executor.runAll();
		pass(millis(10));
		assertThat(arrived(probing).value(BTC).source()).isEqualTo("second");
		assertThat(build(builder, ETH).get(ETH)).as("which probes at once").isEqualTo(7);
	}

	@Test
	void closingLeavesNoTimerOfAProbeNorOfWhatWaitsForIt() {
		this.script.fail(new IllegalStateException("down")).fail(new IOException("reset")).answer(7);
		RetryPolicy slowly = new RetryPolicy(2, seconds(5), seconds(5), 0);
		Source first = Source.single("first", PRICE, this.script)
			.nonBlocking()
			.priority(2)
			.resilience(new Resilience(slowly, new CircuitPolicy(true, CircuitScope.SOURCE, 1, seconds(1))))
			.build();
		SnapshotBuilder builder = start(Freshness.ttl(millis(1)), first);
		attempt(builder, BTC);
		pass(seconds(1));
		CompletableFuture<Snapshot> probing = builder.buildAsync(BTC);
		this.executor.runAll();
		CompletableFuture<Snapshot> waiting = builder.buildAsync(ETH);
		builder.close();
		failed(probing);
		failed(waiting);
		assertThat(this.time.pendingTimers()).isZero();
	}

}
