package io.coalestra.rules;

import java.util.concurrent.CompletableFuture;

import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A source that is slow may have the next one asked as well.
 */
class HedgeTests extends EngineFixture {

	private final Gate gate = new Gate();

	private final Script<Integer> second = new Script<Integer>();

	private Source slow(Script<Integer> script) {
		return Source.single("slow", PRICE, script).nonBlocking().hedgeAfter(millis(50)).priority(3).build();
	}

	private Script<Integer> held() {
		return new Script<Integer>().then((key, context) -> {
			this.gate.pass();
			return Payload.of(1);
		});
	}

	private Source second() {
		return Source.single("second", PRICE, this.second).nonBlocking().priority(2).build();
	}

	@Test
	void theNextSourceIsAskedAfterTheDelayAndTheFirstFreshAnswerWins() {
		this.second.answer(2);
		SnapshotBuilder builder = start(onThreads().source(slow(held())).source(second()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		this.time.advance(millis(49));
		assertThat(this.second.calls()).isZero();
		this.time.advance(millis(1));
		assertThat(build.join().value(BTC).source()).isEqualTo("second");
		this.gate.open();
	}

	@Test
	void aSourceThatAnswersInTimeIsNotHedged() {
		this.second.answer(2);
		SnapshotBuilder builder = start(slow(new Script<Integer>().answer(1)), second());
		assertThat(build(builder, BTC).value(BTC).source()).isEqualTo("slow");
		pass(millis(50));
		assertThat(this.second.calls()).isZero();
	}

	@Test
	void aSourceThatAnswersInTimeLeavesNoTimer() {
		SnapshotBuilder builder = start(slow(new Script<Integer>().answer(1)), second());
		build(builder, BTC);
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void theSlowerOfTwoIsInterruptedWhereNobodyIsToWaitForIt() {
		this.second.answer(2);
		Source slow = Source.single("slow", PRICE, held())
			.nonBlocking()
			.hedgeAfter(millis(50))
			.abandonedCalls(AbandonedCalls.CANCEL)
			.priority(3)
			.build();
		SnapshotBuilder builder = start(onThreads().source(slow).source(second()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		this.time.advance(millis(50));
		assertThat(build.join().value(BTC).source()).isEqualTo("second");
		this.gate.awaitInterrupts(1);
	}

	@Test
	void aHedgeThatFailsLeavesTheFirstSourceItsChance() {
		this.second.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(onThreads().source(slow(held())).source(second()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		this.time.advance(millis(50));
		this.gate.open();
		assertThat(build.join().value(BTC).source()).isEqualTo("slow");
	}

	@Test
	void whenBothFailTheThirdIsAskedOnce() {
		this.second.fail(new IllegalStateException("down"));
		Script<Integer> third = new Script<Integer>().answer(3);
		SnapshotBuilder builder = start(slow(new Script<Integer>().then((key, context) -> {
			this.time.advance(millis(50));
			this.executor.runAll();
			throw new IllegalStateException("down too");
		})), second(), Source.single("third", PRICE, third).nonBlocking().priority(1).build());
		assertThat(build(builder, BTC).value(BTC).source()).isEqualTo("third");
		assertThat(this.second.calls()).isEqualTo(1);
		assertThat(third.calls()).isEqualTo(1);
	}

	@Test
	void whenAllFailEachIsNamedOnce() {
		this.second.fail(new IllegalStateException("down"));
		SnapshotBuilder builder = start(slow(new Script<Integer>().then((key, context) -> {
			this.time.advance(millis(50));
			this.executor.runAll();
			throw new IllegalStateException("down too");
		})), second());
		assertThat(attempt(builder, BTC).errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::source)
			.containsExactly("second", "slow");
	}

	@Test
	void hedgingKeepsTheDeadline() {
		this.second.then((key, context) -> {
			this.gate.pass();
			return Payload.of(2);
		});
		SnapshotBuilder builder = start(onThreads().source(slow(held())).source(second()));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(100)));
		this.gate.awaitArrivals(1);
		this.time.advance(millis(50));
		this.gate.awaitArrivals(1);
		this.time.advance(millis(50));
		assertThat(build.join().find(BTC)).isEmpty();
		this.gate.awaitInterrupts(2);
	}

	@Test
	void aHedgeThatFallsDueWhenTheExecutorIsFullHarmsNobody() {
		this.second.answer(2);
		SnapshotBuilder builder = start(slow(new Script<Integer>().answer(1)), second());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.refuse();
		this.time.advance(millis(50));
		this.executor.accept();
		assertThat(arrived(build).find(BTC)).isPresent();
	}

	@Test
	void whatComesAfterTheOthersAnswerIsNotStoredOnceTheKeyWasInvalidated() {
		this.second.answer(2);
		SnapshotBuilder[] builder = new SnapshotBuilder[1];
		builder[0] = start(Freshness.ttl(seconds(60)), slow(new Script<Integer>().then((key, context) -> {
			// The hedge is asked, answers, and ends the read; what this call was asked
			// for is older than the invalidation that follows.
			this.time.advance(millis(50));
			this.executor.runAll();
			builder[0].publisher().invalidate(BTC);
			return Payload.of(1);
		}).answer(3)), second());
		assertThat(build(builder[0], BTC).value(BTC).source()).isEqualTo("second");
		assertThat(build(builder[0], BTC).get(BTC)).as("what was read before the invalidation is gone").isEqualTo(3);
	}

	@Test
	void aCallThatStillQueuesIsCalledOffWhenTheNextSourceWasQuicker() {
		this.second.answer(2);
		Source crowded = Source.single("crowded", PRICE, held())
			.nonBlocking()
			.maxConcurrency(1)
			.queueTimeout(seconds(1))
			.hedgeAfter(millis(50))
			.priority(3)
			.build();
		SnapshotBuilder builder = start(onThreads().source(crowded).source(second()));
		CompletableFuture<Snapshot> first = builder.buildAsync(ETH);
		this.gate.awaitArrivals(1);
		CompletableFuture<Snapshot> queued = builder.buildAsync(BTC);
		this.time.advance(millis(50));
		assertThat(queued.join().value(BTC).source()).isEqualTo("second");
		assertThat(first.join().value(ETH).source()).isEqualTo("second");
		// Whoever ends a read calls the queueing call off before it tells the build.
		this.time.advance(seconds(1));
		assertThat(builder.health().queueTimeouts()).as("queue time-outs of what nobody waits for").isZero();
		assertThat(builder.health().capacity().get("crowded").waiting()).isZero();
		this.gate.open();
	}

}
