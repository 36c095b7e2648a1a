package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.concurrency.InterposedCache;
import io.coalestra.concurrency.Waiting;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Recorder;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.StandalonePublisher;
import io.coalestra.signal.EventType;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.ORDERS;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Who subscribed is told of changes, and of nothing else.
 */
class SubscriptionTests extends EngineFixture {

	private static final ResourceType<Integer> DOUBLE = ResourceType.of("test", "double", Integer.class);

	private static final ResourceType<Integer> QUADRUPLE = ResourceType.of("test", "quadruple", Integer.class);

	private static final SnapshotRequest BOTH = SnapshotRequest.prefer(BTC, ETH);

	private Recorder subscribed(SnapshotBuilder builder, SnapshotRequest request, Recorder recorder) {
		builder.subscribe(request, recorder);
		this.executor.runAll();
		return recorder;
	}

	private void publish(SnapshotBuilder builder, ResourceKey<Integer> key, int value) {
		this.time.advance(millis(1));
		builder.publisher().publish(key, value, "feed");
	}

	private static List<Integer> values(Recorder recorder, ResourceKey<Integer> key) {
		return recorder.snapshots().stream().map((snapshot) -> snapshot.find(key).orElse(null)).toList();
	}

	private SnapshotBuilder forever(Source... sources) {
		return start(Freshness.forever(), sources);
	}

	@Test
	void aSnapshotComesAtFirstAndThenOneForEachChange() {
		SnapshotBuilder builder = forever();
		publish(builder, BTC, 1);
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		publish(builder, BTC, 2);
		this.executor.runAll();
		publish(builder, ETH, 9);
		assertThat(this.executor.waiting()).as("a change of another key concerns nobody").isZero();
		publish(builder, BTC, 3);
		this.executor.runAll();
		assertThat(values(recorder, BTC)).containsExactly(1, 2, 3);
		assertThat(builder.subscriptions().delivered()).isEqualTo(3);
		assertThat(this.metrics.sum(Metric.SUBSCRIPTION_DELIVERY, "delivered")).isEqualTo(3);
	}

