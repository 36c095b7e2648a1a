package io.coalestra.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.SourceFailure;
import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Script;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.source.SourceProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * When a failed call is made again, and after how long.
 */
class RetryTests extends EngineFixture {

	private static final RetryPolicy THREE = new RetryPolicy(3, millis(50), millis(80), 0);

	private static Resilience retrying(RetryPolicy policy) {
		return new Resilience(policy, CircuitPolicy.NONE);
	}

	private static Source rest(Script<Integer> script, RetryPolicy policy) {
		return Source.single("rest", PRICE, script).nonBlocking().resilience(retrying(policy)).build();
	}

	private static Script<Integer> failingTwice() {
		return new Script<Integer>().fail(new SourceUnavailableException("busy"))
			.fail(new SourceUnavailableException("busy"))
			.answer(1);
	}

	@Test
	void aSourceThatIsUnavailableIsCalledAgainAfterDoublingDelays() {
		Script<Integer> script = failingTwice();
		SnapshotBuilder builder = start(rest(script, THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		assertThat(script.calls()).isEqualTo(1);
		pass(millis(49));
		assertThat(script.calls()).isEqualTo(1);
		pass(millis(1));
		assertThat(script.calls()).isEqualTo(2);
		pass(millis(79));
		assertThat(script.calls()).as("100 ms, bounded to 80 ms").isEqualTo(2);
		pass(millis(1));
		Snapshot snapshot = arrived(build);
		assertThat(snapshot.value(BTC).attempts()).isEqualTo(3);
		assertThat(snapshot.diagnostics().retries()).isEqualTo(2);
		assertThat(snapshot.diagnostics().sourceCalls()).isEqualTo(3);
		assertThat(script.contextOf(2).attempt()).isEqualTo(3);
	}

	@Test
	void noPermitIsHeldWhileARetryWaits() {
		SnapshotBuilder builder = start(rest(failingTwice(), THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		assertThat(builder.health().capacity().get("__global__").inUse()).isZero();
		pass(millis(50));
		pass(millis(80));
		arrived(build);
	}

	@Test
	void theExactNumberOfAttemptsIsReported() {
		Script<Integer> script = new Script<Integer>().fail(new SourceUnavailableException("busy"));
		SnapshotBuilder builder = start(rest(script, THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC));
		this.executor.runAll();
		pass(millis(50));
		pass(millis(80));
		List<SourceFailure> failures = arrived(build).errorFor(BTC).orElseThrow().sources();
		assertThat(failures).extracting(SourceFailure::attempts).containsExactly(3);
		assertThat(script.calls()).isEqualTo(3);
	}

	static List<Throwable> whatMayPass() {
		return List.of(new SourceUnavailableException("busy"), new IOException("reset"),
				new ConnectException("refused"), new UncheckedIOException(new IOException("reset")),
				new TimeoutException("slow"));
	}

	@ParameterizedTest
	@MethodSource("whatMayPass")
	void whatMayPassIsTriedAgain(Throwable thrown) {
		Script<Integer> script = new Script<Integer>().fail(thrown).answer(1);
		SnapshotBuilder builder = start(rest(script, THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		pass(millis(50));
		assertThat(arrived(build).get(BTC)).isEqualTo(1);
	}

	static List<Throwable> whatWillNotPass() {
		return List.of(new IllegalStateException("bug"), new SourceProtocolException("odd answer"),
				new AssertionError("bug"), new InterruptedException("stop"));
	}

	@ParameterizedTest
	@MethodSource("whatWillNotPass")
	void whatWillNotPassIsNotTriedAgain(Throwable thrown) {
		Script<Integer> script = new Script<Integer>().fail(thrown).answer(1);
		SnapshotBuilder builder = start(rest(script, THREE));
		assertThat(attempt(builder, BTC).find(BTC)).isEmpty();
		assertThat(script.calls()).isEqualTo(1);
	}

	@Test
	void aSourceTimeoutIsTriedAgain() {
		Script<Integer> script = new Script<Integer>().answerAfter(this.time, seconds(2), 1).answer(2);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, script)
			.nonBlocking()
			.timeout(seconds(1))
			.resilience(retrying(THREE))
			.build());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		pass(millis(50));
		assertThat(arrived(build).get(BTC)).isEqualTo(2);
	}

	@Test
	void aQueueTimeoutIsNotTriedAgain() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, new Script<Integer>().answer(1))
			.nonBlocking()
			.maxConcurrency(1)
			.queueTimeout(millis(10))
			.resilience(retrying(THREE))
			.build());
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> second = builder.buildAsync(SnapshotRequest.prefer(ETH));
		this.time.advance(millis(10));
		List<SourceFailure> failures = arrived(second).errorFor(ETH).orElseThrow().sources();
		assertThat(failures).extracting(SourceFailure::reason).containsExactly(FailureReason.QUEUE_TIMEOUT);
		assertThat(failures).extracting(SourceFailure::attempts).containsExactly(0);
		arrived(first);
	}

	@Test
	void aRetryThatTheDeadlineDoesNotAllowIsNotWaitedFor() {
		Script<Integer> script = failingTwice();
		SnapshotBuilder builder = start(rest(script, THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC).deadline(millis(50)));
		List<SourceFailure> failures = arrived(build).errorFor(BTC).orElseThrow().sources();
		assertThat(failures).extracting(SourceFailure::errorType).containsExactly("SourceUnavailableException");
		assertThat(script.calls()).isEqualTo(1);
	}

	@Test
	void theBackEndsOwnHintIsAFloorOfTheDelay() {
		Script<Integer> script = new Script<Integer>().fail(new SourceUnavailableException("throttled", seconds(2)))
			.answer(1);
		SnapshotBuilder builder = start(rest(script, THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		pass(millis(1999));
		assertThat(script.calls()).isEqualTo(1);
		pass(millis(1));
		assertThat(arrived(build).get(BTC)).isEqualTo(1);
	}

	@Test
	void aHintThatTheDeadlineDoesNotAllowEndsTheAttempts() {
		Script<Integer> script = new Script<Integer>().fail(new SourceUnavailableException("throttled", seconds(2)))
			.answer(1);
		SnapshotBuilder builder = start(rest(script, THREE));
		assertThat(build(builder, SnapshotRequest.prefer(BTC).deadline(seconds(1))).find(BTC)).isEmpty();
		assertThat(script.calls()).isEqualTo(1);
	}

	@Test
	void jitterIsDrawnFromTheGivenRandomness() {
		RetryPolicy jittered = new RetryPolicy(2, millis(100), millis(100), 0.5);
		Script<Integer> script = new Script<Integer>().fail(new IOException("reset")).answer(1);
		// nextDouble() of a generator that yields zeroes is 0: the shortest delay.
		SnapshotBuilder builder = start(steps().source(rest(script, jittered)).random(() -> 0L));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		pass(millis(49));
		assertThat(script.calls()).isEqualTo(1);
		pass(millis(1));
		arrived(build);
	}

	@Test
	void aWholeBatchIsTriedAgainInOneCall() {
		Script<Integer> script = new Script<Integer>().fail(new IOException("reset")).answer(1);
		SnapshotBuilder builder = start(
				Source.batch("rest", PRICE, script).nonBlocking().resilience(retrying(THREE)).build());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC, ETH);
		this.executor.runAll();
		pass(millis(50));
		arrived(build);
		assertThat(script.keysOf(1)).containsExactly(BTC, ETH);
	}

	@Test
	void theDefaultIsTwoAttemptsFiftyMillisecondsApart() {
		assertThat(RetryPolicy.DEFAULT).isEqualTo(new RetryPolicy(2, millis(50), seconds(1), 0.1));
	}

	@Test
	void aPolicyByNameGoesBeforeAFunctionThatBeforeTheSourcesOwnAndTheDefaultIsLast() {
		Script<Integer> script = new Script<Integer>().fail(new IOException("reset"));
		Resilience once = retrying(RetryPolicy.NONE);
		Resilience twice = retrying(new RetryPolicy(2, Duration.ZERO, Duration.ZERO, 0));
		Resilience three = retrying(new RetryPolicy(3, Duration.ZERO, Duration.ZERO, 0));
		Resilience four = retrying(new RetryPolicy(4, Duration.ZERO, Duration.ZERO, 0));
		Source own = Source.single("own", PRICE, script).nonBlocking().resilience(three).priority(4).build();
		Source function = Source.single("function", PRICE, script).nonBlocking().resilience(three).priority(3).build();
		Source name = Source.single("name", PRICE, script).nonBlocking().resilience(three).priority(2).build();
		Source nothing = Source.single("nothing", PRICE, script).nonBlocking().priority(1).build();
		SnapshotBuilder builder = start(steps().sources(List.of(own, function, name, nothing))
			.resilience("name", once)
			.resilience((source) -> source.equals("function") || source.equals("name") ? twice : null)
			.defaultResilience(four));
		CompletableFuture<Snapshot> build = builder.buildAsync(SnapshotRequest.prefer(BTC));
		for (int i = 0; i < 20; i++) {
			pass(Duration.ZERO);
		}
		assertThat(arrived(build).errorFor(BTC).orElseThrow().sources()).extracting(SourceFailure::attempts)
			.containsExactly(3, 2, 1, 4);
	}

	@Test
	void policiesOutOfBoundsAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(0, millis(1), millis(1), 0))
			.withMessage("maxAttempts: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(1, millis(2), millis(1), 0))
			.withMessageContaining("maxDelay");
		assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(1, millis(1), millis(1), Double.NaN))
			.withMessageContaining("jitterRatio: NaN");
	}

