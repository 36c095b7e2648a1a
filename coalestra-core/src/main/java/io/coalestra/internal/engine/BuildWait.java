package io.coalestra.internal.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import io.coalestra.cache.Revision;
import io.coalestra.internal.engine.Build.Ending;
import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one build, and the wait for them: by a parked thread or by a future.
 *
 * <p>
 * Time passing is a flag that a timer raises, so the wait follows whatever time source
 * the builder has. The flags are only ever raised; whoever raises one, or brings an
 * outcome, afterwards nudges the wait, which looks at everything anew. At most two timers
 * are armed, and none without a deadline.
 */
final class BuildWait extends Acquisition {

	private final Build build;

	private volatile boolean softPassed;

	private volatile boolean passed;

	// Set once, before any outcome can arrive; read by whoever nudges.
	private volatile Runnable nudge = () -> {
	};

	private TimeSource.@Nullable Timer softTimer;

	private TimeSource.@Nullable Timer timer;

	BuildWait(Build build, List<ResourceKey<?>> missing) {
		super(build.parts(), missing, build.parts().terms(build.voyage(), build.joining(), build.deadline(), 0));
		this.build = build;
	}

	@Override
	boolean isAnsweredBy(Revision<?> found) {
		return this.build.mayStandIn(found);
	}

	@Override
	void allLanded() {
		this.nudge.run();
	}

	@Override
	void oneLanded() {
		if (this.softPassed) {
			this.nudge.run();
		}
	}

	private void armTimers() {
		if (hasAllLanded()) {
			return;
		}
		long now = parts().time().monotonicNanos();
		if (this.build.deadline() != Long.MAX_VALUE) {
			this.timer = parts().time().schedule(() -> {
				this.passed = true;
				this.nudge.run();
			}, this.build.deadline() - now);
		}
		if (this.build.softDeadline() < this.build.deadline()) {
			this.softTimer = parts().time().schedule(() -> {
				this.softPassed = true;
				this.nudge.run();
			}, this.build.softDeadline() - now);
		}
		if (hasAllLanded()) {
			// Whoever ended the build may have done so before the timers were there.
			disarmTimers();
		}
	}

	private void disarmTimers() {
		if (this.timer != null) {
			this.timer.cancel();
		}
		if (this.softTimer != null) {
			this.softTimer.cancel();
		}
	}

	private @Nullable Ending ending() {
		if (hasAllLanded()) {
			return Ending.COMPLETE;
		}
		if (this.passed) {
			return Ending.DEADLINE;
		}
		return (this.softPassed && this.build.hasAllRequired(this)) ? Ending.SOFT_DEADLINE : null;
	}

	private Snapshot end(Ending ending) {
		disarmTimers();
		if (ending != Ending.COMPLETE) {
			leave();
			if (ending == Ending.DEADLINE) {
				parts().services().counters().deadlinesExceeded().increment();
			}
		}
		return this.build.finish(this, ending);
	}

	/**
	 * Reads, and parks the calling thread until the build can end.
	 * @return the snapshot
	 */
	Snapshot await() {
		Thread waiter = Thread.currentThread();
		this.nudge = () -> LockSupport.unpark(waiter);
		launch(board());
		armTimers();
		Ending ending = ending();
		while (ending == null) {
			LockSupport.park(this);
			ending = ending();
			if (ending == null && Thread.currentThread().isInterrupted()) {
				ending = Ending.CANCELLED;
			}
		}
		return end(ending);
	}

	/**
	 * Reads, and completes a future when the build can end.
	 * @return the future; cancelling it gives up on the build
	 */
	CompletableFuture<Snapshot> promise() {
		BuildFuture future = new BuildFuture(this::cancelled);
		this.nudge = () -> {
			Ending ending = ending();
			if (ending != null && future.claim()) {
				elsewhere(() -> complete(future, ending));
			}
		};
		launch(board());
		armTimers();
		this.nudge.run();
		return future;
	}

	private void cancelled() {
		disarmTimers();
		leave();
	}

	private void complete(BuildFuture future, Ending ending) {
		try {
			future.complete(end(ending));
		}
		catch (Throwable ex) {
			future.completeExceptionally(ex);
		}
	}

	// Dependents of the future are the application's, and must not hold up whoever brings
	// outcomes to others.
	private void elsewhere(Runnable completion) {
		try {
			parts().services().executor().execute(completion);
		}
		catch (RejectedExecutionException ex) {
			completion.run();
		}
	}

	/**
	 * The future of a build. Claimed once by whoever ends it.
	 */
	private static final class BuildFuture extends CompletableFuture<Snapshot> {

		private final Runnable whenCancelled;

		private final AtomicBoolean claimed = new AtomicBoolean();

		private BuildFuture(Runnable whenCancelled) {
			this.whenCancelled = whenCancelled;
		}

		private boolean claim() {
			return this.claimed.compareAndSet(false, true);
		}

		@Override
		public boolean cancel(boolean mayInterruptIfRunning) {
			boolean cancelled = super.cancel(mayInterruptIfRunning);
			if (cancelled && claim()) {
				this.whenCancelled.run();
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
