package io.coalestra.rules;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.BatchValueFetch;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.source.ValueFetch;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.ORDERS;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which source is asked when, and what its answer is worth.
 */
class SourceChainTests extends EngineFixture {

	private static Source prices(String name, int priority, Script<Integer> script) {
		return Source.single(name, PRICE, script).nonBlocking().priority(priority).build();
	}

	private static Source batch(String name, int priority, Script<Integer> script) {
		return Source.batch(name, PRICE, script).nonBlocking().priority(priority).build();
	}

	private SourceFailure onlyFailureOf(SnapshotBuilder builder, ResourceKey<?> key) {
		Snapshot snapshot = attempt(builder, key);
		assertThat(snapshot.find(key)).isEmpty();
		List<SourceFailure> failures = snapshot.errorFor(key).orElseThrow().sources();
		assertThat(failures).hasSize(1);
		return failures.getFirst();
	}

	@Test
	void sourcesAreAskedInDescendingPriorityAndEqualOnesInTheOrderOfRegistration() {
		Script<Integer> failing = new Script<Integer>().fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(prices("low", 1, failing), prices("first", 5, failing),
				prices("second", 5, failing), prices("high", 9, failing));
		Snapshot snapshot = attempt(builder, BTC);
		assertThat(snapshot.errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::source)
			.containsExactly("high", "first", "second", "low");
	}

	@Test
	void theFirstFreshAnswerEndsTheChain() {
		Script<Integer> low = new Script<Integer>().answer(2);
		SnapshotBuilder builder = start(prices("high", 2, new Script<Integer>().answer(1)), prices("low", 1, low));
		assertThat(build(builder, BTC).value(BTC).source()).isEqualTo("high");
		assertThat(low.calls()).isZero();
	}

	@Test
	void aFreshAnswerOfALowSourceBeatsAStaleOneOfAHighSource() {
		Script<Integer> stale = new Script<Integer>()
			.then((key, context) -> Payload.of(1).observedAt(this.time.now().minusSeconds(5)));
		SnapshotBuilder builder = start(prices("high", 2, stale), prices("low", 1, new Script<Integer>().answer(2)));
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(2);
		assertThat(snapshot.value(BTC).stale()).isFalse();
	}

