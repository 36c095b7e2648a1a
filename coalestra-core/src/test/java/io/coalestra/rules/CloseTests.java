package io.coalestra.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.Coalestra;
import io.coalestra.concurrency.Waiting;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.fixtures.EngineFixture;
import io.coalestra.fixtures.Gate;
import io.coalestra.fixtures.Script;
import io.coalestra.health.Severity;
import io.coalestra.policy.Freshness;
import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static io.coalestra.fixtures.Types.BTC;
import static io.coalestra.fixtures.Types.PRICE;
import static io.coalestra.fixtures.Types.TOTAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A closed builder begins nothing, and leaves nobody waiting.
 */
class CloseTests extends EngineFixture {

	private final Gate gate = new Gate();

	private Source held() {
		return Source.single("held", PRICE, new Script<Integer>().then((key, context) -> {
			this.gate.pass();
			return Payload.of(1);
		})).nonBlocking().build();
	}

	private static SnapshotBuildException failure(CompletableFuture<Snapshot> build) {
		return (SnapshotBuildException) build.handle((snapshot, thrown) -> thrown).join();
	}

	@Test
	void noBuildBeginsAfterClosing() {
		SnapshotBuilder builder = start(Source.single("rest", PRICE, new Script<Integer>().answer(1)).inline().build());
		build(builder, BTC);
		builder.close();
		builder.close();
		assertThat(builder.isClosed()).isTrue();
		assertThatIllegalStateException().isThrownBy(() -> builder.build(BTC)).withMessageContaining("closed");
		assertThatIllegalStateException().isThrownBy(() -> builder.buildAsync(BTC));
	}

