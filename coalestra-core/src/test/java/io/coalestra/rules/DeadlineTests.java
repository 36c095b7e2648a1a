package io.coalestra.rules;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.EventType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.ACCOUNT;
import static io.coalestra.fixtures.Types.ALICE;
import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * A deadline is real: every build ends by its own.
 */
class DeadlineTests extends EngineFixture {

	private final Gate gate = new Gate();

	private Source hanging() {
		return Source.single("hanging", PRICE, new Script<Integer>().then((key, context) -> {
			this.gate.pass();
			return Payload.of(1);
		})).nonBlocking().build();
	}

	private Source stubborn() {
		return Source.single("stubborn", PRICE, new Script<Integer>().then((key, context) -> {
			this.gate.passStubbornly();
			return Payload.of(1);
		})).nonBlocking().build();
	}

	private static SnapshotBuildException failure(CompletableFuture<Snapshot> build) {
		return (SnapshotBuildException) build.handle((snapshot, thrown) -> thrown).join();
	}

	@Test
	void aBuildEndsAtItsDeadlineAndItsCallIsInterrupted() {
		SnapshotBuilder builder = start(onThreads().source(hanging()));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		this.time.advance(seconds(3).minusNanos(1));
		assertThat(build).isNotDone();
		this.time.advance(Duration.ofNanos(1));
		assertThat(failure(build).failures()).extracting(ResourceFailure::kind)
			.containsExactly(ResourceFailure.Kind.DEADLINE_EXCEEDED);
		this.gate.awaitInterrupts(1);
	}

	@Test
	void aBuildEndsAtItsDeadlineAlsoWhenTheSourceIgnoresInterrupts() {
		SnapshotBuilder builder = start(onThreads().source(stubborn()).maxConcurrency(1));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		this.time.advance(seconds(3));
		failure(build);
		this.gate.awaitInterrupts(1);
		assertThat(builder.health().runawayCalls()).containsEntry("stubborn", 1L);
		assertThat(builder.health().capacity().get("__global__").inUse())
			.as("the permit stays taken until the call has truly ended")
			.isEqualTo(1);
		assertThat(builder.health().assess().findings()).extracting("reason").contains("runaway_calls");
		this.gate.open();
	}

	@Test
	void aBlockingBuildEndsAtItsDeadlineToo() throws Exception {
		SnapshotBuilder builder = start(onThreads().source(stubborn()));
		CompletableFuture<SnapshotBuildException> outcome = new CompletableFuture<>();
		Thread.ofVirtual().start(() -> {
			try {
				builder.build(SnapshotRequest.require(BTC).deadline(seconds(3)));
			}
			catch (SnapshotBuildException ex) {
				outcome.complete(ex);
			}
		});
		this.gate.awaitArrivals(1);
		// The call has begun, and then the caller arms its own timer before it waits.
		while (this.time.pendingTimers() < 2) {
			Thread.onSpinWait();
		}
		this.time.advance(seconds(3));
		assertThat(outcome.get().failures()).hasSize(1);
		this.gate.open();
	}

	@Test
	void aRunawayThatEndsIsReportedAndItsAnswerDropped() {
		SnapshotBuilder builder = start(onThreads().source(stubborn()));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		this.time.advance(seconds(3));
		failure(build);
		this.gate.open();
		while (this.events.of(EventType.SOURCE_RUNAWAY_ENDED).isEmpty()) {
			Thread.onSpinWait();
		}
		assertThat(builder.health().cache().size()).isZero();
	}

