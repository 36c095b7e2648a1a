package io.coalestra.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.coalestra.cache.WriteRule;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.DependencyDeclaration;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Values that are computed from others.
 */
class DerivedTests extends EngineFixture {

	private static final ResourceKey<Integer> SUM = TOTAL.key("sum");

	private final Script<Integer> prices = new Script<Integer>().answer(3);

	private final AtomicInteger derivations = new AtomicInteger();

	private Source prices() {
		return Source.single("rest", PRICE, this.prices).nonBlocking().build();
	}

	private Source sum() {
		return Source.derived("sum", TOTAL, (key) -> List.of(BTC, ETH), (key, values) -> {
			this.derivations.incrementAndGet();
			return values.get(BTC) + values.get(ETH);
		}).build();
	}

	private Source mean(ResourceKey<?>... of) {
		return Source.derived("mean", MEAN, (key) -> List.of(of), (key, values) -> {
			int all = 0;
			for (ResourceKey<?> one : of) {
				all += (Integer) values.get(one);
			}
			return all / of.length;
		}).build();
	}

	@Test
	void aDerivedValueIsComputedFromItsDependencies() {
		SnapshotBuilder builder = start(prices(), sum());
		Snapshot snapshot = build(builder, SUM);
		assertThat(snapshot.get(SUM)).isEqualTo(6);
		assertThat(snapshot.keys()).as("dependencies are not shown").containsExactly(SUM);
		assertThat(snapshot.diagnostics().derivedCalls()).isEqualTo(1);
		assertThat(snapshot.diagnostics().sourceCalls()).isEqualTo(3);
		assertThat(snapshot.diagnostics().requested()).isEqualTo(1);
		assertThat(snapshot.value(SUM).dependencyVersions()).extracting("key").isEqualTo(List.of(BTC, ETH));
	}

