package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.health.BuilderHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.AdaptiveConcurrency;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How many calls run at a time, and how long the others wait.
 */
class CapacityTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(1);

	private static ResourceKey<?>[] keys(int number) {
		ResourceKey<?>[] keys = new ResourceKey<?>[number];
		for (int i = 0; i < number; i++) {
			keys[i] = PRICE.key(i);
		}
		return keys;
	}

	@Test
	void noMoreCallsOfASourceRunThanItAllows() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, this.prices).nonBlocking().maxConcurrency(2).build());
		CompletableFuture<Snapshot> build = builder.buildAsync(keys(5));
		assertThat(builder.health().capacity().get("rest")).isEqualTo(new BuilderHealth.Capacity(2, 2, 3));
		assertThat(builder.health().waitingForCapacity()).isEqualTo(3);
		assertThat(this.executor.waiting()).as("calls under way").isEqualTo(2);
		arrived(build);
		assertThat(this.prices.calls()).isEqualTo(5);
	}

	@Test
	void noMoreCallsRunThanTheBuilderAllows() {
		SnapshotBuilder builder = start(
				steps().maxConcurrency(3).source(Source.single("rest", PRICE, this.prices).nonBlocking().build()));
		CompletableFuture<Snapshot> build = builder.buildAsync(keys(5));
		assertThat(builder.health().capacity().get("__global__")).isEqualTo(new BuilderHealth.Capacity(3, 3, 2));
		arrived(build);
	}

	@Test
	void aSaturatedSourceTakesNoPermitsThatOthersCouldUse() {
		SnapshotBuilder builder = start(steps().maxConcurrency(2)
			.source(Source.single("rest", PRICE, this.prices).nonBlocking().maxConcurrency(1).build())
			.source(Source.single("ledger", ACCOUNT, new Script<String>().answer("Alice")).nonBlocking().build()));
		CompletableFuture<Snapshot> many = builder.buildAsync(keys(4));
		CompletableFuture<Snapshot> other = builder.buildAsync(ALICE);
		assertThat(builder.health().capacity().get("__global__")).isEqualTo(new BuilderHealth.Capacity(2, 2, 0));
		this.executor.runNext();
		this.executor.runNext();
		arrived(other);
		arrived(many);
	}

	@Test
	void permitsAreHandedOverInTheOrderOfAsking() {
		List<ResourceKey<?>> order = new ArrayList<>();
		Script<Integer> script = new Script<Integer>().then((key, context) -> {
			order.add(key);
			return Payload.of(1);
		});
		SnapshotBuilder builder = start(Source.single("rest", PRICE, script).nonBlocking().maxConcurrency(1).build());
		ResourceKey<?>[] keys = keys(6);
		arrived(builder.buildAsync(keys));
		assertThat(order).containsExactly(keys);
	}

	@Test
	void whoGetsNoPermitInTimeFailsWithItsOwnReason() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.prices)
			.nonBlocking()
			.maxConcurrency(1)
			.queueTimeout(millis(200))
			.build());
		CompletableFuture<Snapshot> first = builder.buildAsync(SnapshotRequest.prefer(BTC));
		CompletableFuture<Snapshot> second = builder.buildAsync(SnapshotRequest.prefer(ETH));
		this.time.advance(millis(200));
		assertThat(arrived(second).errorFor(ETH).orElseThrow().sources()).extracting(SourceFailure::reason)
			.containsExactly(FailureReason.QUEUE_TIMEOUT);
		assertThat(arrived(first).get(BTC)).isEqualTo(1);
		assertThat(builder.health().queueTimeouts()).isEqualTo(1);
		assertThat(this.metrics.sum(Metric.SOURCE_CAPACITY_TIMEOUT, "rest", "queue_timeout")).isEqualTo(1);
	}

	@Test
	void withoutAQueueTimeoutTheSourcesTimeLimitBoundsTheWait() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, new Script<Integer>().answerAfter(this.time, millis(150), 1))
					.nonBlocking()
					.maxConcurrency(1)
					.timeout(millis(200))
					.build());
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(keys(3)));
		Snapshot snapshot = arrived(build);
		assertThat(snapshot.errors()).hasSize(1);
		assertThat(builder.health().queueTimeouts()).isEqualTo(1);
	}

	@Test
	void theSourcesTimeBeginsWhenItsPermitIsThere() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, new Script<Integer>().answerAfter(this.time, millis(150), 1))
					.nonBlocking()
					.maxConcurrency(1)
					.timeout(millis(200))
					.queueTimeout(seconds(10))
					.build());
		assertThat(arrived(builder.buildAsync(keys(10))).isComplete()).isTrue();
	}

	@Test
	void waitingForAPermitIsBoundedByTheDeadline() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, this.prices).nonBlocking().maxConcurrency(1).build());
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> second = builder.buildAsync(SnapshotRequest.prefer(ETH).deadline(millis(100)));
		this.time.advance(millis(100));
		assertThat(builder.health().waitingForCapacity()).isZero();
		ResourceFailure failure = arrived(second).errorFor(ETH).orElseThrow();
		assertThat(failure.isDeadlineExceeded()).isTrue();
		assertThat(this.metrics.sum(Metric.SOURCE_CAPACITY_TIMEOUT, "rest", "snapshot_deadline")).isEqualTo(1);
		arrived(first);
	}

	@Test
	void whoJoinsAQueuedReadWithMorePatienceKeepsItWaiting() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, this.prices).nonBlocking().maxConcurrency(1).build());
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> hasty = builder.buildAsync(SnapshotRequest.prefer(ETH).deadline(millis(100)));
		CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.prefer(ETH).deadline(seconds(1)));
		this.time.advance(millis(100));
		assertThat(builder.health().waitingForCapacity()).isEqualTo(1);
		arrived(first);
		assertThat(arrived(hasty).find(ETH)).isEmpty();
		assertThat(arrived(patient).get(ETH)).isEqualTo(1);
	}

	@Test
	void aBatchCallCostsOnePermit() {
		SnapshotBuilder builder = start(
				steps().maxConcurrency(1).source(Source.batch("rest", PRICE, this.prices).nonBlocking().build()));
		CompletableFuture<Snapshot> build = builder.buildAsync(keys(100));
		assertThat(builder.health().waitingForCapacity()).isZero();
		arrived(build);
		assertThat(this.prices.calls()).isEqualTo(1);
	}

	@Test
	void aBatchIsSplitInTheOrderOfTheRequest() {
		SnapshotBuilder builder = start(Source.batch("rest", PRICE, this.prices).nonBlocking().maxBatchSize(4).build());
		ResourceKey<?>[] keys = keys(10);
		Snapshot snapshot = arrived(builder.buildAsync(keys));
		assertThat(this.prices.keysOf(0)).containsExactly(keys[0], keys[1], keys[2], keys[3]);
		assertThat(this.prices.keysOf(2)).containsExactly(keys[8], keys[9]);
		assertThat(snapshot.diagnostics().batchChunks()).isEqualTo(3);
		assertThat(snapshot.diagnostics().batchCalls()).isEqualTo(3);
		assertThat(this.metrics.values(Metric.SOURCE_BATCH_SIZE, "rest")).containsExactly(4.0, 4.0, 2.0);
	}

	@Test
	void chunksOfABatchFailIndependently() {
		Script<Integer> flaky = new Script<Integer>().fail(new IllegalStateException("down")).answer(1);
		SnapshotBuilder builder = start(Source.batch("rest", PRICE, flaky).nonBlocking().maxBatchSize(2).build());
		ResourceKey<?>[] keys = keys(4);
		Snapshot snapshot = build(builder, SnapshotRequest.prefer(keys));
		assertThat(snapshot.errors()).containsOnlyKeys(keys[0], keys[1]);
		assertThat(snapshot.values()).containsOnlyKeys(keys[2], keys[3]);
	}

	@Test
	void chunksRunInWavesAsPermitsAllow() {
		AtomicInteger most = new AtomicInteger();
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> script = new Script<Integer>().then((key, context) -> {
			most.accumulateAndGet(builder[0].health().capacity().get("rest").inUse(), Math::max);
			return Payload.of(1);
		});
		builder[0] = start(Source.batch("rest", PRICE, script).nonBlocking().maxBatchSize(1).maxConcurrency(3).build());
		arrived(builder[0].buildAsync(keys(12)));
		assertThat(most).hasValue(3);
	}

	@Test
	void aRunawayKeepsItsPermitUntilItEnds() {
		Gate gate = new Gate();
		Script<Integer> script = new Script<Integer>().then((key, context) -> {
			gate.passStubbornly();
			return Payload.of(1);
		}).answer(2);
		SnapshotBuilder builder = start(onThreads().source(Source.single("rest", PRICE, script)
			.nonBlocking()
			.timeout(seconds(1))
			.queueTimeout(seconds(60))
			.maxConcurrency(1)
			.build()));
		CompletableFuture<Snapshot> first = builder.buildAsync(SnapshotRequest.prefer(BTC));
		gate.awaitArrivals(1);
		this.time.advance(seconds(1));
		assertThat(first.join().find(BTC)).isEmpty();
		CompletableFuture<Snapshot> second = builder.buildAsync(ETH);
		assertThat(builder.health().capacity().get("rest")).isEqualTo(new BuilderHealth.Capacity(1, 1, 1));
		gate.open();
		assertThat(second.join().get(ETH)).isEqualTo(2);
	}

	@Test
	void theBuildersWordOnConcurrencyGoesBeforeTheSources() {
		SnapshotBuilder builder = start(
				steps().source(Source.single("rest", PRICE, this.prices).nonBlocking().maxConcurrency(5).build())
					.sourceSettings("rest", (settings) -> settings.maxConcurrency(2)));
		assertThat(builder.health().capacity().get("rest").limit()).isEqualTo(2);
	}

	@Test
	void anAdaptiveLimitGrowsWhileCallsAreQuickAndShrinksWhenTheySlowDown() {
		long[] latency = { 10 };
		Script<Integer> script = new Script<Integer>().then((key, context) -> {
			this.time.advance(millis(latency[0]));
			return Payload.of(1);
		});
		SnapshotBuilder builder = start(Source.single("rest", PRICE, script)
			.nonBlocking()
			.adaptiveConcurrency(AdaptiveConcurrency.between(1, 4))
			.build());
		for (int i = 0; i < 20; i++) {
			build(builder, SnapshotRequest.require(keys(8)).bypassCache());
		}
		assertThat(builder.health().capacity().get("rest").limit()).isBetween(2, 4);
		latency[0] = 1000;
		for (int i = 0; i < 10; i++) {
			build(builder, SnapshotRequest.require(keys(8)).bypassCache());
		}
		assertThat(builder.health().capacity().get("rest").limit()).isEqualTo(1);
	}

	@Test
	void limitsBelowOneAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> steps().maxConcurrency(0))
			.withMessage("maxConcurrency: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException().isThrownBy(() -> Source.batch("rest", PRICE, this.prices).maxBatchSize(0))
			.withMessage("source \"rest\": maxBatchSize: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Source.single("rest", PRICE, this.prices).queueTimeout(seconds(0)))
			.withMessage("source \"rest\": queueTimeout: PT0S (expected: more than zero)");
	}

	@Test
	void aCallForWhichThereIsNoThreadGivesItsPermitBackAndFails() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, this.prices).nonBlocking().build());
		this.executor.exhaust();
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC));
		assertThat(build.join().errorFor(BTC).orElseThrow().message()).contains("no thread");
		this.executor.accept();
		assertThat(builder.health().capacity().get("__global__").inUse()).isZero();
		assertThat(builder.health().runningCalls()).isZero();
	}

}