	@Test
	void whatWasGivenUpBeforeItGotAThreadIsNoRunawayForEver() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build());
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(3)));
		this.time.advance(seconds(3));
		failed(build);
		assertThat(builder.health().runawayCalls()).isEmpty();
		assertThat(builder.health().deadlinesExceeded()).isPositive();
	}

	@Test
	void aSourceThatOutlastsItsOwnTimeIsGivenUpAndTheNextIsAsked() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(3), 1);
		SnapshotBuilder builder = start(
				Source.single("slow", PRICE, slow).nonBlocking().timeout(seconds(2)).priority(2).build(),
				Source.single("next", PRICE, new Script<Integer>().answer(2)).nonBlocking().priority(1).build());
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.value(BTC).source()).isEqualTo("next");
		assertThat(builder.health().sourceTimeouts()).isEqualTo(1);
		assertThat(this.events.only(EventType.SOURCE_FAILED).fields()).containsEntry("error_type", "SourceTimeout");
	}

	@Test
	void aCallThatEndsInTheLastMomentCounts() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(2).minusNanos(1), 1);
		SnapshotBuilder builder = start(Source.single("slow", PRICE, slow).nonBlocking().timeout(seconds(2)).build());
		assertThat(build(builder, BTC).get(BTC)).isEqualTo(1);
	}

	@Test
	void aStaleValueStandsInWhenTheDeadlinePasses() {
		Script<Integer> script = new Script<Integer>().answer(1).answerAfter(this.time, seconds(5), 2);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		Snapshot snapshot = build(builder, SnapshotRequest.require(BTC).deadline(millis(100)));
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(snapshot.value(BTC).stale()).isTrue();
	}

	@Test
	void aValuePublishedWhileABuildWaitedInVainIsFresh() {
		SnapshotBuilder builder = start(
				Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build());
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(3)));
		this.time.advance(seconds(2));
		builder.publisher().publish(BTC, 7, "feed");
		this.time.advance(seconds(1));
		Snapshot snapshot = arrived(build);
		assertThat(snapshot.get(BTC)).isEqualTo(7);
		assertThat(snapshot.value(BTC).stale()).isFalse();
		assertThat(snapshot.staleKeys()).isEmpty();
	}

	@Test
	void whatIsKnownAtTheDeadlineIsInTheSnapshotOfTheFailure() {
		SnapshotBuilder builder = start(onThreads().source(hanging())
			.source(Source.single("ledger", ACCOUNT, new Script<String>().answer("Alice")).inline().build()));
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(ALICE, BTC).deadline(seconds(3)));
		this.gate.awaitArrivals(1);
		this.time.advance(seconds(3));
		Snapshot partial = failure(build).snapshot();
		assertThat(partial.get(ALICE)).isEqualTo("Alice");
		assertThat(partial.values().keySet()).doesNotContainAnyElementsOf(partial.errors().keySet());
	}

	@Test
	void theDefaultDeadlineHoldsForRequestsThatStateNone() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(5), 1);
		SnapshotBuilder builder = start(
				steps().source(Source.single("rest", PRICE, slow).nonBlocking().build()).defaultDeadline(seconds(4)));
		failed(builder.buildAsync(BTC));
	}

	@Test
	void aRequestMayHaveMoreTimeThanTheDefault() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(5), 1);
		SnapshotBuilder builder = start(
				steps().source(Source.single("rest", PRICE, slow).nonBlocking().build()).defaultDeadline(seconds(4)));
		assertThat(build(builder, SnapshotRequest.require(BTC).deadline(seconds(6))).get(BTC)).isEqualTo(1);
	}

	@Test
	void sourcesAreToldHowMuchTimeIsLeft() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, script).nonBlocking().timeout(seconds(2)).build());
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(3)).snapshotId("s-1").metadata("user", "u-1"));
		this.time.advance(millis(500));
		arrived(build);
		FetchContext context = script.contextOf(0);
		assertThat(context.remaining()).contains(millis(1500));
		assertThat(context.deadline()).contains(this.time.now().plusMillis(2500));
		assertThat(context.requestedAt()).isEqualTo(this.time.now().minusMillis(500));
		assertThat(context.snapshotId()).isEqualTo("s-1");
		assertThat(context.metadata()).containsEntry("user", "u-1");
		assertThat(context.attempt()).isEqualTo(1);
	}

	@Test
	void withoutDeadlineAndTimeoutNothingIsBoundedAndNoTimerArmed() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, script).nonBlocking().build());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		assertThat(this.time.pendingTimers()).isZero();
		arrived(build);
		assertThat(script.contextOf(0).remaining()).isEmpty();
		assertThat(script.contextOf(0).deadline()).isEmpty();
	}

	@Test
	void noTimerIsLeftWhenABuildHasEnded() {
		SnapshotBuilder builder = start(Freshness.DEFAULT,
				Source.single("rest", PRICE, new Script<Integer>().answer(1))
					.nonBlocking()
					.timeout(seconds(2))
					.build());
		build(builder, SnapshotRequest.require(BTC).deadline(seconds(3)).softDeadline(seconds(1)));
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void aDeadlineIsMoreThanNothing() {
		SnapshotRequest request = SnapshotRequest.require(BTC);
		assertThatIllegalArgumentException().isThrownBy(() -> request.deadline(Duration.ZERO))
			.withMessage("deadline: PT0S (expected: more than zero)");
	}

	@Test
	void anInlineSourceThatHoldsItsCallerIsMeasuredAndNamed() {
		Script<Integer> slow = new Script<Integer>().answerAfter(this.time, seconds(3), 1);
		SnapshotBuilder builder = start(Source.single("memory", PRICE, slow).inline().timeout(seconds(2)).build());
		Snapshot snapshot = build(builder, BTC);
		assertThat(snapshot.get(BTC)).isEqualTo(1);
		assertThat(builder.health().inlineOverruns()).containsEntry("memory", 1L);
		assertThat(this.events.only(EventType.SOURCE_INLINE_OVERRUN).fields()).containsEntry("source", "memory");
	}

	@Test
	void theFailureOfADeadlineNamesTheSourceThatWasAtWork() {
		SnapshotBuilder builder = start(onThreads().source(hanging()));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(seconds(3)));
		CompletableFuture<Snapshot> patient = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(seconds(4)));
		this.gate.awaitArrivals(1);
		this.time.advance(seconds(4));
		assertThat(build.join().errorFor(BTC).orElseThrow().isDeadlineExceeded()).isTrue();
		assertThat(patient.join().errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::reason)
			.isSubsetOf(FailureReason.DEADLINE_EXCEEDED);
	}

}
