package io.coalestra.batch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.coalestra.batch.BatchException.Reason;
import io.coalestra.internal.expiry.ExpiryQueue;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link Gathering} decides: starts bulk calls, arms timers, enforces
 * limits of time, and closes. Holds no lock while it does.
 */
final class Dispatch<K, V> implements Call.Withdrawals<K, V> {

	static final Failure CLOSED = Failure.of(Reason.CLOSED, "closed");

	final BatcherSettings<K, V> settings;

	final Gathering<K, V> gathering;

	/** What its bulk calls have called. */
	final CallGraph callGraph = new CallGraph();

	private final Lanes<K, V> lanes;

	private final @Nullable ExpiryQueue<Call<K, V>> slowCalls;

	private final ExpiryQueue<BulkRun<K, V>> slowRuns;

	// For calls that do not gather; for the others, the gathering's own word counts.
	private final AtomicBoolean closed = new AtomicBoolean();

	/** Whether an answer that matched nobody has been reported: once is enough. */
	final AtomicBoolean mismatchReported = new AtomicBoolean();

	private final CompletableFuture<@Nullable Void> terminated = new CompletableFuture<>();

	Dispatch(BatcherSettings<K, V> settings) {
		this.settings = settings;
		this.gathering = new Gathering<>(settings.limits(), settings.time());
		this.lanes = new Lanes<>(settings.bulk());
		Duration callTimeout = settings.callTimeout();
		this.slowCalls = (callTimeout != null)
				? new ExpiryQueue<>(callTimeout, settings.time(), Call::isDone, elsewhere(this::expire)) : null;
		this.slowRuns = new ExpiryQueue<>(settings.bulkTimeout(), settings.time(), BulkRun::isOver,
				elsewhere(BulkRun::expire));
	}

	// The timer thread is everybody's, and what completes there runs users' code.
	private static <E> Consumer<List<E>> elsewhere(Consumer<? super E> expire) {
		return (late) -> Thread.startVirtualThread(() -> late.forEach(expire));
	}

	/** Takes a call; one that is refused has failed on return. */
	void accept(Lanes.@Nullable Id id, Bulk<K, V> bulk, Call<K, V> call) {
		Lane<K, V> lane = this.lanes.of(id, bulk);
		Step<K, V> step = this.gathering.add(lane, call);
		while (step != null && step.retired) {
			lane = renewed(lane, id, bulk);
			step = this.gathering.add(lane, call);
		}
		follow(step);
		if (step != null && step.refusal != null) {
			call.fail(this.settings.name(), refused(step.refusal));
		}
	}

	/** Takes all calls, side by side, or none; refused ones have failed on return. */
	void acceptAll(Lanes.@Nullable Id id, Bulk<K, V> bulk, List<? extends Call<K, V>> calls) {
		Lane<K, V> lane = this.lanes.of(id, bulk);
		Step<K, V> step = this.gathering.addAll(lane, calls);
		while (step != null && step.retired) {
			lane = renewed(lane, id, bulk);
			step = this.gathering.addAll(lane, calls);
		}
		follow(step);
		if (step != null && step.refusal != null) {
			Failure failure = refused(step.refusal);
			calls.forEach((call) -> call.fail(this.settings.name(), failure));
		}
	}

	private Lane<K, V> renewed(Lane<K, V> retired, Lanes.@Nullable Id id, Bulk<K, V> bulk) {
		// Whoever retired it may not have come to drop it yet.
		this.lanes.drop(retired);
		return this.lanes.of(id, bulk);
	}

