package io.coalestra.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.coalestra.batch.Window;
import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.CircuitScope;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.signal.Metric;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.BatchSource;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.ETH;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Keys of different builds share the calls of a batch source that has a window.
 */
class WindowedSourceTests extends EngineFixture {

	private static final Duration WINDOW = Duration.ofMillis(50);

	private static final Window FIXED = Window.fixed(WINDOW);

	private final List<List<ResourceKey<Integer>>> calls = new CopyOnWriteArrayList<>();

	private final Gate gate = new Gate();

	private Map<ResourceKey<Integer>, Integer> answer(List<ResourceKey<Integer>> keys) {
		this.calls.add(List.copyOf(keys));
		Map<ResourceKey<Integer>, Integer> answers = new HashMap<>();
		keys.forEach((key) -> answers.put(key, key.subject().length()));
		return answers;
	}

	private Map<ResourceKey<Integer>, Integer> slowAnswer(List<ResourceKey<Integer>> keys) throws InterruptedException {
		Map<ResourceKey<Integer>, Integer> answers = answer(keys);
		this.gate.pass();
		return answers;
	}

	private BatchSource.Builder<Integer> quick() {
		return Source.batch("rows", PRICE, this::answer).nonBlocking();
	}

	private BatchSource.Builder<Integer> slow() {
		return Source.batch("rows", PRICE, this::slowAnswer).nonBlocking();
	}

	private SnapshotBuilder startWith(BatchSource.Builder<Integer> source) {
		return start(onThreads().maxConcurrency(100).source(source.build()));
	}

	private static List<CompletableFuture<Snapshot>> builds(SnapshotBuilder builder, int from, int to) {
		List<CompletableFuture<Snapshot>> builds = new ArrayList<>();
		for (int i = from; i < to; i++) {
			builds.add(builder.buildAsync(PRICE.key("k" + i)));
		}
		return builds;
	}

	private static <T> T ended(CompletableFuture<T> build) {
		try {
			return build.get(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException | TimeoutException | ExecutionException ex) {
			throw new AssertionError("expected a build that ends well", ex);
		}
	}

	private static SnapshotBuildException failure(CompletableFuture<Snapshot> build) {
		try {
			build.get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			return (SnapshotBuildException) ex.getCause();
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("expected a build that ends", ex);
		}
		throw new AssertionError("expected a build that fails");
	}

	@Test
	void fiftyBuildsOfOneDifferentKeyEachMakeOneCall() {
		SnapshotBuilder builder = startWith(quick().window(FIXED));
		List<CompletableFuture<Snapshot>> builds = builds(builder, 0, 50);
		pass(WINDOW);
		builds.forEach(WindowedSourceTests::ended);
		assertThat(this.calls).hasSize(1);
		assertThat(this.calls.getFirst()).hasSize(50);
		assertThat(this.metrics.values(Metric.SOURCE_BATCH_SIZE, "rows")).containsExactly(50.0);
		assertThat(this.metrics.awaitValues(1, Metric.SOURCE_WINDOW_WAIT, "rows")).containsExactly(50.0);
	}

	@Test
	void anIdleSourceIsCalledAtOnceAndWhatComesMeanwhileGathers() {
		SnapshotBuilder builder = startWith(slow().window(WINDOW));
		List<CompletableFuture<Snapshot>> first = builds(builder, 0, 1);
		this.gate.awaitArrivals(1);
		List<CompletableFuture<Snapshot>> others = builds(builder, 1, 50);
		assertThat(this.calls).hasSize(1);
		this.gate.open();
		first.forEach(WindowedSourceTests::ended);
		others.forEach(WindowedSourceTests::ended);
		assertThat(this.calls).hasSize(2);
		assertThat(this.calls.get(1)).hasSize(49);
	}

	@Test
	void gatheringEndsWithTheWindowAlthoughACallRuns() {
		SnapshotBuilder builder = startWith(slow().window(WINDOW));
		List<CompletableFuture<Snapshot>> builds = new ArrayList<>(builds(builder, 0, 1));
		this.gate.awaitArrivals(1);
		builds.addAll(builds(builder, 1, 3));
		pass(WINDOW);
		this.gate.awaitArrivals(1);
		assertThat(this.calls.get(1)).hasSize(2);
		this.gate.open();
		builds.forEach(WindowedSourceTests::ended);
	}

	@Test
	void aFullCallDoesNotWait() {
		SnapshotBuilder builder = startWith(quick().window(FIXED).maxBatchSize(10));
		builds(builder, 0, 20).forEach(WindowedSourceTests::ended);
		assertThat(this.calls).hasSize(2).allSatisfy((keys) -> assertThat(keys).hasSize(10));
	}

	@Test
	void keysOfOneBuildStayTogether() {
		SnapshotBuilder builder = startWith(quick().window(WINDOW));
		ended(builder.buildAsync(PRICE.key("a"), PRICE.key("b"), PRICE.key("c")));
		assertThat(this.calls).hasSize(1);
	}

	@Test
	void aKeyThatTheCacheHasDoesNotWait() {
		SnapshotBuilder builder = startWith(quick().window(FIXED));
		CompletableFuture<Snapshot> cold = builder.buildAsync(BTC);
		pass(WINDOW);
		ended(cold);
		assertThat(builder.buildAsync(BTC)).isCompleted();
		assertThat(this.calls).hasSize(1);
	}

	@Test
	void aKeyWhoseDeadlineDoesNotAllowItDoesNotWait() {
		SnapshotBuilder builder = startWith(
				Source.batch("rows", PRICE, this::answer).transportTimeout(millis(100)).window(FIXED));
		CompletableFuture<Snapshot> patient = builder.buildAsync(BTC);
		// Just enough for the call itself, with the grace for its dispatch.
		CompletableFuture<Snapshot> urgent = builder
			.buildAsync(SnapshotRequest.prefer(ETH).deadline(Duration.ofMillis(100)));
		ended(urgent);
		ended(patient);
		assertThat(this.calls).as("the others go with it").containsExactly(List.of(BTC, ETH));
	}

	@Test
	void aKeyWaitsForAsMuchOfTheWindowAsItsDeadlineAllows() {
		SnapshotBuilder builder = startWith(
				Source.batch("rows", PRICE, this::answer).transportTimeout(millis(100)).window(FIXED));
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(ETH).deadline(Duration.ofMillis(120)));
		pass(millis(9));
		assertThat(this.calls).isEmpty();
		pass(millis(1));
		assertThat(ended(build).get(ETH)).isEqualTo(3);
	}

