package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.coalestra.failure.ResourceFailure;
import io.coalestra.internal.chain.RunningCalls;
import io.coalestra.internal.flight.Flight;
import io.coalestra.internal.flight.FlightOutcome;
import io.coalestra.internal.signal.Sinks;
import io.coalestra.internal.tier.EngineTier;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.CloseReport.Outcome;
import io.coalestra.snapshot.CloseReport.Step;
import io.coalestra.snapshot.CloseReport.StepReport;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a builder in steps, each within its own time: what does not end then ends later,
 * and says so. A step that fails keeps no other from being taken. An interrupt of the
 * closing thread ends its waiting, not the closing.
 *
 * <p>
 * The steps are added by the closing thread alone. The latch counts the work that is left
 * behind, and opens when all of it has ended.
 */
final class Shutdown {

	private static final Logger logger = LoggerFactory.getLogger(Shutdown.class);

	private static final Duration MARGIN = Duration.ofSeconds(1);

	private final String builder;

	private final EngineParts parts;

	private final RefreshScheduler refreshes;

	private final Sinks sinks;

	private final @Nullable EngineTier tier;

	private final List<AutoCloseable> resources;

	private final List<AutoCloseable> sinkResources;

	private CloseOptions options = CloseOptions.DEFAULT;

	private final List<StepReport> steps = new ArrayList<>();

	private final List<CompletableFuture<?>> leftBehind = new ArrayList<>();

	private final CountDownLatch terminated = new CountDownLatch(1);

	private boolean interrupted;

	Shutdown(EngineSettings settings, EngineParts parts, RefreshScheduler refreshes, Sinks sinks,
			@Nullable EngineTier tier) {
		this.builder = settings.name();
		this.parts = parts;
		this.refreshes = refreshes;
		this.sinks = sinks;
		this.tier = tier;
		Set<AutoCloseable> taking = Collections.newSetFromMap(new IdentityHashMap<>());
		for (AutoCloseable resource : settings.resources()) {
			if (settings.eventSinks().contains(resource) || settings.metricSink().equals(resource)) {
				taking.add(resource);
			}
		}
		this.sinkResources = settings.resources().reversed().stream().filter(taking::contains).toList();
		this.resources = settings.resources().reversed().stream().filter((one) -> !taking.contains(one)).toList();
	}

	CloseReport run(CloseOptions chosen, Supplier<CompletableFuture<Void>> stopIntake, Runnable stopExecutor) {
		this.options = chosen;
		this.refreshes.stop();
		List<CompletableFuture<Void>> subscribers = new ArrayList<>(1);
		take(Step.INTAKE, () -> {
			subscribers.add(stopIntake.get());
			report(Step.INTAKE, Outcome.DONE, "", List.of());
		});
		take(Step.READS, this::endReads);
		// Only now, since what is built for some of them ended with the reads.
		take(Step.SUBSCRIBERS, () -> awaitSubscribers(subscribers));
		take(Step.CALLS, this::endCalls);
		take(Step.SHARED_TIER, this::drainTier);
		stopExecutor.run();
		take(Step.RESOURCES, () -> close(Step.RESOURCES, this.resources));
		take(Step.SINKS, this::closeSinks);
		if (this.interrupted) {
			Thread.currentThread().interrupt();
		}
		CompletableFuture<?>[] left = this.leftBehind.toArray(CompletableFuture[]::new);
		CompletableFuture<Void> ended = CompletableFuture.allOf(left);
		this.leftBehind.clear();
		this.leftBehind.add(ended.whenComplete((done, thrown) -> terminate(left.length > 0)));
		return new CloseReport(this.steps);
	}

	private void take(Step step, Runnable work) {
		try {
			work.run();
		}
		catch (RuntimeException | Error ex) {
			report(step, Outcome.FAILED, "", List.of(ex));
		}
	}

	private void report(Step step, Outcome outcome, String detail, List<Throwable> failures) {
		this.steps.add(new StepReport(step, outcome, detail, failures));
		if (outcome == Outcome.LATE) {
			logger.warn("Builder {}: closing went on without waiting longer for {}", this.builder, detail);
		}
		failures.forEach((failure) -> logger.warn("Builder {}: closing failed in part", this.builder, failure));
	}

	private void endReads() {
		if (!this.options.drain().isZero()) {
			TimeLeft left = new TimeLeft(this.options.drain());
			awaitRefreshes(left);
			await(this.parts.registry().whenNone(), left);
		}
		List<Flight> flights = this.parts.registry().close();
		List<FlightOutcome> outcomes = new ArrayList<>(flights.size());
		flights.forEach((flight) -> outcomes.add(new FlightOutcome.Failed(
				ResourceFailure.of(flight.key(), ResourceFailure.Kind.CLOSED, flight.progress().failures()))));
		this.parts.registry().land(flights, outcomes);
		boolean late = !this.options.drain().isZero() && !flights.isEmpty();
		report(Step.READS, late ? Outcome.LATE : Outcome.DONE, late ? flights.size() + " reads, which failed" : "",
				List.of());
	}

	private void awaitRefreshes(TimeLeft left) {
		try {
			if (!this.interrupted) {
				this.refreshes.awaitIdle(left.duration());
			}
		}
		catch (InterruptedException ex) {
			this.interrupted = true;
		}
	}