	@Test
	void buildsInProgressFailAndCallsInProgressAreInterrupted() {
		SnapshotBuilder builder = start(onThreads().source(held()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		builder.close();
		assertThat(failure(build).failures()).extracting(ResourceFailure::kind)
			.containsExactly(ResourceFailure.Kind.CLOSED);
		this.gate.awaitInterrupts(1);
	}

	@Test
	void alsoThoseWhoWaitForAReadThatANewerOneTookThePlaceOf() {
		SnapshotBuilder builder = start(onThreads().source(held()));
		CompletableFuture<Snapshot> first = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		CompletableFuture<Snapshot> second = builder.buildAsync(SnapshotRequest.require(BTC).bypassCache());
		this.gate.awaitArrivals(1);
		builder.close();
		failure(first);
		failure(second);
		this.gate.awaitInterrupts(2);
	}

	@Test
	void alsoThoseWhoWaitForADerivation() {
		SnapshotBuilder builder = start(onThreads().source(held())
			.source(Source.derived("total", TOTAL, (key) -> List.of(BTC), (key, values) -> values.get(BTC)).build()));
		CompletableFuture<Snapshot> build = builder.buildAsync(TOTAL.key("t"));
		this.gate.awaitArrivals(1);
		builder.close();
		assertThat(failure(build).failures()).hasSize(1);
	}

	@Test
	void alsoThoseWhoWaitForAPermit() {
		SnapshotBuilder builder = start(onThreads().source(held()).maxConcurrency(1));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC, PRICE.key("ETH"));
		this.gate.awaitArrivals(1);
		builder.close();
		assertThat(failure(build).failures()).hasSize(2);
	}

	@Test
	void healthWorksAfterClosingAndSaysSo() {
		SnapshotBuilder builder = start();
		builder.close();
		assertThat(builder.health().closed()).isTrue();
		assertThat(builder.health().assess().severity()).isEqualTo(Severity.CRITICAL);
	}

	@Test
	void noRefreshIsScheduledByAClosedBuilder() {
		Script<Integer> script = new Script<Integer>().answer(1);
		SnapshotBuilder builder = start(Freshness.ttl(seconds(1)).maxStale(seconds(60)).staleWhileRevalidate(),
				Source.single("rest", PRICE, script).nonBlocking().build());
		build(builder, BTC);
		pass(seconds(2));
		begin(builder, SnapshotRequest.require(BTC));
		builder.close();
		this.executor.runAll();
		assertThat(builder.health().backgroundRefreshes()).isZero();
	}

	@Test
	void itsOwnThreadsEndWithTheBuilder() throws Exception {
		Gate inside = new Gate();
		SnapshotBuilder builder = Coalestra.builder().source(Source.single("held", PRICE, (key, context) -> {
			inside.pass();
			return Payload.of(1);
		}).nonBlocking().build()).build();
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		inside.awaitArrivals(1);
		builder.close();
		inside.awaitInterrupts(1);
		failure(build);
	}

	@Test
	void readsInProgressAreLetOutWithinTheDrain() {
		SnapshotBuilder builder = start(onThreads().source(held()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		CompletableFuture<CloseReport> closing = CompletableFuture
			.supplyAsync(() -> builder.close(CloseOptions.DEFAULT.drain(seconds(20))));
		Waiting.until("closed", seconds(20), builder::isClosed);
		assertThatIllegalStateException().isThrownBy(() -> builder.build(BTC));
		this.gate.open();
		assertThat(closing.join().isClean()).isTrue();
		assertThat(build.join().get(BTC)).isEqualTo(1);
	}

	@Test
	void whatTheDrainDoesNotLetOutFailsAndIsReported() {
		SnapshotBuilder builder = start(onThreads().source(held()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		CloseReport report = builder.close(CloseOptions.DEFAULT.drain(millis(1)));
		assertThat(outcome(report, CloseReport.Step.READS)).isEqualTo(CloseReport.Outcome.LATE);
		assertThat(report.steps()).extracting(CloseReport.StepReport::step).containsExactly(CloseReport.Step.values());
		assertThat(failure(build).failures()).hasSize(1);
	}

	@Test
	void aCallThatDoesNotEndIsReportedAndEndsLater() throws Exception {
		SnapshotBuilder builder = start(onThreads()
			.source(Source.single("stubborn", PRICE, (key, context) -> stubborn()).nonBlocking().build()));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		CloseReport report = builder.close(CloseOptions.DEFAULT.calls(millis(1)));
		assertThat(outcome(report, CloseReport.Step.CALLS)).isEqualTo(CloseReport.Outcome.LATE);
		assertThat(builder.awaitTermination(millis(1))).isFalse();
		assertThat(builder.health().runningCalls()).isEqualTo(1);
		this.gate.open();
		assertThat(builder.awaitTermination(seconds(20))).isTrue();
		assertThat(builder.health().runningCalls()).isZero();
		failure(build);
	}

	private static CloseReport.Outcome outcome(CloseReport report, CloseReport.Step step) {
		return report.steps().stream().filter((taken) -> taken.step() == step).findFirst().orElseThrow().outcome();
	}

	private Payload<Integer> stubborn() {
		this.gate.passStubbornly();
		return Payload.of(1);
	}

	@Test
	void whatWasHandedOverIsClosedOnceTheLastFirstAndSinksAtTheEnd() {
		List<String> closed = Collections.synchronizedList(new ArrayList<>());
		CloseableSink sink = new CloseableSink(closed);
		AutoCloseable pool = () -> closed.add("pool");
		SnapshotBuilder builder = start(steps().closing(sink)
			.closing(pool)
			.closing(() -> closed.add("client"))
			.closing(pool)
			.eventSink(sink)
			.source(Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build()));
		build(builder, BTC);
		builder.close();
		builder.close();
		assertThat(closed).startsWith("client", "pool").endsWith("sink").doesNotHaveDuplicates();
		assertThat(sink.events()).as("delivered before the sink was closed").isPositive();
	}

	@Test
	void aStepThatFailsKeepsNoOtherFromBeingTaken() {
		List<String> closed = new ArrayList<>();
		SnapshotBuilder builder = start(steps().closing(() -> closed.add("pool")).closing(() -> {
			throw new IOException("disk full");
		}).eventSink((event) -> {
		}));
		assertThatIllegalStateException().isThrownBy(builder::close).withRootCauseInstanceOf(IOException.class);
		assertThat(closed).containsExactly("pool");
		assertThat(builder.health().buffers().get("events").closed()).isTrue();
	}

	@Test
	void aSinkThatHangsDelaysClosingByItsBudgetAndLetsGoLater() throws Exception {
		List<String> closed = Collections.synchronizedList(new ArrayList<>());
		EventSink hanging = new CloseableSink(closed) {

			@Override
			public void emit(Event event) {
				CloseTests.this.gate.passStubbornly();
			}

		};
		SnapshotBuilder builder = start(steps().eventSink(hanging)
			.closing((AutoCloseable) hanging)
			.source(Source.single("rest", PRICE, new Script<Integer>().answer(1)).nonBlocking().build()));
		build(builder, BTC);
		this.gate.awaitArrivals(1);
		CloseReport report = builder.close(CloseOptions.DEFAULT.sinks(millis(1)));
		assertThat(report.steps().getLast().step()).isEqualTo(CloseReport.Step.SINKS);
		assertThat(report.steps().getLast().outcome()).isEqualTo(CloseReport.Outcome.LATE);
		assertThat(builder.health().assess().reasons()).contains("observability_shutdown_incomplete");
		assertThat(closed).isEmpty();
		this.gate.open();
		assertThat(builder.awaitTermination(seconds(20))).isTrue();
		assertThat(closed).containsExactly("sink");
		assertThat(builder.health().assess().reasons()).containsExactly("builder_closed");
	}

	@Test
	void anInterruptEndsTheWaitingNotTheClosing() {
		List<String> closed = new CopyOnWriteArrayList<>();
		SnapshotBuilder builder = start(onThreads().source(held()).closing(() -> closed.add("pool")));
		CompletableFuture<Snapshot> build = builder.buildAsync(BTC);
		this.gate.awaitArrivals(1);
		Thread.currentThread().interrupt();
		builder.close(CloseOptions.DEFAULT.drain(seconds(30)));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(failure(build).failures()).hasSize(1);
		Waiting.until("the pool is closed", seconds(20), () -> closed.contains("pool"));
	}

	/**
	 * A sink that must be told when its time has come.
	 */
	private static class CloseableSink implements EventSink, AutoCloseable {

		private final List<String> closed;

		private final AtomicInteger events = new AtomicInteger();

		CloseableSink(List<String> closed) {
			this.closed = closed;
		}

		@Override
		public void emit(Event event) {
			this.events.incrementAndGet();
		}

		int events() {
			return this.events.get();
		}

		@Override
		public void close() {
			this.closed.add("sink");
		}

	}

}