	@Test
	void nothingIsDeliveredOnTheThreadThatMakesTheChange() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, BOTH, Recorder.unlimited());
		publish(builder, BTC, 1);
		assertThat(values(recorder, BTC)).containsOnlyNulls();
		assertThat(this.executor.waiting()).isEqualTo(1);
		this.executor.runAll();
		assertThat(recorder.last().get(BTC)).isEqualTo(1);
	}

	@Test
	void changesThatComeTogetherAreDeliveredTogether() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, BOTH, Recorder.unlimited());
		builder.publisher().publishAll(List.of(ResourceUpdate.of(BTC, 1, "feed"), ResourceUpdate.of(ETH, 2, "feed")));
		this.executor.runAll();
		assertThat(recorder.snapshots()).hasSize(2);
		assertThat(recorder.last().values()).hasSize(2);
	}

	@Test
	void whoAsksForLessMissesWhatIsBetweenAndNeverTheLast() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, BOTH, new Recorder(1));
		for (int i = 0; i < 100; i++) {
			publish(builder, BTC, i);
			this.executor.runAll();
		}
		assertThat(recorder.snapshots()).hasSize(1);
		recorder.subscription().request(5);
		this.executor.runAll();
		assertThat(recorder.snapshots()).hasSize(2);
		assertThat(recorder.last().get(BTC)).isEqualTo(99);
		publish(builder, BTC, 100);
		this.executor.runAll();
		assertThat(recorder.last().get(BTC)).isEqualTo(100);
	}

	@Test
	void untilItAsksForSomethingASubscriberIsToldNothing() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, BOTH, new Recorder(0));
		assertThat(recorder.snapshots()).isEmpty();
		recorder.subscription().request(1);
		this.executor.runAll();
		assertThat(recorder.snapshots()).hasSize(1);
	}

	@Test
	void fiftyThousandPublicationsOverAThousandKeysAreOneWaitingStepAndEndWithTheNewest() {
		List<ResourceKey<Integer>> keys = new ArrayList<>();
		for (int i = 0; i < 1_000; i++) {
			keys.add(PRICE.key(i));
		}
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, SnapshotRequest.prefer(keys), Recorder.unlimited());
		for (int i = 0; i < 50_000; i++) {
			builder.publisher().publish(keys.get(i % 1_000), i, "feed");
			assertThat(this.executor.waiting()).as("steps that wait after publication %d", i).isEqualTo(1);
			if (i % 10_000 == 0) {
				this.executor.runAll();
			}
		}
		this.executor.runAll();
		assertThat(recorder.snapshots()).as("one at first, then one a run").hasSize(7);
		for (int i = 0; i < 1_000; i++) {
			assertThat(recorder.last().get(keys.get(i))).isEqualTo(49_000 + i);
		}
	}

	@Test
	void whatAValueIsComputedFromConcernsItAllTheWayDown() {
		SnapshotBuilder builder = forever(
				Source
					.derived("double", DOUBLE, (key) -> List.of(PRICE.key(key.subject())),
							(key, prices) -> 2 * prices.get(PRICE.key(key.subject())))
					.build(),
				Source
					.derived("quadruple", QUADRUPLE, (key) -> List.of(DOUBLE.key(key.subject())),
							(key, doubles) -> 2 * doubles.get(DOUBLE.key(key.subject())))
					.build());
		ResourceKey<Integer> key = QUADRUPLE.key("BTC");
		Recorder recorder = subscribed(builder, SnapshotRequest.prefer(key), Recorder.unlimited());
		assertThat(recorder.last().find(key)).as("there is nothing to compute it from").isEmpty();
		pass(millis(200));
		publish(builder, BTC, 1);
		this.executor.runAll();
		pass(millis(200));
		publish(builder, BTC, 2);
		this.executor.runAll();
		assertThat(values(recorder, key)).containsExactly(null, 4, 8);
		assertThat(builder.subscriptions().watchedKeys()).isEqualTo(3);
	}

	@Test
	void whatChangesWithTimeAsADependencyIsWatchedAsWell() {
		boolean[] other = { false };
		SnapshotBuilder builder = forever(Source
			.derived("double", DOUBLE, (key) -> List.of(other[0] ? ETH : BTC),
					(key, prices) -> 2 * prices.get(other[0] ? ETH : BTC))
			.build());
		publish(builder, BTC, 1);
		publish(builder, ETH, 10);
		ResourceKey<Integer> key = DOUBLE.key("x");
		Recorder recorder = subscribed(builder, SnapshotRequest.prefer(key), Recorder.unlimited());
		other[0] = true;
		publish(builder, BTC, 2);
		pass(millis(200));
		publish(builder, ETH, 11);
		pass(millis(200));
		assertThat(values(recorder, key)).containsExactly(2, 20, 22);
	}

	@Test
	void anEqualValueIsNoChange() {
		SnapshotBuilder builder = forever();
		publish(builder, BTC, 1);
		Recorder recorder = subscribed(builder, BOTH, Recorder.unlimited());
		publish(builder, BTC, 1);
		assertThat(this.executor.waiting()).isZero();
		assertThat(recorder.snapshots()).hasSize(1);
	}

	@Test
	void anInvalidationHasTheKeyReadAnew() {
		Script<Integer> script = new Script<Integer>().answer(1).answer(2).answer(3).answer(4);
		SnapshotBuilder builder = forever(Source.single("rest", PRICE, script).nonBlocking().build());
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		builder.publisher().invalidate(BTC);
		pass(millis(100));
		builder.publisher().invalidateIf(BTC::equals);
		pass(millis(100));
		builder.publisher().clear();
		pass(millis(100));
		assertThat(values(recorder, BTC)).containsExactly(1, 2, 3, 4);
	}

	@Test
	void anInvalidationByTagConcernsThoseThatHoldSuchValues() {
		Script<Integer> script = new Script<Integer>().then((key, context) -> Payload.of(1).tags("red"))
			.then((key, context) -> Payload.of(2).tags("red"));
		SnapshotBuilder builder = forever(Source.single("rest", PRICE, script).nonBlocking().build());
		publish(builder, ETH, 7);
		Recorder tagged = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		Recorder other = subscribed(builder, SnapshotRequest.require(ETH), Recorder.unlimited());
		pass(millis(100));
		builder.publisher().invalidateTag("red");
		this.executor.runAll();
		assertThat(values(tagged, BTC)).containsExactly(1, 2);
		assertThat(other.snapshots()).hasSize(1);
	}

	@Test
	void whatAnotherBuildReadsConcernsASubscriptionToo() {
		Script<Integer> script = new Script<Integer>().answer(1).answer(2);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)),
				Source.single("rest", PRICE, script).nonBlocking().build());
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		pass(seconds(2));
		assertThat(recorder.snapshots()).as("time alone is no change").hasSize(1);
		build(builder, BTC);
		assertThat(values(recorder, BTC)).containsExactly(1, 2);
	}

	@Test
	void itsOwnReadsDoNotKeepASubscriptionGoing() {
		int[] calls = { 0 };
		SnapshotBuilder builder = start(Freshness.ttl(java.time.Duration.ZERO).maxStale(seconds(60)),
				Source.single("rest", PRICE, (key, context) -> Payload.of(++calls[0])).nonBlocking().build());
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		pass(seconds(10));
		assertThat(calls[0]).isEqualTo(1);
		assertThat(recorder.snapshots()).hasSize(1);
	}

	@Test
	void aBuildThatFailsDeliversNothingAndIsTriedAgain() {
		Script<Integer> script = new Script<Integer>().fail(new IllegalStateException("down"))
			.fail(new IllegalStateException("down"))
			.answer(1);
		SnapshotBuilder builder = forever(Source.single("rest", PRICE, script).nonBlocking().build());
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		assertThat(recorder.snapshots()).isEmpty();
		assertThat(this.events.only(EventType.SUBSCRIPTION_BUILD_FAILED).fields()).containsEntry("resources", 1);
		pass(millis(499));
		assertThat(builder.subscriptions().failedBuilds()).isEqualTo(1);
		pass(millis(1));
		assertThat(builder.subscriptions().failedBuilds()).isEqualTo(2);
		pass(millis(1_000));
		assertThat(values(recorder, BTC)).containsExactly(1);
		assertThat(recorder.errors()).isEmpty();
		pass(seconds(600));
		assertThat(script.calls()).isEqualTo(3);
	}

	@Test
	void aBuildWhoseValuesAreNotGoodEnoughIsTriedAgain() {
		Script<Integer> script = new Script<Integer>().answer(1).fail(new IllegalStateException("down")).answer(2);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)),
				Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		Recorder recorder = subscribed(builder,
				SnapshotRequest.require(BTC).acceptance(AcceptancePolicy.of(AcceptanceRule.FRESH)),
				Recorder.unlimited());
		assertThat(recorder.snapshots()).as("what stands in for the source is stale").isEmpty();
		pass(millis(500));
		assertThat(values(recorder, BTC)).containsExactly(2);
	}

	@Test
	void afterAFailedBuildAChangeIsDeliveredWithoutWaitingForTheNextTrial() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		for (int i = 0; i < 10; i++) {
			pass(seconds(60));
		}
		publish(builder, BTC, 1);
		pass(millis(100));
		assertThat(values(recorder, BTC)).containsExactly(1);
	}

	@Test
	void anOptionalKeyThatFailedIsTriedAgain() {
		Script<Integer> script = new Script<Integer>().fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = forever(Source.single("rest", PRICE, script).nonBlocking().build());
		Recorder recorder = subscribed(builder, SnapshotRequest.prefer(BTC), Recorder.unlimited());
		pass(millis(500));
		assertThat(values(recorder, BTC)).containsExactly(null, 1);
	}

	@Test
	void whoCancelsIsToldNothingMoreAndForgotten() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, BOTH, Recorder.unlimited());
		publish(builder, BTC, 1);
		recorder.subscription().cancel();
		this.executor.runAll();
		publish(builder, BTC, 2);
		assertThat(this.executor.waiting()).isZero();
		assertThat(recorder.snapshots()).hasSize(1);
		assertThat(recorder.isComplete()).isFalse();
		assertThat(builder.subscriptions().active()).isZero();
		assertThat(builder.subscriptions().watchedKeys()).isZero();
		assertThat(this.events.only(EventType.SUBSCRIPTION_ENDED).fields()).containsEntry("reason", "cancelled");
	}

	@Test
	void cancellingGivesUpOnABuildInProgress() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = forever(Source.single("rest", PRICE, script).nonBlocking().build());
		Recorder recorder = new Recorder(1);
		builder.subscribe(SnapshotRequest.require(BTC), recorder);
		this.executor.runNext();
		assertThat(builder.health().flights()).isEqualTo(1);
		recorder.subscription().cancel();
		this.executor.runAll();
		assertThat(recorder.snapshots()).isEmpty();
		assertThat(builder.subscriptions().active()).isZero();
	}

	@Test
	void aSubscriberThatThrowsHasCancelledAndHarmsNobodyElse() {
		SnapshotBuilder builder = forever();
		Recorder broken = new Recorder(Long.MAX_VALUE) {

			@Override
			public void onNext(Snapshot snapshot) {
				super.onNext(snapshot);
				throw new IllegalStateException("broken");
			}

		};
		subscribed(builder, BOTH, broken);
		Recorder sound = subscribed(builder, BOTH, Recorder.unlimited());
		publish(builder, BTC, 1);
		this.executor.runAll();
		assertThat(broken.snapshots()).hasSize(1);
		assertThat(sound.snapshots()).hasSize(2);
		assertThat(builder.subscriptions().failedSubscribers()).isEqualTo(1);
		assertThat(builder.subscriptions().active()).isEqualTo(1);
	}

	@Test
	void aSubscriberThatThrowsAtItsIntroductionIsForgotten() {
		SnapshotBuilder builder = forever();
		Recorder broken = new Recorder(1) {

			@Override
			public void onSubscribe(Flow.Subscription given) {
				throw new IllegalStateException("broken");
			}

		};
		subscribed(builder, BOTH, broken);
		assertThat(builder.subscriptions().active()).isZero();
		assertThat(this.events.only(EventType.SUBSCRIPTION_ENDED).fields()).containsEntry("reason", "failed");
	}

	@Test
	void whoAsksForNothingIsToldOfTheMistake() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, BOTH, new Recorder(0));
		recorder.subscription().request(0);
		this.executor.runAll();
		assertThat(recorder.errors()).singleElement()
			.satisfies((error) -> assertThat(error).isInstanceOf(IllegalArgumentException.class)
				.hasMessage("n: 0 (expected: 1 or more)"));
		assertThat(builder.subscriptions().active()).isZero();
	}

	@Test
	void closingTheBuilderCompletesItsSubscriptions() {
		SnapshotBuilder builder = forever();
		Recorder recorder = subscribed(builder, BOTH, Recorder.unlimited());
		builder.close();
		this.executor.runAll();
		assertThat(recorder.isComplete()).isTrue();
		assertThat(builder.subscriptions().active()).isZero();
		assertThatIllegalStateException().isThrownBy(() -> builder.subscribe(BOTH, recorder));
	}

	@Test
	void anExecutorThatRefusesLosesNoDelivery() {
		SnapshotBuilder builder = forever();
		publish(builder, BTC, 1);
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		this.executor.refuse();
		publish(builder, BTC, 2);
		awaitDeliveries(recorder, 2);
		assertThat(values(recorder, BTC)).containsExactly(1, 2);
	}

	@Test
	void anExecutorThatFailsLosesNoDeliveryEither() {
		SnapshotBuilder builder = forever();
		publish(builder, BTC, 1);
		Recorder recorder = subscribed(builder, SnapshotRequest.require(BTC), Recorder.unlimited());
		this.executor.fail();
		publish(builder, BTC, 2);
		awaitDeliveries(recorder, 2);
		assertThat(values(recorder, BTC)).containsExactly(1, 2);
	}

	private static void awaitDeliveries(Recorder recorder, int number) {
		long end = System.nanoTime() + seconds(30).toNanos();
		while (recorder.snapshots().size() < number && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
		}
	}

	@Test
	void whereTheExecutorRefusesNothingIsDeliveredOnTheThreadThatBringsAReadEither() {
		List<Thread> told = new CopyOnWriteArrayList<>();
		SnapshotBuilder builder = forever(
				Source.single("rest", PRICE, new Script<Integer>().answer(7)).nonBlocking().build());
		Recorder recorder = new Recorder(Long.MAX_VALUE) {

			@Override
			public void onNext(Snapshot snapshot) {
				told.add(Thread.currentThread());
				super.onNext(snapshot);
			}

		};
		builder.subscribe(SnapshotRequest.require(BTC), recorder);
		this.executor.runNext();
		assertThat(this.executor.waiting()).as("the call of the source").isEqualTo(1);
		Runnable call = this.executor.takeNext();
		this.executor.refuse();
		call.run();
		awaitDeliveries(recorder, 1);
		assertThat(told).hasSize(1).doesNotContain(Thread.currentThread());
	}

	@Test
	void anErrorOfACacheDelaysASubscriptionAndDoesNotEndIt() {
		AtomicBoolean broken = new AtomicBoolean();
		SnapshotCache cache = new InterposedCache(SnapshotCache.bounded(10)) {

			@Override
			public Revision<?> get(ResourceKey<?> key) {
				if (broken.get()) {
					throw new StackOverflowError("for a test");
				}
				return super.get(key);
			}

		};
		SnapshotBuilder builder = start(steps().cache(cache).defaultFreshness(Freshness.forever()));
		Recorder recorder = subscribed(builder, BOTH, Recorder.unlimited());
		broken.set(true);
		publish(builder, BTC, 1);
		this.executor.runAll();
		broken.set(false);
		pass(seconds(1));
		assertThat(values(recorder, BTC)).containsExactly(null, 1);
	}

	@Test
	void whatASourcesDeclarationThrowsLeavesNoSubscriptionBehind() {
		SnapshotBuilder builder = forever(Source.derived("bad", DOUBLE, (key) -> {
			throw new StackOverflowError("for a test");
		}, (key, values) -> 0).build());
		Recorder recorder = new Recorder(1);
		assertThatExceptionOfType(StackOverflowError.class)
			.isThrownBy(() -> builder.subscribe(SnapshotRequest.require(DOUBLE.key("x")), recorder));
		assertThat(builder.subscriptions().active()).isZero();
		assertThat(builder.subscriptions().watchedKeys()).isZero();
	}

	@Test
	void closingWaitsUntilSubscribersHaveBeenTold() {
		SnapshotBuilder builder = start(onThreads().defaultFreshness(Freshness.forever()));
		publish(builder, BTC, 1);
		Gate gate = new Gate();
		List<String> order = new CopyOnWriteArrayList<>();
		Recorder recorder = new Recorder(Long.MAX_VALUE) {

			@Override
			public void onNext(Snapshot snapshot) {
				gate.passStubbornly();
			}

			@Override
			public void onComplete() {
				order.add("told");
			}

		};
		builder.subscribe(SnapshotRequest.require(BTC), recorder);
		gate.awaitArrivals(1);
		Thread closing = Thread.ofVirtual().start(() -> {
			builder.close(CloseOptions.DEFAULT.calls(seconds(600)));
			order.add("closed");
		});
		Waiting.until("closing waits", seconds(30), () -> closing.getState() == Thread.State.TIMED_WAITING);
		gate.open();
		Waiting.join(closing, seconds(30));
		assertThat(order).containsExactly("told", "closed");
	}

	@Test
	void aSubscriberThatHangsDelaysClosingByItsBudgetAndIsReported() {
		SnapshotBuilder builder = start(onThreads().defaultFreshness(Freshness.forever()));
		publish(builder, BTC, 1);
		Gate gate = new Gate();
		Recorder recorder = new Recorder(Long.MAX_VALUE) {

			@Override
			public void onNext(Snapshot snapshot) {
				gate.passStubbornly();
			}

		};
		builder.subscribe(SnapshotRequest.require(BTC), recorder);
		gate.awaitArrivals(1);
		CloseReport report = builder.close(CloseOptions.DEFAULT.calls(millis(1)));
		assertThat(report.steps()).filteredOn((step) -> step.outcome() == CloseReport.Outcome.LATE)
			.extracting(CloseReport.StepReport::step)
			.containsExactly(CloseReport.Step.SUBSCRIBERS);
		gate.open();
		assertThat(awaitTermination(builder)).isTrue();
	}

	private static boolean awaitTermination(SnapshotBuilder builder) {
		try {
			return builder.awaitTermination(seconds(30));
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void aSubscriberMayCloseTheBuilder() {
		SnapshotBuilder builder = start(onThreads().defaultFreshness(Freshness.forever()));
		publish(builder, BTC, 1);
		CompletableFuture<CloseReport> closed = new CompletableFuture<>();
		Recorder recorder = new Recorder(Long.MAX_VALUE) {

			@Override
			public void onNext(Snapshot snapshot) {
				closed.complete(builder.close(CloseOptions.DEFAULT.calls(seconds(3_600))));
			}

		};
		builder.subscribe(SnapshotRequest.require(BTC), recorder);
		assertThat(closed.orTimeout(30, TimeUnit.SECONDS).join().failures()).isEmpty();
	}

	@Test
	void eachSubscriberHasCopiesOfItsOwn() {
		ResourceKey<List<String>> key = ORDERS.key("alice");
		SnapshotBuilder builder = forever();
		builder.publisher().publish(key, new ArrayList<>(List.of("a")), "feed");
		Recorder one = subscribed(builder, SnapshotRequest.require(key), Recorder.unlimited());
		Recorder other = subscribed(builder, SnapshotRequest.require(key), Recorder.unlimited());
		one.last().get(key).add("b");
		assertThat(other.last().get(key)).containsExactly("a");
	}

	@Test
	void whatAPublisherOnItsOwnPublishesIsDelivered() {
		SnapshotCache cache = SnapshotCache.bounded(100);
		SnapshotBuilder builder = start(steps().cache(cache).defaultFreshness(Freshness.forever()));
		Recorder recorder = subscribed(builder, BOTH, Recorder.unlimited());
		try (StandalonePublisher publisher = steps().cache(cache).buildPublisher()) {
			publisher.publish(BTC, 1, "feed");
			this.executor.runAll();
			publisher.invalidate(BTC);
			this.executor.runAll();
		}
		assertThat(values(recorder, BTC)).containsExactly(null, 1, null);
	}

	@Test
	void nullIsRefused() {
		SnapshotBuilder builder = forever();
		assertThatNullPointerException().isThrownBy(() -> builder.subscribe(BOTH, null)).withMessage("subscriber");
	}

}