	@Test
	void whereNoTimeLimitIsStatedHalfOfTheTimeIsLeftForTheCall() {
		SnapshotBuilder builder = startWith(quick().window(FIXED));
		CompletableFuture<Snapshot> build = builder
			.buildAsync(SnapshotRequest.require(ETH).deadline(Duration.ofMillis(40)));
		pass(millis(20));
		assertThat(ended(build).get(ETH)).isEqualTo(3);
	}

	@Test
	void whoJoinsAGatheringKeyWithLessTimeHastensIt() {
		SnapshotBuilder builder = startWith(quick().window(FIXED));
		CompletableFuture<Snapshot> patient = builder.buildAsync(ETH);
		pass(millis(10));
		CompletableFuture<Snapshot> hurried = builder
			.buildAsync(SnapshotRequest.require(ETH).deadline(Duration.ofMillis(20)));
		pass(millis(10));
		assertThat(ended(hurried).get(ETH)).isEqualTo(3);
		ended(patient);
		assertThat(this.calls).hasSize(1);
	}

	@Test
	void theDeadlineOfEachBuildHolds() {
		SnapshotBuilder builder = startWith(slow().window(FIXED));
		CompletableFuture<Snapshot> one = builder.buildAsync(SnapshotRequest.require(BTC).deadline(seconds(1)));
		CompletableFuture<Snapshot> two = builder.buildAsync(SnapshotRequest.require(ETH).deadline(seconds(2)));
		pass(WINDOW);
		this.gate.awaitArrivals(1);
		pass(millis(950));
		assertThat(failure(one).failures()).hasSize(1);
		assertThat(two).isNotDone();
		this.gate.open();
		assertThat(ended(two).get(ETH)).isEqualTo(3);
	}

	@Test
	void requestsThatTellTheirSourcesDifferentThingsDoNotPool() {
		SnapshotBuilder builder = startWith(quick().window(FIXED));
		CompletableFuture<Snapshot> one = builder.buildAsync(SnapshotRequest.require(BTC).metadata("tenant", "a"));
		CompletableFuture<Snapshot> two = builder.buildAsync(SnapshotRequest.require(ETH).metadata("tenant", "b"));
		pass(WINDOW);
		ended(one);
		ended(two);
		assertThat(this.calls).containsExactlyInAnyOrder(List.of(BTC), List.of(ETH));
	}