	@Test
	void aSlowKeyHoldsUpNoOtherKeysFallback() {
		// Both keys begin with sources of the same rank; one fails at once, the other
		// does not answer at all.
		Script<Integer> failing = new Script<Integer>().fail(new IllegalStateException("down"));
		Script<Integer> fallback = new Script<Integer>().answer(2);
		SnapshotBuilder builder = start(
				Source.single("btc", PRICE, failing).supports(BTC::equals).nonBlocking().priority(9).build(),
				Source.single("eth", PRICE, new Script<Integer>().answer(3))
					.supports(ETH::equals)
					.nonBlocking()
					.priority(9)
					.build(),
				prices("fallback", 1, fallback));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC, ETH);
		this.executor.runNext();
		assertThat(fallback.calls()).as("asked before the other key's call was run").isZero();
		// The call of "eth" waits in the queue before the fallback's; nothing else does.
		this.executor.runNext();
		this.executor.runNext();
		assertThat(fallback.calls()).isEqualTo(1);
		assertThat(arrived(build).get(ETH)).isEqualTo(3);
	}

	@Test
	void keysOfOneTypeGoToABatchSourceInOneCall() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(batch("rest", 1, script));
		Snapshot snapshot = build(builder, BTC, ETH);
		assertThat(script.calls()).isEqualTo(1);
		assertThat(script.keysOf(0)).containsExactly(BTC, ETH);
		assertThat(snapshot.diagnostics().batchCalls()).isEqualTo(1);
	}

	@Test
	void whatABatchLeavesOutGoesToTheNextSource() {
		BatchValueFetch<Integer> partial = (keys) -> Map.of(BTC, 1);
		SnapshotBuilder builder = start(Source.batch("partial", PRICE, partial).nonBlocking().priority(2).build(),
				prices("rest", 1, new Script<Integer>().answer(2)));
		Snapshot snapshot = build(builder, BTC, ETH);
		assertThat(snapshot.value(BTC).source()).isEqualTo("partial");
		assertThat(snapshot.value(ETH).source()).isEqualTo("rest");
	}

	@Test
	void aBatchThatAnswersForKeysItWasNotAskedForFailsAsAWhole() {
		BatchValueFetch<Integer> tooMuch = (keys) -> Map.of(BTC, 1, PRICE.key("DOGE"), 3);
		SnapshotBuilder builder = start(Source.batch("chatty", PRICE, tooMuch).nonBlocking().build());
		Snapshot snapshot = attempt(builder, BTC, ETH);
		assertThat(snapshot.errors()).containsOnlyKeys(BTC, ETH);
		assertThat(snapshot.errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::reason)
			.containsExactly(FailureReason.PROTOCOL);
	}

	@Test
	void aBatchThatAnswersNothingLeavesEachKeyItsReason() {
		BatchValueFetch<Integer> nothing = (keys) -> Map.of();
		SnapshotBuilder builder = start(Source.batch("empty", PRICE, nothing).nonBlocking().build());
		assertThat(onlyFailureOf(builder, BTC).reason()).isEqualTo(FailureReason.NOT_RETURNED);
	}

	@Test
	void aBatchThatAnswersNullBreaksItsContract() {
		@SuppressWarnings("NullAway")
		BatchValueFetch<Integer> broken = (keys) -> null;
		SnapshotBuilder builder = start(Source.batch("null", PRICE, broken).nonBlocking().build());
		assertThat(onlyFailureOf(builder, BTC).reason()).isEqualTo(FailureReason.PROTOCOL);
	}

	@Test
	void aBatchWithANullValueFailsThatKeyOnly() {
		BatchValueFetch<Integer> broken = (keys) -> {
			Map<ResourceKey<Integer>, Integer> answers = new HashMap<>();
			answers.put(BTC, null);
			answers.put(ETH, 2);
			return answers;
		};
		SnapshotBuilder builder = start(Source.batch("rest", PRICE, broken).nonBlocking().build());
		Snapshot snapshot = attempt(builder, BTC, ETH);
		assertThat(snapshot.get(ETH)).isEqualTo(2);
		assertThat(snapshot.errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::reason)
			.containsExactly(FailureReason.PROTOCOL);
	}

	@Test
	void aMapThatThrowsIsTheSourcesFailureAndTheChainGoesOn() {
		BatchValueFetch<Integer> hostile = (keys) -> new HashMap<>(Map.of(BTC, 1)) {

			private static final long serialVersionUID = 1L;

			@Override
			public Integer get(Object key) {
				throw new IllegalStateException("connection closed");
			}

		};
		SnapshotBuilder builder = start(Source.batch("lazy", PRICE, hostile).nonBlocking().priority(2).build(),
				prices("rest", 1, new Script<Integer>().answer(2)));
		assertThat(build(builder, BTC).value(BTC).source()).isEqualTo("rest");
	}

	@Test
	void aSourceThatAnswersNullBreaksItsContract() {
		@SuppressWarnings("NullAway")
		ValueFetch<Integer> broken = (key) -> null;
		SnapshotBuilder builder = start(Source.single("null", PRICE, broken).nonBlocking().build());
		SourceFailure failure = onlyFailureOf(builder, BTC);
		assertThat(failure.reason()).isEqualTo(FailureReason.PROTOCOL);
		assertThat(failure.message()).contains("null", "Payload.absent()");
	}

	@Test
	void aSourceThatThrowsAnErrorFailsLikeAnyOther() {
		SnapshotBuilder builder = start(prices("rest", 1, new Script<Integer>().fail(new StackOverflowError("deep"))));
		SourceFailure failure = onlyFailureOf(builder, BTC);
		assertThat(failure.reason()).isEqualTo(FailureReason.SOURCE_ERROR);
		assertThat(failure.errorType()).isEqualTo("StackOverflowError");
		assertThat(failure.cause()).isInstanceOf(StackOverflowError.class);
	}

	@Test
	void aFailureTellsTheClassTheMessageAndTheAttempts() {
		SnapshotBuilder builder = start(
				prices("rest", 1, new Script<Integer>().fail(new IllegalStateException("no\n  route"))));
		SourceFailure failure = onlyFailureOf(builder, BTC);
		assertThat(failure.source()).isEqualTo("rest");
		assertThat(failure.errorType()).isEqualTo("IllegalStateException");
		assertThat(failure.message()).isEqualTo("no route");
		assertThat(failure.attempts()).isEqualTo(1);
	}

	@Test
	void aKeyThatNoSourceSupportsFailsAtOnce() {
		SnapshotBuilder builder = start(prices("rest", 1, new Script<Integer>().answer(1)));
		SnapshotBuildException failure = failed(builder.buildAsync(ALICE));
		assertThat(failure.failures()).extracting(ResourceFailure::kind)
			.containsExactly(ResourceFailure.Kind.UNSUPPORTED);
		assertThat(failure).hasMessageContaining("no source supports this key");
	}

	@Test
	void aRequiredFailureFailsTheBuildAndCarriesWhatThereIs() {
		SnapshotBuilder builder = start(prices("rest", 1, new Script<Integer>().answer(1)));
		SnapshotBuildException failure = failed(builder.buildAsync(BTC, ALICE));
		assertThat(failure.snapshot().get(BTC)).isEqualTo(1);
		assertThat(failure.failures()).extracting(ResourceFailure::key).isEqualTo(List.of(ALICE));
	}

	@Test
	void anOptionalFailureStaysInTheSnapshot() {
		SnapshotBuilder builder = start(prices("rest", 1, new Script<Integer>().answer(1)));
		Snapshot snapshot = build(builder, io.coalestra.snapshot.SnapshotRequest.require(BTC).optional(ALICE));
		assertThat(snapshot.isComplete()).isFalse();
		assertThat(snapshot.errors()).containsOnlyKeys(ALICE);
		assertThat(snapshot.values()).containsOnlyKeys(BTC);
	}

	@Test
	void supportsNarrowsASourceAndItsAnswersAreRemembered() {
		AtomicInteger asked = new AtomicInteger();
		Source selective = Source.single("btc only", PRICE, new Script<Integer>().answer(1)).supports((key) -> {
			asked.incrementAndGet();
			return key.equals(BTC);
		}).nonBlocking().build();
		SnapshotBuilder builder = start(selective);
		Snapshot first = attempt(builder, BTC, ETH);
		assertThat(first.errorFor(ETH).orElseThrow().kind()).isEqualTo(ResourceFailure.Kind.UNSUPPORTED);
		assertThat(first.diagnostics().supportMisses()).isEqualTo(2);
		Snapshot second = attempt(builder, BTC, ETH);
		assertThat(second.diagnostics().supportHits()).isEqualTo(1);
		assertThat(asked).hasValue(2);
		builder.forgetSupport();
		attempt(builder, ETH);
		assertThat(asked).hasValue(3);
	}

	@Test
	void aSourceMayAskForItsSupportNotToBeRemembered() {
		AtomicInteger asked = new AtomicInteger();
		Source moody = Source.single("moody", PRICE, new Script<Integer>().answer(1))
			.supports((key) -> asked.incrementAndGet() > 1)
			.forgetSupport()
			.nonBlocking()
			.build();
		SnapshotBuilder builder = start(moody);
		failed(builder.buildAsync(BTC));
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
		assertThat(builder.health().rememberedSupport()).isZero();
	}

	@Test
	void supportsThatThrowsFailsTheSourceForThatKeyAndIsAskedAgain() {
		AtomicInteger asked = new AtomicInteger();
		Source broken = Source.single("broken", PRICE, new Script<Integer>().answer(1)).supports((key) -> {
			if (asked.getAndIncrement() == 0) {
				throw new IllegalStateException("no table");
			}
			return true;
		}).nonBlocking().priority(2).build();
		SnapshotBuilder builder = start(broken);
		SourceFailure failure = onlyFailureOf(builder, BTC);
		assertThat(failure.reason()).isEqualTo(FailureReason.SUPPORTS_ERROR);
		assertThat(failure.attempts()).isZero();
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void aSourceMayCoverSeveralTypesByNameOrPattern() {
		Script<Object> any = new Script<Object>().answer("x");
		Source wide = Source.single("wide", io.coalestra.key.ResourceType.of("a", "b", Object.class), any)
			.alsoFor(KeyPattern.parse("ledger:*"))
			.nonBlocking()
			.build();
		SnapshotBuilder builder = start(wide);
		assertThat(build(builder, ALICE).get(ALICE)).isEqualTo("x");
		failed(builder.buildAsync(BTC));
	}

	@Test
	void aBuilderWithoutSourcesAnswersWhatIsPublished() {
		SnapshotBuilder builder = start();
		failed(builder.buildAsync(BTC));
		builder.publisher().publish(BTC, 1, "feed");
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void provenanceTellsWhereAValueIsFrom() {
		Script<Integer> script = new Script<Integer>().then((key, context) -> {
			this.time.advance(millis(30));
			return Payload.of(1).observedAt(this.time.now().minusMillis(100)).metadata("host", "a");
		});
		SnapshotBuilder builder = start(steps().source(prices("rest", 1, script))
			.authority(io.coalestra.policy.KeyPolicies.of(SourceAuthority.EQUAL.rank("rest", 7)))
			.defaultFreshness(Freshness.DEFAULT));
		var value = build(builder, BTC).value(BTC);
		assertThat(value.source()).isEqualTo("rest");
		assertThat(value.latency()).isEqualTo(millis(30));
		assertThat(value.age()).isEqualTo(millis(100));
		assertThat(value.fromCache()).isFalse();
		assertThat(value.stale()).isFalse();
		assertThat(value.attempts()).isEqualTo(1);
		assertThat(value.authorityRank()).isEqualTo(7);
		assertThat(value.metadata()).isEqualTo(Map.of("host", "a"));
		pass(millis(400));
		var cached = build(builder, BTC).value(BTC);
		assertThat(cached.version()).isEqualTo(value.version());
		assertThat(cached.fromCache()).isTrue();
		assertThat(cached.latency()).isZero();
		assertThat(cached.age()).isEqualTo(millis(500));
	}

	@Test
	void aValueWithoutATimeIsDatedAtTheBeginningOfItsCall() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, millis(300), 1);
		SnapshotBuilder builder = start(prices("rest", 1, slow));
		var begun = this.time.now();
		var value = build(builder, BTC).value(BTC);
		assertThat(value.observedAt()).isEqualTo(begun);
		assertThat(value.age()).isEqualTo(millis(300));
	}

	@Test
	void onePayloadThatCannotBeCopiedFailsItsOwnKeyOnly() {
		ResourceKey<List<String>> good = ORDERS.key("good");
		ResourceKey<List<String>> bad = ORDERS.key("bad");
		BatchValueFetch<List<String>> mixed = (keys) -> Map.of(good, Arrays.asList("a"), bad, new Uncopyable());
		SnapshotBuilder builder = start(Source.batch("orders", ORDERS, mixed).nonBlocking().build());
		Snapshot snapshot = attempt(builder, good, bad);
		assertThat(snapshot.get(good)).containsExactly("a");
		assertThat(snapshot.errorFor(bad).orElseThrow().sources()).extracting(SourceFailure::reason)
			.containsExactly(FailureReason.PAYLOAD_ISOLATION);
	}

	@Test
	void changingWhatASourceOrASnapshotHoldsChangesNothingElse() {
		ResourceKey<List<String>> key = ORDERS.key("alice");
		List<String> own = new java.util.ArrayList<>(List.of("a"));
		ValueFetch<List<String>> fetch = (asked) -> own;
		SnapshotBuilder builder = start(Source.single("orders", ORDERS, fetch).nonBlocking().build());
		Snapshot first = build(builder, key);
		own.add("b");
		assertThat(first.get(key)).containsExactly("a");
		first.get(key).add("c");
		assertThat(build(builder, key).get(key)).containsExactly("a");
	}

	@Test
	void anExecutorThatRefusesACallFailsItAndLeavesNoPermitTaken() {
		SnapshotBuilder builder = start(prices("rest", 1, new Script<Integer>().answer(1)));
		this.executor.refuse();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		assertThat(build).failsWithin(seconds(20));
		assertThat(leftIn(builder)).isEmpty();
	}

	@Test
	void aPolicyFunctionThatThrowsDuringAReadFailsTheKeyAndLeavesNothingBehind() {
		boolean[] broken = new boolean[1];
		Script<String> script = new Script<String>().then((key, context) -> {
			broken[0] = true;
			return Payload.of("Alice");
		});
		SnapshotBuilder builder = start(steps().source(Source.single("ledger", ACCOUNT, script).nonBlocking().build())
			.freshness((policies) -> policies.with((key) -> {
				if (broken[0]) {
					throw new IllegalStateException("policy");
				}
				return null;
			})));
		CompletableFuture<Snapshot> build = builder.buildAsync(ALICE);
		this.executor.runAll();
		assertThat(build).isCompletedExceptionally();
		assertThat(leftIn(builder)).isEmpty();
		broken[0] = false;
		assertThatExceptionOfType(SnapshotBuildException.class).isThrownBy(() -> {
			throw failed(build);
		}).withMessageContaining("ledger:account:alice");
	}

	private static final class Uncopyable extends java.util.AbstractList<String> {

		private final Thread thread = Thread.currentThread();

		@Override
		public String get(int index) {
			return this.thread.getName();
		}

		@Override
		public int size() {
			return 1;
		}

	}

	@Test
	void aStaleAnswerStandsInAlsoWhereTheCacheDidNotTakeIt() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> lagging = new Script<Integer>().then((key, context) -> {
			builder[0].publisher().invalidate(BTC);
			return Payload.of(1).observedAt(this.time.now().minusSeconds(5));
		});
		builder[0] = start(Source.single("rest", PRICE, lagging).nonBlocking().build());
		Snapshot snapshot = build(builder[0], BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.value(BTC).stale()).isTrue();
		assertThat(builder[0].health().cache().size()).as("what was invalidated is not stored").isZero();
	}

	@Test
	void ofTwoStaleAnswersThatTheCacheDidNotTakeTheNewerStandsIn() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> lagging = new Script<Integer>().then((key, context) -> {
			builder[0].publisher().invalidate(BTC);
			return Payload.of(1).observedAt(this.time.now().minusSeconds(5));
		});
		Script<Integer> worse = new Script<Integer>().answer(Payload.of(2).observedAt(this.time.now().minusSeconds(6)));
		builder[0] = start(Source.single("rest", PRICE, lagging).nonBlocking().priority(2).build(),
				Source.single("worse", PRICE, worse).nonBlocking().priority(1).build());
		assertThat(build(builder[0], BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void aStaleAnswerThatTheCacheDidNotTakeDoesNotStandInWhereThePolicyForbidsIt() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> lagging = new Script<Integer>().then((key, context) -> {
			builder[0].publisher().invalidate(BTC);
			return Payload.of(1).observedAt(this.time.now().minusSeconds(5));
		});
		builder[0] = start(Freshness.DEFAULT.neverStaleOnError(),
				Source.single("rest", PRICE, lagging).nonBlocking().build());
		failed(builder[0].buildAsync(BTC));
	}

	@Test
	void anAnswerOfSupportsThatWasUnderWayWhenAllWereForgottenIsNotRemembered() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		AtomicInteger asked = new AtomicInteger();
		Source selective = Source.single("btc only", PRICE, new Script<Integer>().answer(1)).supports((key) -> {
			if (asked.incrementAndGet() == 1) {
				builder[0].forgetSupport();
			}
			return asked.get() > 1;
		}).nonBlocking().build();
		builder[0] = start(selective);
		assertThat(attempt(builder[0], BTC).find(BTC)).isEmpty();
		assertThat(attempt(builder[0], BTC).find(BTC)).as("what it says since").contains(1);
	}

}
