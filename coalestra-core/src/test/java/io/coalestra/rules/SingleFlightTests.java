package io.coalestra.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.MEAN;
import static io.coalestra.fixtures.Types.ORDERS;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Equal reads in progress are one read, whoever asks.
 */
class SingleFlightTests extends EngineFixture {

	private final Script<Integer> prices = new Script<Integer>().answer(1).answer(2);

	private Source prices() {
		return Source.single("rest", PRICE, this.prices).nonBlocking().build();
	}

	@Test
	void theSecondCallerJoinsTheRead() {
		SnapshotBuilder builder = start(prices());
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> second = builder.buildAsync(BTC);
		assertThat(builder.health().flights()).isEqualTo(1);
		Snapshot owned = arrived(first);
		Snapshot joined = arrived(second);
		assertThat(this.prices.calls()).isEqualTo(1);
		assertThat(joined.get(BTC)).isEqualTo(1);
		assertThat(joined.value(BTC).metadata()).containsEntry("coalesced_request", true);
		assertThat(owned.value(BTC).metadata()).doesNotContainKey("coalesced_request");
		assertThat(joined.diagnostics().coalesced()).isEqualTo(1);
		assertThat(joined.diagnostics().sourceCalls()).isZero();
		assertThat(this.metrics.sum(Metric.SINGLEFLIGHT_JOIN, "market", "price")).isEqualTo(1);
	}

