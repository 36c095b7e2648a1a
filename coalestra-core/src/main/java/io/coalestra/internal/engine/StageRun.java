package io.coalestra.internal.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import io.coalestra.internal.engine.SessionStage.Outcome;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a session on its way: waits for its turn, within its own deadline, runs,
 * and hands over what it comes to.
 *
 * <p>
 * Whether it may still change the session is guarded by the session's monitor. The build
 * is written once by whoever has the turn, and read by whoever closes the session.
 *
 * @param <R> the result's type
 */
final class StageRun<R> {

	private final EngineSession session;

	private final SessionStage stage;

	private final Function<Outcome, R> result;

	private final TimeSource time;

	private final long latest;

	private boolean givenUp;

	private boolean committed;

	private volatile @Nullable Begun begun;

	StageRun(EngineSession session, SessionStage stage, Function<Outcome, R> result) {
		session.requireUsable();
		this.session = session;
		this.stage = stage;
		this.result = result;
		this.time = session.engine().parts().time();
		Duration own = stage.request().deadline();
		Duration limit = (own != null) ? own : session.engine().settings().defaultDeadline();
		this.latest = Math.min(session.deadline(), (limit != null)
				? TimeSource.plus(this.time.monotonicNanos(), TimeSource.toNanos(limit)) : Long.MAX_VALUE);
	}

	/**
	 * Notes that the stage changes the session, under the session's monitor.
	 * @return false if it was given up before, and changes nothing
	 */
	boolean commit() {
		this.committed = !this.givenUp;
		return this.committed;
	}

	/**
	 * Gives the stage up, under the session's monitor.
	 * @return false if it has changed the session already
	 */
	boolean giveUp() {
		this.givenUp = !this.committed;
		return this.givenUp;
	}

	// --- on the calling thread ---

	/**
	 * Waits for the turn and for the stage.
	 * @return the result
	 */
	R await() {
		Ending early = awaitTurn();
		if (early != null) {
			return endWithoutTurn(early);
		}
		try {
			return new Course<>(begin(), this::end).await();
		}
		finally {
			passTurn();
		}
	}

	private @Nullable Ending awaitTurn() {
		Thread waiter = Thread.currentThread();
		AtomicBoolean mine = new AtomicBoolean();
		Runnable whenFree = () -> {
			mine.set(true);
			LockSupport.unpark(waiter);
		};
		if (this.session.turns().take(whenFree)) {
			return null;
		}
		TimeSource.Timer timer = timer(() -> LockSupport.unpark(waiter));
		Ending early = null;
		while (early == null && !mine.get()) {
			LockSupport.park(this);
			Ending wanted = Thread.currentThread().isInterrupted() ? Ending.CANCELLED
					: (this.latest - this.time.monotonicNanos() <= 0) ? Ending.DEADLINE : null;
			early = (wanted != null && this.session.turns().withdraw(whenFree)) ? wanted : null;
		}
		if (timer != null) {
			timer.cancel();
		}
		return early;
	}

	private TimeSource.@Nullable Timer timer(Runnable expiry) {
		return (this.latest != Long.MAX_VALUE) ? this.time.schedule(expiry, this.latest - this.time.monotonicNanos())
				: null;
	}

	// --- by a future ---

	/**
	 * Begins the stage, now or when its turn comes.
	 * @return the result to come
	 */
	CompletableFuture<R> promise() {
		StageFuture<R> future = new StageFuture<>();
		Runnable start = () -> elsewhere(() -> start(future));
		future.whenCancelled(() -> {
			boolean givenUpInTime = this.session.giveUp(this);
			this.session.turns().withdraw(start);
			return givenUpInTime;
		});
		if (this.session.turns().take(start)) {
			start(future);
			return future;
		}
		TimeSource.Timer timer = timer(() -> {
			if (this.session.turns().withdraw(start)) {
				elsewhere(() -> endWithoutTurn(future));
			}
		});
		if (timer != null) {
			future.whenEnded(timer::cancel);
		}
		return future;
	}