	@Test
	void keysOfDifferentCircuitsDoNotPool() {
		Resilience bySubject = new Resilience(RetryPolicy.NONE,
				new CircuitPolicy(true, CircuitScope.SUBJECT, 3, seconds(10)));
		SnapshotBuilder builder = startWith(quick().window(FIXED).resilience(bySubject));
		CompletableFuture<Snapshot> one = builder.buildAsync(BTC);
		CompletableFuture<Snapshot> two = builder.buildAsync(ETH);
		pass(WINDOW);
		ended(one);
		ended(two);
		assertThat(this.calls).hasSize(2);
	}

	@Test
	void whatAFailedCallLeavesGoesOnToTheNextSource() {
		SnapshotBuilder builder = start(
				onThreads().source(Source.batch("broken", PRICE, (List<ResourceKey<Integer>> keys) -> {
					throw new SourceUnavailableException("down");
				}).nonBlocking().priority(10).window(FIXED).build()).source(quick().build()));
		List<CompletableFuture<Snapshot>> builds = builds(builder, 0, 5);
		pass(WINDOW);
		builds.forEach(WindowedSourceTests::ended);
		assertThat(this.calls).as("side by side again").hasSize(1);
	}

	@Test
	void anOpenCircuitAnswersAtOnceAndTheNextGathersAnew() {
		Resilience once = new Resilience(RetryPolicy.NONE,
				new CircuitPolicy(true, CircuitScope.SOURCE, 1, seconds(10)));
		SnapshotBuilder builder = start(
				onThreads().source(Source.batch("broken", PRICE, (List<ResourceKey<Integer>> keys) -> {
					throw new SourceUnavailableException("down");
				}).nonBlocking().window(FIXED).resilience(once).build()));
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		pass(WINDOW);
		failure(first);
		CompletableFuture<Snapshot> second = builder.buildAsync(BTC);
		pass(WINDOW);
		assertThat(reasonOf(failure(second))).isEqualTo(FailureReason.CIRCUIT_OPEN);
	}

	private static FailureReason reasonOf(SnapshotBuildException failed) {
		return failed.failures().getFirst().sources().getFirst().reason();
	}

	@Test
	void aPooledCallNeedsAPermitLikeAnyOther() {
		SnapshotBuilder builder = startWith(slow().window(WINDOW).maxConcurrency(1));
		List<CompletableFuture<Snapshot>> builds = new ArrayList<>(builds(builder, 0, 1));
		this.gate.awaitArrivals(1);
		builds.addAll(builds(builder, 1, 3));
		// Its call queues for the permit from the end of the window on.
		this.time.advance(WINDOW);
		this.gate.open();
		builds.forEach(WindowedSourceTests::ended);
		assertThat(this.calls).hasSize(2);
	}

	@Test
	void whatDerivedValuesNeedPoolsToo() {
		SnapshotBuilder builder = start(onThreads().source(quick().window(FIXED).build())
			.source(Source
				.derived("total", TOTAL, (key) -> List.of(key.of(PRICE)), (key, values) -> values.get(key.of(PRICE)))
				.build()));
		CompletableFuture<Snapshot> one = builder.buildAsync(TOTAL.key("a"));
		CompletableFuture<Snapshot> two = builder.buildAsync(TOTAL.key("b"));
		pass(WINDOW);
		ended(one);
		ended(two);
		assertThat(this.calls).hasSize(1);
	}

	@Test
	void closingEndsWhatGathers() {
		SnapshotBuilder builder = startWith(quick().window(FIXED));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		builder.close();
		assertThat(failure(build).failures().getFirst().kind()).isEqualTo(ResourceFailure.Kind.CLOSED);
		assertThat(this.calls).isEmpty();
	}

	@Test
	void closingEndsAPooledCallThatRuns() {
		SnapshotBuilder builder = startWith(slow().window(WINDOW));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		builder.close();
		failure(build);
		this.gate.awaitInterrupts(1);
	}

	@Test
	void aWindowOfZeroPoolsNothing() {
		SnapshotBuilder builder = startWith(slow().window(Duration.ZERO));
		List<CompletableFuture<Snapshot>> builds = builds(builder, 0, 3);
		this.gate.awaitArrivals(3);
		this.gate.open();
		builds.forEach(WindowedSourceTests::ended);
		assertThat(this.calls).hasSize(3);
	}

	@Test
	void anInlineSourceHasNoWindow() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Source.batch("rows", PRICE, this::answer).inline().window(WINDOW).build())
			.withMessage("source \"rows\": window: PT0.05S"
					+ " (expected: none on an inline source, which each build calls on its own thread)");
	}

}