	@Test
	void overlappingRequestsShareOnlyTheOverlap() {
		Script<Integer> batch = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(Source.batch("rest", PRICE, batch).nonBlocking().build());
		ResourceKey<Integer> doge = PRICE.key("DOGE");
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC, ETH);
		CompletableFuture<Snapshot> second = builder.buildAsync(ETH, doge);
		arrived(first);
		arrived(second);
		assertThat(batch.keysOf(0)).containsExactly(BTC, ETH);
		assertThat(batch.keysOf(1)).containsExactly(doge);
		assertThat(batch.calls()).isEqualTo(2);
	}

	@Test
	void eachKeyEndsAsSoonAsItIsKnown() {
		Source btc = Source.single("btc", PRICE, new Script<Integer>().answer(1))
			.supports(BTC::equals)
			.nonBlocking()
			.build();
		Source eth = Source.single("eth", PRICE, new Script<Integer>().answer(2))
			.supports(ETH::equals)
			.nonBlocking()
			.build();
		SnapshotBuilder builder = start(btc, eth);
		CompletableFuture<Snapshot> both = builder.buildAsync(BTC, ETH);
		CompletableFuture<Snapshot> one = builder.buildAsync(BTC);
		this.executor.runNext();
		assertThat(builder.health().flights()).as("only the other key's flight is left").isEqualTo(1);
		// "both" waits for the other call, which comes first in the queue.
		assertThat(both).isNotDone();
		assertThat(arrived(one).get(BTC)).isEqualTo(1);
		assertThat(arrived(both).get(ETH)).isEqualTo(2);
	}

	@Test
	void cancellingTheCallerThatBeganAReadCancelsNoWork() {
		SnapshotBuilder builder = start(prices());
		CompletableFuture<Snapshot> owner = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> joiner = builder.buildAsync(BTC);
		assertThat(owner.cancel(true)).isTrue();
		assertThat(arrived(joiner).get(BTC)).isEqualTo(1);
		assertThat(this.prices.calls()).isEqualTo(1);
	}

	@Test
	void whatNobodyWaitsForAnyMoreStillFillsTheCache() {
		SnapshotBuilder builder = start(prices());
		builder.buildAsync(BTC).cancel(true);
		this.executor.runAll();
		assertThat(build(builder, BTC).value(BTC).fromCache()).isTrue();
		assertThat(this.prices.calls()).isEqualTo(1);
	}

	@Test
	void aJoinerIsBoundedByItsOwnDeadline() {
		Gate gate = new Gate();
		SnapshotBuilder builder = start(onThreads().source(held(gate)));
		CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.require(BTC));
		CompletableFuture<Snapshot> hasty = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(100)));
		gate.awaitArrivals(1);
		this.time.advance(millis(100));
		assertThat(hasty.join().errorFor(BTC).orElseThrow().kind()).isEqualTo(ResourceFailure.Kind.DEADLINE_EXCEEDED);
		gate.open();
		assertThat(patient.join().get(BTC)).isEqualTo(1);
	}

	@Test
	void aCallGoesOnAsLongAsTheMostPatientOfThoseWhoJoined() {
		Gate gate = new Gate();
		SnapshotBuilder builder = start(onThreads().source(held(gate)));
		CompletableFuture<Snapshot> owner = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(100)));
		CompletableFuture<Snapshot> joiner = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(1)));
		gate.awaitArrivals(1);
		this.time.advance(millis(999));
		assertThat(owner.join().errorFor(BTC).orElseThrow().kind()).isEqualTo(ResourceFailure.Kind.DEADLINE_EXCEEDED);
		gate.open();
		assertThat(joiner.join().get(BTC)).isEqualTo(1);
	}

	private static Source held(Gate gate) {
		return Source.single("held", PRICE, new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(1);
		})).nonBlocking().build();
	}

	@Test
	void aJoinerSurvivesTheDeathOfTheReadByItsOwnersDeadline() {
		// The dependency is read under the deadline of who began; the joiner comes later
		// and has more time.
		int keys = 5;
		Script<Integer> slow = new Script<Integer>();
		for (int i = 0; i < keys; i++) {
			slow.answerAfter(this.time, millis(200), 1);
		}
		slow.answer(1);
		Source raw = Source.single("raw", PRICE, slow).nonBlocking().build();
		Source total = Source
			.derived("total", TOTAL, (key) -> List.of(PRICE.key(key.subject())),
					(key, values) -> values.get(PRICE.key(key.subject())) * 10)
			.build();
		SnapshotBuilder builder = start(Freshness.forever(), raw, total);
		List<ResourceKey<Integer>> totals = new ArrayList<>();
		for (int i = 0; i < keys; i++) {
			totals.add(TOTAL.key(i));
		}
		CompletableFuture<Snapshot> owner = builder.buildAsync(SnapshotRequest.require(totals).deadline(millis(100)));
		CompletableFuture<Snapshot> joiner = builder.buildAsync(SnapshotRequest.require(totals).deadline(seconds(60)));
		assertThat(failed(owner).failures()).hasSize(keys);
		Snapshot snapshot = arrived(joiner);
		assertThat(snapshot.values()).hasSize(keys);
	}

	@Test
	void aFailureIsSharedByAllWhoJoinedAndCalledOnce() {
		Script<Integer> failing = new Script<Integer>().fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Source.single("rest", PRICE, failing).nonBlocking().build());
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> second = builder.buildAsync(BTC);
		failed(first);
		failed(second);
		assertThat(failing.calls()).isEqualTo(1);
	}

	@Test
	void eachCallerGetsItsOwnCopyOfWhatCanBeChanged() {
		ResourceKey<List<String>> key = ORDERS.key("alice");
		Function<ResourceKey<List<String>>, Payload<List<String>>> fetch = (asked) -> Payload
			.of(new ArrayList<>(List.of("a")));
		SnapshotBuilder builder = start(
				Source.single("orders", ORDERS, (asked, context) -> fetch.apply(asked)).nonBlocking().build());
		CompletableFuture<Snapshot> first = builder.buildAsync(key);
		CompletableFuture<Snapshot> second = builder.buildAsync(key);
		arrived(first).get(key).add("b");
		assertThat(arrived(second).get(key)).containsExactly("a");
	}

	@Test
	void aReadIsNotBegunForWhatArrivedJustBefore() {
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		Script<Integer> script = new Script<Integer>().answer(1);
		// The first source of the request runs on the thread of the build and reads the
		// very key that the request asks for next.
		Source inline = Source.single("inline", TOTAL, (key, context) -> {
			builder[0].publisher().publish(BTC, 9, "feed");
			return Payload.of(1);
		}).inline().build();
		builder[0] = start(inline, Source.single("rest", PRICE, script).nonBlocking().build());
		CompletableFuture<Snapshot> build = builder[0].buildAsync(TOTAL.key("t"), BTC);
		Snapshot snapshot = arrived(build);
		assertThat(snapshot.get(BTC)).as("the event is newer than the read").isEqualTo(9);
	}

	@Test
	void anInterruptedCallerGivesUpAndLeavesTheReadGoing() throws Exception {
		Gate gate = new Gate();
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(1);
		});
		SnapshotBuilder builder = start(onThreads().source(Source.single("rest", PRICE, slow).nonBlocking().build()));
		CompletableFuture<SnapshotBuildException> outcome = new CompletableFuture<>();
		Thread caller = Thread.ofVirtual().start(() -> {
			try {
				builder.build(BTC);
			}
			catch (SnapshotBuildException ex) {
				outcome.complete(ex);
			}
		});
		gate.awaitArrivals(1);
		CompletableFuture<Snapshot> other = builder.buildAsync(BTC);
		caller.interrupt();
		caller.join();
		assertThat(outcome.get().failures()).extracting(ResourceFailure::kind)
			.containsExactly(ResourceFailure.Kind.CANCELLED);
		gate.open();
		assertThat(other.get().get(BTC)).isEqualTo(1);
		assertThat(slow.calls()).isEqualTo(1);
	}

	@Test
	void blockingCallersOnManyThreadsCauseOneCall() throws Exception {
		Gate gate = new Gate();
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(1);
		});
		SnapshotBuilder builder = start(onThreads().source(Source.single("rest", PRICE, slow).nonBlocking().build())
			.defaultFreshness(Freshness.forever()));
		List<CompletableFuture<Integer>> answers = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			CompletableFuture<Integer> answer = new CompletableFuture<>();
			answers.add(answer);
			Thread.ofVirtual().start(() -> answer.complete(builder.build(BTC).get(BTC)));
		}
		gate.awaitArrivals(1);
		gate.open();
		for (CompletableFuture<Integer> answer : answers) {
			assertThat(answer.get()).isEqualTo(1);
		}
		assertThat(slow.calls()).isEqualTo(1);
	}

	@Test
	void aCancelledFutureIsCancelledForItsCallerOnly() {
		SnapshotBuilder builder = start(prices());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		CompletableFuture<Integer> derived = build.thenApply((snapshot) -> snapshot.get(BTC));
		derived.cancel(true);
		assertThat(arrived(build).get(BTC)).isEqualTo(1);
		assertThatExceptionOfType(java.util.concurrent.CancellationException.class).isThrownBy(derived::join);
	}

	private static Source total() {
		return Source
			.derived("total", TOTAL, (key) -> List.of(PRICE.key(key.subject())),
					(key, values) -> values.get(PRICE.key(key.subject())) * 10)
			.build();
	}

	@Test
	void whoJoinsADerivedReadProlongsTheReadOfItsInputs() {
		Gate gate = new Gate();
		Script<Integer> slow = new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(1);
		});
		SnapshotBuilder builder = start(onThreads().source(Source.single("raw", PRICE, slow).nonBlocking().build())
			.source(total())
			.source(Source
				.derived("mean", MEAN, (key) -> List.of(TOTAL.key("BTC")),
						(key, values) -> values.get(TOTAL.key("BTC")))
				.build()));
		ResourceKey<Integer> mean = MEAN.key("m");
		CompletableFuture<Snapshot> owner = builder.buildAsync(SnapshotRequest.prefer(mean).deadline(millis(100)));
		CompletableFuture<Snapshot> joiner = builder.buildAsync(SnapshotRequest.require(mean).deadline(seconds(1)));
		gate.awaitArrivals(1);
		this.time.advance(millis(999));
		assertThat(owner.join().errorFor(mean).orElseThrow().kind()).isEqualTo(ResourceFailure.Kind.DEADLINE_EXCEEDED);
		gate.open();
		assertThat(joiner.join().get(mean)).isEqualTo(10);
		assertThat(slow.calls()).as("one read for both").isEqualTo(1);
	}

	@Test
	void theMostPatientOfManyWhoJoinedADerivedReadGetsItsValue() {
		Gate gate = new Gate();
		Source raw = Source.single("raw", PRICE, new Script<Integer>().then((key, context) -> {
			gate.pass();
			return Payload.of(1);
		})).nonBlocking().build();
		SnapshotBuilder builder = start(onThreads().source(raw).source(total()));
		ResourceKey<Integer> key = TOTAL.key("BTC");
		List<CompletableFuture<Snapshot>> hasty = new ArrayList<>();
		hasty.add(builder.buildAsync(SnapshotRequest.prefer(key).deadline(millis(100))));
		CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.prefer(key).deadline(seconds(10)));
		for (int i = 4; i > 1; i--) {
			hasty.add(builder.buildAsync(SnapshotRequest.prefer(key).deadline(millis(100L * i))));
		}
		gate.awaitArrivals(1);
		for (int i = 0; i < 4; i++) {
			this.time.advance(millis(100));
		}
		hasty.forEach((build) -> assertThat(build.join().find(key)).isEmpty());
		gate.open();
		assertThat(patient.join().find(key)).contains(10);
	}

	@Test
	void aJoinerWithMoreTimeIsNotPutOffWithWhatStandsInForTheHasty() {
		Script<Integer> rest = new Script<Integer>().answer(1).answer(2);
		Script<Integer> other = new Script<Integer>().fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, rest).transportTimeout(seconds(1)).timeout(seconds(2)).priority(2).build(),
				Source.single("other", PRICE, other).nonBlocking().priority(1).build());
		build(builder, BTC);
		pass(seconds(2));
		// Its client could outlast the deadline, so that the first source is not asked.
		CompletableFuture<Snapshot> hasty = builder.buildAsync(SnapshotRequest.require(BTC).deadline(millis(500)));
		CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(10)));
		assertThat(arrived(hasty).value(BTC).stale()).isTrue();
		assertThat(arrived(patient).get(BTC)).isEqualTo(2);
	}

	@Test
	void aBuildThatIsGivenUpAsItsReadEndsReadsNothingAnew() {
		Script<Integer> rest = new Script<Integer>().answer(2);
		Source other = Source.single("other", PRICE, new Script<Integer>().then((key, context) -> {
			this.executor.runAtOnce();
			throw new IllegalStateException("down");
		})).nonBlocking().priority(1).build();
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, rest).transportTimeout(seconds(1)).timeout(seconds(2)).priority(2).build(),
				other, total());
		CompletableFuture<Snapshot> hasty = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(500)));
		CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(seconds(10)));
		// Told first of the end of what all three wait for.
		CompletableFuture<Snapshot> derived = builder
			.buildAsync(SnapshotRequest.prefer(TOTAL.key("BTC")).deadline(seconds(10)));
		CompletableFuture<Void> givenUp = derived.thenRun(() -> patient.cancel(true));
		assertThat(arrived(hasty).find(BTC)).isEmpty();
		assertThat(givenUp).isCompleted();
		assertThat(patient).isCancelled();
		assertThat(rest.calls()).as("reads for nobody").isZero();
	}

	@Test
	void aJoinerWithMoreTimeThatIsStillTooLittleDoesNotReadAnew() {
		Script<Integer> other = new Script<Integer>().fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(Source.single("rest", PRICE, new Script<Integer>().answer(1))
			.transportTimeout(seconds(1))
			.timeout(seconds(2))
			.priority(2)
			.build(), Source.single("other", PRICE, other).nonBlocking().priority(1).build());
		CompletableFuture<Snapshot> first = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(500)));
		CompletableFuture<Snapshot> second = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(900)));
		assertThat(arrived(first).find(BTC)).isEmpty();
		assertThat(arrived(second).find(BTC)).isEmpty();
		assertThat(other.calls()).isEqualTo(1);
	}

}