	private SnapshotBuilder startHedged(Script<Integer> slow) {
		Source first = Source.single("first", PRICE, slow)
			.nonBlocking()
			.priority(2)
			.hedgeAfter(millis(10))
			.resilience(retrying(new RetryPolicy(2, seconds(1), seconds(1), 0)))
			.build();
		Source second = Source.single("second", PRICE, (key, context) -> Payload.of(2)).nonBlocking().build();
		return start(first, second);
	}

	@Test
	void aRetryWhoseFlightEndedMeanwhileCallsNobody() {
		Script<Integer> slow = new Script<Integer>().fail(new IOException("reset")).answer(1);
		CompletableFuture<Snapshot> build = startHedged(slow).buildAsync(BTC);
		this.executor.runAll();
		pass(millis(10));
		assertThat(arrived(build).value(BTC).source()).isEqualTo("second");
		pass(seconds(1));
		assertThat(slow.calls()).isEqualTo(1);
	}

	@Test
	void aRetryIsCalledOffAsSoonAsItsFlightEnds() {
		Script<Integer> slow = new Script<Integer>().fail(new IOException("reset"));
		CompletableFuture<Snapshot> build = startHedged(slow).buildAsync(BTC);
		this.executor.runAll();
		assertThat(this.time.pendingTimers()).as("the retry's, and the hedge's").isEqualTo(2);
		pass(millis(10));
		arrived(build);
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void closingLeavesNoTimerOfARetry() {
		Script<Integer> script = new Script<Integer>().fail(new IOException("reset"));
		SnapshotBuilder builder = start(rest(script, THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		builder.close();
		failed(build);
		assertThat(this.time.pendingTimers()).isZero();
	}

	@Test
	void aSourceThatIsToBeSparedIsNotCalledAgainWhenNobodyWaitsAnyMore() {
		Script<Integer> script = new Script<Integer>().fail(new IOException("reset")).answer(1);
		SnapshotBuilder builder = start(Source.single("rest", PRICE, script)
			.nonBlocking()
			.abandonedCalls(AbandonedCalls.CANCEL)
			.resilience(retrying(THREE))
			.build());
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		build.cancel(true);
		this.executor.runAll();
		assertThat(builder.health().flights()).as("reads that wait for a retry").isZero();
		assertThat(this.time.pendingTimers()).isZero();
		pass(seconds(1));
		assertThat(script.calls()).isEqualTo(1);
	}

	@Test
	void otherwiseTheRetryGoesOnAndFillsTheCache() {
		Script<Integer> script = new Script<Integer>().fail(new IOException("reset")).answer(1);
		SnapshotBuilder builder = start(rest(script, THREE));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.executor.runAll();
		build.cancel(true);
		pass(millis(50));
		assertThat(build(builder, BTC).value(BTC).fromCache()).isTrue();
		assertThat(script.calls()).isEqualTo(2);
	}

}