	private void awaitSubscribers(List<CompletableFuture<Void>> subscribers) {
		CompletableFuture<Void> told = CompletableFuture.allOf(subscribers.toArray(CompletableFuture<?>[]::new));
		if (await(told, new TimeLeft(this.options.calls()))) {
			report(Step.SUBSCRIBERS, Outcome.DONE, "", List.of());
		}
		else {
			this.leftBehind.add(told);
			report(Step.SUBSCRIBERS, Outcome.LATE, "subscribers that are busy", List.of());
		}
	}

	private void endCalls() {
		RunningCalls running = this.parts.services().running();
		running.interruptAll();
		this.parts.chain().close();
		CompletableFuture<Void> none = running.whenNone();
		if (await(none, new TimeLeft(this.options.calls()))) {
			report(Step.CALLS, Outcome.DONE, "", List.of());
		}
		else {
			this.leftBehind.add(none);
			report(Step.CALLS, Outcome.LATE, running.size() + " calls of sources", List.of());
		}
	}

	// What this node has decided reaches the tier before the others hear the farewell,
	// and
	// before the tier may be closed with what was handed to the builder.
	private void drainTier() {
		EngineTier shared = this.tier;
		if (shared == null) {
			report(Step.SHARED_TIER, Outcome.DONE, "", List.of());
			return;
		}
		CompletableFuture<Integer> drained = shared.drain();
		boolean inTime = await(drained, new TimeLeft(this.options.resources()));
		int left = inTime ? drained.getNow(0) : shared.pending();
		shared.close();
		boolean isClean = inTime && left == 0;
		report(Step.SHARED_TIER, isClean ? Outcome.DONE : Outcome.LATE,
				isClean ? "" : left + " keys whose writes the shared tier has not taken, and which are lost to others",
				List.of());
	}

	private void close(Step step, List<AutoCloseable> closeables) {
		if (closeables.isEmpty()) {
			report(step, Outcome.DONE, "", List.of());
			return;
		}
		List<Throwable> failures = new CopyOnWriteArrayList<>();
		AtomicBoolean reported = new AtomicBoolean();
		CompletableFuture<Void> closed = onThread(() -> closeables.forEach((closeable) -> {
			try {
				closeable.close();
			}
			catch (Throwable thrown) {
				failures.add(thrown);
				if (reported.get()) {
					logger.warn("Builder {}: closing failed in part, late", this.builder, thrown);
				}
			}
		}));
		boolean inTime = await(closed, new TimeLeft(this.options.resources()));
		reported.set(true);
		if (!inTime) {
			this.leftBehind.add(closed);
			report(step, Outcome.LATE, "resources that are being closed", List.copyOf(failures));
		}
		else {
			report(step, failures.isEmpty() ? Outcome.DONE : Outcome.FAILED, "", List.copyOf(failures));
		}
	}

	private static CompletableFuture<Void> onThread(Runnable work) {
		return CompletableFuture.runAsync(work, (task) -> Thread.ofVirtual().name("coalestra-close").start(task));
	}

	private void closeSinks() {
		CompletableFuture<Integer> closing = this.sinks.close(this.options.sinks(), this.options.rest());
		// The buffers keep their limit themselves; some more is for the threads' start.
		boolean known = await(closing, new TimeLeft(this.options.sinks().plus(MARGIN)));
		if (known && closing.getNow(1) == 0) {
			report(Step.SINKS, Outcome.DONE, "", List.of());
			close(Step.SINK_RESOURCES, this.sinkResources);
			return;
		}
		report(Step.SINKS, Outcome.LATE, "sinks that hold their buffers' threads", List.of());
		// What a sink still works with is not taken from it.
		CompletableFuture<Void> ended = this.sinks.whenClosed();
		this.leftBehind.add(ended.thenRun(() -> this.sinkResources.forEach(this::closeLate)));
	}

	private void closeLate(AutoCloseable resource) {
		try {
			resource.close();
		}
		catch (Exception ex) {
			logger.warn("Builder {}: a sink failed to close", this.builder, ex);
		}
	}

	private boolean await(Future<?> end, TimeLeft left) {
		try {
			// An interrupt ends the waiting of every further step as well.
			end.get(this.interrupted ? 0 : left.nanos(), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			return true;
		}
		catch (InterruptedException ex) {
			this.interrupted = true;
			return false;
		}
	}

	private void terminate(boolean late) {
		if (late) {
			logger.info("Builder {}: what was left when it closed has ended", this.builder);
		}
		this.terminated.countDown();
	}

	boolean awaitTermination(Duration limit) throws InterruptedException {
		return this.terminated.await(TimeSource.toNanos(limit), TimeUnit.NANOSECONDS);
	}

	/**
	 * The rest of a span of real time.
	 */
	private static final class TimeLeft {

		private final long end;

		TimeLeft(Duration span) {
			this.end = TimeSource.plus(TimeSource.system().monotonicNanos(), TimeSource.toNanos(span));
		}

		long nanos() {
			return Math.max(0, this.end - TimeSource.system().monotonicNanos());
		}

		Duration duration() {
			return Duration.ofNanos(nanos());
		}

	}

}