	@Test
	void aDependencyThatIsAskedForAsWellIsReadOnce() {
		SnapshotBuilder builder = start(prices(), sum());
		build(builder, SUM, BTC, ETH);
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void twoDerivationsAndTheirSharedInputCauseOneReadOfIt() {
		SnapshotBuilder builder = start(prices(), sum(), mean(BTC, ETH));
		Snapshot snapshot = build(builder, SUM, MEAN.key("m"), BTC);
		assertThat(snapshot.values()).hasSize(3);
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void whatSeveralDerivationsNeedIsReadByOneCallOfABatchSourceWithWhatWasAskedForItself() {
		List<List<ResourceKey<Integer>>> calls = new ArrayList<>();
		Source batch = Source.batch("rest", PRICE, (List<ResourceKey<Integer>> keys) -> {
			calls.add(keys);
			return keys.stream().collect(Collectors.toMap((key) -> key, (key) -> 3));
		}).nonBlocking().build();
		ResourceKey<Integer> doge = PRICE.key("DOGE");
		SnapshotBuilder builder = start(batch, sum(), mean(SUM, ETH));
		Snapshot snapshot = build(builder, MEAN.key("m"), SUM, doge);
		assertThat(snapshot.values()).hasSize(3);
		assertThat(calls).hasSize(1);
		assertThat(calls.getFirst()).containsExactlyInAnyOrder(doge, BTC, ETH);
	}

	@Test
	void derivationsMayBuildOnDerivations() {
		SnapshotBuilder builder = start(prices(), sum(), mean(SUM, BTC));
		assertThat(build(builder, MEAN.key("m")).get(MEAN.key("m"))).isEqualTo(4);
	}

	@Test
	void duplicateDependenciesCollapseAndNoneIsLegal() {
		Source twice = Source.derived("twice", TOTAL, (key) -> List.of(BTC, BTC), (key, values) -> values.keys().size())
			.build();
		Source constant = Source.derived("constant", MEAN, (key) -> List.of(), (key, values) -> 42).build();
		SnapshotBuilder builder = start(prices(), twice, constant);
		assertThat(build(builder, SUM).get(SUM)).isEqualTo(1);
		assertThat(build(builder, MEAN.key("m")).get(MEAN.key("m"))).isEqualTo(42);
	}

	@Test
	void aDerivedValueInheritsTheAgeOfItsOldestInput() {
		this.prices.then((key, context) -> Payload.of(1).observedAt(this.time.now().minusMillis(700)));
		SnapshotBuilder builder = start(prices(), sum());
		build(builder, BTC);
		pass(millis(200));
		Snapshot snapshot = build(builder, SUM);
		assertThat(snapshot.value(SUM).observedAt()).isEqualTo(this.time.now().minusMillis(700));
		assertThat(snapshot.value(SUM).age()).isEqualTo(millis(700));
	}

	@Test
	void aDerivedValueIsNoFresherThanWhatItWasComputedFrom() {
		SnapshotBuilder builder = start(steps().sources(List.of(prices(), sum()))
			.freshness((policies) -> policies.orElse(Freshness.ttl(seconds(60)))
				.with(BTC, Freshness.ttl(seconds(1)).maxStale(seconds(30)))));
		build(builder, SUM);
		pass(millis(1001));
		Snapshot snapshot = build(builder, SUM);
		assertThat(snapshot.value(SUM).fromCache()).isFalse();
		assertThat(this.prices.calls()).as("only the expired input is read again").isEqualTo(3);
	}

	@Test
	void aValueComputedFromAStaleInputIsStale() {
		Script<Integer> failing = new Script<Integer>().answer(1).answer(2).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Source.single("rest", PRICE, failing).nonBlocking().build(), sum());
		build(builder, BTC, ETH);
		pass(seconds(2));
		Snapshot snapshot = build(builder, SUM);
		assertThat(snapshot.get(SUM)).isEqualTo(3);
		assertThat(snapshot.value(SUM).stale()).isTrue();
		assertThat(snapshot.staleKeys()).containsExactly(SUM);
	}

	@Test
	void aNewRevisionOfAnInputInvalidatesWhatWasComputedFromItAllTheWayDown() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)), prices(), sum(), mean(SUM, BTC));
		ResourceKey<Integer> mean = MEAN.key("m");
		assertThat(build(builder, mean).get(mean)).isEqualTo(4);
		builder.publisher().publish(BTC, 9, "feed");
		assertThat(build(builder, mean).get(mean)).isEqualTo(10);
	}

	@Test
	void anInputThatWasReadAgainAndHasNotChangedInvalidatesNothing() {
		SnapshotBuilder builder = start(steps().sources(List.of(prices(), sum()))
			.freshness((policies) -> policies.orElse(Freshness.ttl(seconds(60)).maxStale(seconds(90)))
				.with(BTC, Freshness.ttl(seconds(1)).maxStale(seconds(30)))));
		build(builder, SUM);
		pass(seconds(2));
		build(builder, BTC);
		Snapshot snapshot = build(builder, SUM);
		assertThat(snapshot.value(SUM).fromCache()).isTrue();
		assertThat(this.derivations).hasValue(1);
	}

	@Test
	void anEvictedOrInvalidatedInputInvalidatesItsDependents() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)), prices(), sum());
		build(builder, SUM);
		builder.publisher().invalidate(ETH);
		build(builder, SUM);
		assertThat(this.derivations).hasValue(2);
		assertThat(this.prices.calls()).isEqualTo(3);
		assertThat(builder.health().cache().invalidations()).as("the input, and its dependent").isEqualTo(2);
	}

	@Test
	void aDerivedValueWithAnOutdatedInputDoesNotEvenStandIn() {
		Script<Integer> failing = new Script<Integer>().answer(1).answer(2).fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)),
				Source.single("rest", PRICE, failing).nonBlocking().build(), sum());
		build(builder, SUM);
		builder.publisher().invalidate(ETH);
		failed(builder.buildAsync(SUM));
	}

	@Test
	void aFailedDependencyIsTheReasonAndTheNextSourceIsAsked() {
		Script<Integer> failing = new Script<Integer>().fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Source.single("rest", PRICE, failing).nonBlocking().build(), sum(),
				Source.single("fallback", TOTAL, new Script<Integer>().answer(99)).nonBlocking().priority(-1).build());
		Snapshot snapshot = build(builder, SUM);
		assertThat(snapshot.value(SUM).source()).isEqualTo("fallback");
		assertThat(this.events.of(io.coalestra.signal.EventType.SOURCE_FAILED))
			.extracting((event) -> event.fields().get("error_type"))
			.contains(FailureReason.DEPENDENCY.wireName());
	}

	@Test
	void aValueThatDependsOnItselfFailsAndNamesTheCircle() {
		Source self = Source.derived("self", TOTAL, (key) -> List.of(key), (key, values) -> values.get(key)).build();
		SnapshotBuilder builder = start(self);
		ResourceFailure failure = attempt(builder, SUM).errorFor(SUM).orElseThrow();
		assertThat(failure.sources()).extracting(SourceFailure::reason).containsExactly(FailureReason.DEPENDENCY_CYCLE);
		assertThat(failure.message()).contains("report:total:sum -> report:total:sum");
	}

	@Test
	void aCircleOverSeveralValuesFailsAndNamesThem() {
		Source total = Source
			.derived("total", TOTAL, (key) -> List.of(MEAN.key("m")), (key, values) -> values.get(MEAN.key("m")))
			.build();
		SnapshotBuilder builder = start(total, mean(SUM));
		ResourceFailure failure = attempt(builder, SUM).errorFor(SUM).orElseThrow();
		assertThat(failure.message()).contains("report:mean:m", "depends on itself");
	}

	@Test
	void aCircleWhoseHalvesTwoBuildsBeganIsFoundAndNobodyHangs() {
		Source total = Source
			.derived("total", TOTAL, (key) -> List.of(MEAN.key("m")), (key, values) -> values.get(MEAN.key("m")))
			.build();
		SnapshotBuilder builder = start(total, mean(SUM));
		CompletableFuture<Snapshot> first = builder.buildAsync(SUM);
		CompletableFuture<Snapshot> second = builder.buildAsync(MEAN.key("m"));
		failed(first);
		failed(second);
	}

	@Test
	void aCircleIsBrokenWhereAnotherSourceCanAnswer() {
		Source total = Source
			.derived("total", TOTAL, (key) -> List.of(MEAN.key("m")), (key, values) -> values.get(MEAN.key("m")) * 2)
			.build();
		SnapshotBuilder builder = start(total, mean(SUM),
				Source.single("ledger", MEAN, new Script<Integer>().answer(5)).nonBlocking().priority(-1).build());
		assertThat(build(builder, SUM).get(SUM)).isEqualTo(10);
	}

	@Test
	void crossingDerivedDependenciesOfTwoBuildsFinish() {
		// The first build owns x and z, where x is derived from w; the second owns w and
		// v, where v is derived from z.
		ResourceKey<Integer> x = TOTAL.key("x");
		ResourceKey<Integer> v = TOTAL.key("v");
		ResourceKey<Integer> z = PRICE.key("z");
		ResourceKey<Integer> w = PRICE.key("w");
		DependencyDeclaration<Integer> crossing = (key) -> key.equals(x) ? List.of(w) : List.of(z);
		Source derived = Source
			.derived("derived", TOTAL, crossing, (key, values) -> (Integer) values.get(values.keys().get(0)) + 1)
			.priority(9)
			.build();
		SnapshotBuilder builder = start(prices(), derived);
		CompletableFuture<Snapshot> first = builder.buildAsync(x, z);
		CompletableFuture<Snapshot> second = builder.buildAsync(w, v);
		assertThat(arrived(first).get(x)).isEqualTo(4);
		assertThat(arrived(second).get(v)).isEqualTo(4);
		assertThat(this.prices.calls()).isEqualTo(2);
	}

	@Test
	void crossingDerivedDependenciesOfTwoThreadsFinish() throws Exception {
		ResourceKey<Integer> x = TOTAL.key("x");
		ResourceKey<Integer> v = TOTAL.key("v");
		ResourceKey<Integer> z = PRICE.key("z");
		ResourceKey<Integer> w = PRICE.key("w");
		Gate gate = new Gate();
		Script<Integer> held = new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(3);
		});
		DependencyDeclaration<Integer> crossing = (key) -> key.equals(x) ? List.of(w) : List.of(z);
		SnapshotBuilder builder = start(onThreads().source(Source.single("rest", PRICE, held).nonBlocking().build())
			.source(Source
				.derived("derived", TOTAL, crossing, (key, values) -> (Integer) values.get(values.keys().get(0)) + 1)
				.priority(9)
				.build()));
		CompletableFuture<Integer> first = new CompletableFuture<>();
		CompletableFuture<Integer> second = new CompletableFuture<>();
		Thread.ofVirtual().start(() -> first.complete(builder.build(x, z).get(x)));
		Thread.ofVirtual().start(() -> second.complete(builder.build(w, v).get(v)));
		gate.awaitArrivals(2);
		gate.open();
		assertThat(first.get()).isEqualTo(4);
		assertThat(second.get()).isEqualTo(4);
	}

	@Test
	void dependenciesThatCannotBeToldFailTheSource() {
		DependencyDeclaration<Integer> broken = (key) -> {
			throw new IllegalStateException("no table");
		};
		SnapshotBuilder builder = start(Source.derived("broken", TOTAL, broken, (key, values) -> 1).build());
		List<SourceFailure> failures = attempt(builder, SUM).errorFor(SUM).orElseThrow().sources();
		assertThat(failures).extracting(SourceFailure::errorType).containsExactly("IllegalStateException");
	}

	@Test
	void nullAmongDependenciesBreaksTheContract() {
		@SuppressWarnings("NullAway")
		DependencyDeclaration<Integer> broken = (key) -> {
			Collection<ResourceKey<?>> keys = new ArrayList<>();
			keys.add(null);
			return keys;
		};
		SnapshotBuilder builder = start(Source.derived("broken", TOTAL, broken, (key, values) -> 1).build());
		List<SourceFailure> failures = attempt(builder, SUM).errorFor(SUM).orElseThrow().sources();
		assertThat(failures).extracting(SourceFailure::reason).containsExactly(FailureReason.PROTOCOL);
	}

	@Test
	void aDerivationSeesOnlyWhatItsSourceNamed() {
		Source nosy = Source.derived("nosy", TOTAL, (key) -> List.of(BTC), (key, values) -> values.get(ETH)).build();
		SnapshotBuilder builder = start(prices(), nosy);
		assertThat(attempt(builder, SUM).errorFor(SUM).orElseThrow().message()).contains("market:price:ETH",
				"a declared dependency");
	}

	@Test
	void manyLayersOfSharedInputsAreCheckedOnceEach() {
		// 40 layers of two values, each computed from both values of the layer below:
		// 2^40 paths, and 80 values.
		DependencyDeclaration<Integer> below = (key) -> {
			int layer = Integer.parseInt(key.subject().substring(1));
			return (layer == 0) ? List.of() : List.of(TOTAL.key("a" + (layer - 1)), TOTAL.key("b" + (layer - 1)));
		};
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)),
				Source.derived("layers", TOTAL, below, (key, values) -> values.keys().size()).build());
		ResourceKey<Integer> top = TOTAL.key("a40");
		build(builder, top);
		assertThat(build(builder, top).value(top).fromCache()).isTrue();
	}

	@Test
	void aChainThatIsDeeperThanAnybodyCouldMeanFails() {
		DependencyDeclaration<Integer> endless = (key) -> List
			.of(TOTAL.key("t" + (Integer.parseInt(key.subject().substring(1)) + 1)));
		SnapshotBuilder builder = start(Source.derived("endless", TOTAL, endless, (key, values) -> 1).build());
		assertThat(attempt(builder, TOTAL.key("t0")).errorFor(TOTAL.key("t0")).orElseThrow().isDeadlineExceeded())
			.isFalse();
	}

	@Test
	void aCorrectionThatWasObservedEarlierReachesWhatWasComputedFromTheWrongValue() {
		SnapshotBuilder builder = start(Freshness.ttl(seconds(60)), prices(), sum());
		build(builder, SUM);
		builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(BTC, 50, "correction").observedAt(this.time.now().minusSeconds(30))),
					WriteRule.FORCE);
		Snapshot snapshot = build(builder, SUM);
		assertThat(snapshot.get(SUM)).isEqualTo(53);
		assertThat(snapshot.value(SUM).age()).isEqualTo(seconds(30));
	}

	@Test
	void aReadThatHasEndedIsNoPartOfACircle() {
		// w waits for x and for a price. x is first derived from q, and then answered by
		// a
		// hedge; q, when its own source did not answer, is derived from w. Nobody waits
		// for
		// himself, since x waits for q no more.
		ResourceKey<Integer> x = TOTAL.key("x");
		ResourceKey<Integer> w = TOTAL.key("w");
		ResourceKey<Integer> q = MEAN.key("q");
		SnapshotBuilder builder = start(prices(),
				Source.single("silent", MEAN, new Script<Integer>().answer(9))
					.nonBlocking()
					.timeout(millis(20))
					.priority(2)
					.build(),
				Source.derived("mean", MEAN, (key) -> List.of(w), (key, values) -> values.get(w)).priority(1).build(),
				Source.derived("slow", TOTAL, (key) -> List.of(q), (key, values) -> values.get(q))
					.supports(x::equals)
					.hedgeAfter(millis(10))
					.priority(2)
					.build(),
				Source.single("quick", TOTAL, new Script<Integer>().answer(1))
					.supports(x::equals)
					.nonBlocking()
					.priority(1)
					.build(),
				Source.derived("sum", TOTAL, (key) -> List.of(x, BTC), (key, values) -> values.get(x) + values.get(BTC))
					.supports(w::equals)
					.build());
		CompletableFuture<Snapshot> sum = builder.buildAsync(w);
		CompletableFuture<Snapshot> mean = builder.buildAsync(q);
		this.time.advance(millis(10));
		this.executor.runLatest();
		this.executor.runLatest();
		assertThat(builder.health().cache().size()).as("x has ended, and nothing else").isEqualTo(1);
		this.time.advance(millis(10));
		this.executor.runLatest();
		assertThat(arrived(mean).get(q)).isEqualTo(4);
		assertThat(arrived(sum).get(w)).isEqualTo(4);
	}

	@Test
	void theDeadlineOfWhoJoinedADerivationIsNotThatOfWhoBeganIt() {
		this.prices.then((key, context) -> Payload.of(3));
		SnapshotBuilder builder = start(prices(), sum());
		CompletableFuture<Snapshot> hasty = builder.buildAsync(SnapshotRequest.prefer(SUM).deadline(millis(10)));
		CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.prefer(SUM));
		this.time.advance(millis(10));
		assertThat(arrived(patient).get(SUM)).isEqualTo(6);
		arrived(hasty);
	}

	@Test
	void whatIsWrongWithTheNamingOfDependenciesIsSaid() {
		Source none = Source.derived("none", TOTAL, (key) -> null, (key, values) -> 1).build();
		assertThat(attempt(start(none), SUM).errorFor(SUM).orElseThrow().message())
			.contains("the source named null for its dependencies (expected: keys, or none)");
		Source one = Source.derived("one", TOTAL, (key) -> Collections.singletonList(null), (key, values) -> 1).build();
		assertThat(attempt(start(one), SUM).errorFor(SUM).orElseThrow().message())
			.contains("the source named null as a dependency (expected: keys)");
		Source buggy = Source.<Integer>derived("buggy", TOTAL, (key) -> {
			throw new NullPointerException("a bug of its own");
		}, (key, values) -> 1).build();
		SourceFailure failure = attempt(start(buggy), SUM).errorFor(SUM).orElseThrow().sources().getFirst();
		assertThat(failure.message()).isEqualTo("a bug of its own");
		assertThat(failure.reason()).isEqualTo(FailureReason.SOURCE_ERROR);
	}

	@Test
	void aCircleIsFoundAlsoOverWhatTheFirstOfTwoDerivedSourcesWaitsFor() {
		Source first = Source.derived("first", TOTAL, (key) -> List.of(BTC), (key, values) -> values.get(BTC))
			.priority(2)
			.hedgeAfter(millis(50))
			.build();
		Source second = Source.derived("second", TOTAL, (key) -> List.of(ETH), (key, values) -> values.get(ETH))
			.priority(1)
			.build();
		// Fails for good 100 ms after it was asked first: of BTC when the hedge has been
		// asked, of ETH after that.
		Source rest = Source.single("rest", PRICE, new Script<Integer>().fail(new IOException("reset")))
			.nonBlocking()
			.priority(2)
			.resilience(new Resilience(new RetryPolicy(2, millis(100), millis(100), 0), CircuitPolicy.NONE))
			.build();
		Source back = Source.derived("back", PRICE, (key) -> List.of(SUM), (key, values) -> values.get(SUM))
			.supports(BTC::equals)
			.priority(1)
			.build();
		SnapshotBuilder builder = start(first, second, rest, back);
		CompletableFuture<Snapshot> build = builder.buildAsync(SUM);
		this.executor.runAll();
		for (int i = 0; i < 3; i++) {
			pass(millis(50));
		}
		assertThat(failed(build).failures().getFirst().message()).contains("depends on itself");
	}

}