	/**
	 * Answers calls on the current thread, without gathering and without a permit:
	 * whoever is nested in a bulk call of this batcher holds one already.
	 */
	void direct(@Nullable Object group, Bulk<K, V> bulk, List<Call<K, V>> calls) {
		int size = Math.min(this.settings.limits().maxBatchSize(), this.settings.limits().maxDistinctKeys());
		for (int from = 0; from < calls.size(); from += size) {
			List<Call<K, V>> slice = calls.subList(from, Math.min(calls.size(), from + size));
			BulkAttempt<K, V> attempt = new BulkAttempt<>(this, new Lane<>(group, null, bulk));
			attempt.run(slice, BatchTrigger.DIRECT, this.settings.time().monotonicNanos());
			this.gathering.count((tally) -> tally.count(attempt.result()));
			attempt.deliver(slice);
			attempt.report();
			if (attempt.result().failure() instanceof InterruptedException) {
				// It was this caller's thread that was interrupted, and its flag is gone.
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Refuses calls before they are anywhere; they have failed on return. */
	void refuse(List<? extends Call<K, V>> calls, Failure failure) {
		this.gathering.count((tally) -> tally.refused += calls.size());
		calls.forEach((call) -> call.fail(this.settings.name(), failure));
	}

	boolean isClosed() {
		return this.closed.get();
	}

	/** Starts the clock of a caller, once its item is where it can be withdrawn. */
	void limit(Call<K, V> call) {
		if (this.slowCalls != null && !call.isDone()) {
			this.slowCalls.add(call);
		}
	}

	Failure refused(Reason reason) {
		return (reason == Reason.CLOSED) ? CLOSED : Failure.of(reason,
				"too many items are pending (expected: at most " + this.settings.limits().maxPending() + ")");
	}

	private void expire(Call<K, V> call) {
		call.giveUp(this.settings.name(), Failure.of(Reason.CALL_TIMEOUT,
				"the call took longer than " + this.settings.callTimeout() + ", gathering included"));
	}

	@Override
	public void withdraw(Call<K, V> call) {
		follow(this.gathering.withdraw(call));
	}

	/** Does what a step of a caller leaves to be done. */
	void follow(@Nullable Step<K, V> step) {
		if (step != null) {
			follow(step, this::start);
		}
	}

	/** Does what a step leaves to be done, on a thread that is to make no bulk call. */
	void followElsewhere(@Nullable Step<K, V> step) {
		if (step != null) {
			follow(step, this.settings.threads()::startElsewhere);
		}
	}

	private void start(BulkRun<K, V> run) {
		if (run.isLed()) {
			// The current thread may be the leader that it is going to wait for.
			this.settings.threads().startElsewhere(run);
		}
		else {
			this.settings.threads().start(run);
		}
	}

	private void follow(Step<K, V> step, Consumer<BulkRun<K, V>> start) {
		if (step.emptied != null) {
			this.lanes.drop(step.emptied);
		}
		if (step.arms != null) {
			Lane<K, V> lane = step.arms;
			this.settings.time().schedule(() -> followElsewhere(this.gathering.windowEnded(lane)), step.armNanos);
		}
		for (Batch<K, V> batch = step.launches; batch != null;) {
			Batch<K, V> next = batch.nextLaunch;
			batch.nextLaunch = null;
			start.accept(new BulkRun<>(this, batch));
			batch = next;
		}
		if (step.abandoned != null && this.settings.options().interruptsAbandoned()) {
			step.abandoned.gate.interrupt();
		}
		if (step.drained) {
			this.terminated.complete(null);
		}
	}

	void watch(BulkRun<K, V> run) {
		this.slowRuns.add(run);
	}

	BatcherStatistics statistics() {
		return this.gathering.statistics();
	}

	/** Dispatches what gathers. */
	void flush() {
		follow(this.gathering.flush(this.lanes));
	}

	/** Closes, and waits for what runs; not if that waits for the closing thread. */
	void close() {
		if (this.closed.compareAndSet(false, true)) {
			follow(this.gathering.close(this.lanes));
			limitGrace();
		}
		Execution current = Execution.current();
		if (current != null && current.isWithin(this)) {
			return;
		}
		try {
			this.terminated.get();
		}
		catch (InterruptedException ex) {
			abort();
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void limitGrace() {
		if (this.terminated.isDone()) {
			stopTimers();
			return;
		}
		if (this.settings.closeGrace().isZero()) {
			abort();
			stopTimers();
			return;
		}
		TimeSource.Timer grace = this.settings.time()
			.schedule(() -> Thread.startVirtualThread(this::abort), TimeSource.toNanos(this.settings.closeGrace()));
		var unused = this.terminated.whenComplete((nothing, thrown) -> {
			grace.cancel();
			stopTimers();
		});
	}

	private void stopTimers() {
		this.slowRuns.close();
		if (this.slowCalls != null) {
			this.slowCalls.close();
		}
	}

	private void abort() {
		Failure closed = Failure.of(Reason.CLOSED, "closed before the bulk call ended");
		Gathering.Aborted<K, V> aborted = this.gathering.abort();
		aborted.calls().forEach((call) -> call.fail(this.settings.name(), closed));
		aborted.running().forEach((batch) -> batch.gate.interrupt());
		this.terminated.complete(null);
	}

}