	private void start(StageFuture<R> future) {
		CompletableFuture<R> course;
		try {
			course = new Course<>(begin(), this::end).promise();
		}
		catch (RuntimeException | Error ex) {
			passTurn();
			future.completeExceptionally(ex);
			return;
		}
		future.underWay(course);
		future.follow(course, this::passTurn);
	}

	private void endWithoutTurn(StageFuture<R> future) {
		try {
			future.complete(endWithoutTurn(Ending.DEADLINE));
		}
		catch (RuntimeException | Error ex) {
			future.completeExceptionally(ex);
		}
	}

	private void elsewhere(Runnable work) {
		try {
			this.session.engine().parts().services().executor().execute(work);
		}
		catch (RuntimeException ex) {
			// It refuses, as a full or closed pool does.
			Thread.ofVirtual().name("coalestra-stage").start(work);
		}
	}

	// --- the stage itself ---

	private Build begin() {
		Begun now = this.session.begin(this.stage, this.latest, this);
		this.begun = now;
		if (this.session.isClosed()) {
			// Whoever closed it may have looked before there was anything to end.
			now.build().force(Ending.CLOSED);
		}
		return now.build();
	}

	// What is pinned is told all the same; nothing is read and nothing changes.
	private R endWithoutTurn(Ending early) {
		this.session.giveUp(this);
		Begun now = this.session.begin(this.stage, this.latest, null);
		this.begun = now;
		now.build().force(early);
		try {
			now.build().first();
			R told = end(now.build());
			now.build().over(null);
			return told;
		}
		catch (RuntimeException | Error ex) {
			now.build().over(ex);
			throw ex;
		}
	}

	private R end(Build build) {
		Begun known = this.begun;
		if (known == null) {
			throw new IllegalStateException("stage: not begun (expected: begun)");
		}
		Outcome outcome = this.stage.end(build, known.before());
		boolean committed = this.session.commit(outcome, this);
		this.session.engine().reports().staged(this.stage, build, outcome, committed, this.session.id());
		return this.result.apply(outcome);
	}

	private void passTurn() {
		this.session.ended(this);
		this.session.turns().pass();
	}

	/**
	 * Ends the stage at once, as far as it has begun.
	 * @param ending why
	 */
	void force(Ending ending) {
		Begun known = this.begun;
		if (known != null) {
			known.build().force(ending);
		}
	}

	/**
	 * A stage that has begun.
	 *
	 * @param build the build
	 * @param before what the session held
	 */
	record Begun(Build build, SessionState before) {
	}

	/**
	 * The future of a stage. Cancelling it marks the stage first, so that it changes
	 * nothing any more, and then ends what is under way: whoever begins that notes it
	 * first and looks for a cancellation afterwards. Where the stage has changed the
	 * session already, its result is to come, and there is nothing to cancel.
	 */
	private static final class StageFuture<R> extends CompletableFuture<R> {

		private volatile BooleanSupplier whenCancelled = () -> true;

		private volatile @Nullable CompletableFuture<R> course;

		private void whenCancelled(BooleanSupplier action) {
			this.whenCancelled = action;
		}

		private void whenEnded(Runnable action) {
			var unused = whenComplete((value, thrown) -> action.run());
		}

		private void underWay(CompletableFuture<R> begun) {
			this.course = begun;
			if (isCancelled()) {
				begun.cancel(true);
			}
		}

		private void follow(CompletableFuture<R> begun, Runnable first) {
			var unused = begun.whenComplete((value, thrown) -> {
				first.run();
				if (thrown == null) {
					complete(value);
				}
				else {
					completeExceptionally(thrown);
				}
			});
		}

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			if (!this.whenCancelled.getAsBoolean()) {
				return false;
			}
			boolean cancelled = super.cancel(mayInterruptIfRunning);
			CompletableFuture<R> begun = this.course;
			if (cancelled && begun != null) {
				begun.cancel(true);
			}
			return cancelled;
		}

		@Override
		public <U> CompletableFuture<U> newIncompleteFuture() {
			// Derived stages cancel only themselves.
			return new CompletableFuture<>();
		}

	}

}
