package io.coalestra.internal.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.coalestra.cache.Revision;
import io.coalestra.internal.flight.FlightRegistry.Terms;
import io.coalestra.key.ResourceKey;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The reads of one leg of a build, and the wait for them: by a parked thread or by a
 * callback.
 *
 * <p>
 * Time passing is a flag that a timer raises, so the wait follows whatever time source
 * the builder has. The flags are only ever raised; whoever raises one, or brings an
 * outcome, afterwards nudges the wait, which looks at everything anew. At most two timers
 * are armed, and none without a deadline.
 */
final class BuildWait extends Acquisition {

	private final Build build;

	private final Leg leg;

	private final AtomicBoolean ended = new AtomicBoolean();

	// Raised by whoever gives up on it, before anything else; read when all has begun.
	private volatile boolean cancelled;

	private volatile boolean softPassed;

	private volatile boolean passed;

	// Set once, when all has been begun; read by whoever nudges. What comes before is
	// looked
	// for by whoever waits, so that nothing ends the leg while it begins.
	private volatile Runnable nudge = () -> {
	};

	private TimeSource.@Nullable Timer softTimer;

	private TimeSource.@Nullable Timer timer;

	BuildWait(Build build, Leg leg) {
		super(build.parts(), leg.keys(),
				build.parts().terms(leg.voyage(), leg.joining(), build.deadline(), 0).demanding(build.demand()));
		this.build = build;
		this.leg = leg;
	}

	@Override
	Terms terms(ResourceKey<?> key) {
		return terms().demanding(this.build.demand(key));
	}

	@Override
	boolean isAnsweredBy(Revision<?> found) {
		return this.build.findings().mayStandIn(found);
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
			}, Math.max(0, this.build.softDeadline() - now));
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
		Ending forced = this.build.forced();
		if (forced != null) {
			return forced;
		}
		if (hasAllLanded()) {
			return Ending.COMPLETE;
		}
		if (this.passed) {
			return Ending.DEADLINE;
		}
		return (this.softPassed && this.build.hasAllRequired(this.leg, this)) ? Ending.SOFT_DEADLINE : null;
	}

	private void begin(Runnable nudging) {
		launch(board());
		armTimers();
		this.nudge = nudging;
		this.build.whenForced(nudging);
		if (this.cancelled) {
			// Whoever gave up may have done so before all places were taken.
			giveUp();
		}
	}

	/**
	 * Gives up on what has not come, and takes what has.
	 * @param ending why the leg ends
	 * @return what is to be read next, or null when the build is done
	 */
	@Nullable Leg end(Ending ending) {
		disarmTimers();
		if (ending != Ending.COMPLETE) {
			leave();
			if (ending == Ending.DEADLINE) {
				parts().services().counters().deadlinesExceeded().increment();
			}
		}
		this.build.findings().take(this.leg, this, ending);
		return this.build.next(ending);
	}

	/**
	 * Reads, and parks the calling thread until the leg can end.
	 * @return what is to be read next, or null when the build is done
	 */
	@Nullable Leg await() {
		Thread waiter = Thread.currentThread();
		begin(() -> LockSupport.unpark(waiter));
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
	 * Reads, and tells somebody when the leg can end.
	 * @param listener is told once, on the thread that brought what was missing
	 */
	void whenEnded(Consumer<Ending> listener) {
		begin(() -> {
			Ending ending = ending();
			if (ending != null && this.ended.compareAndSet(false, true)) {
				listener.accept(ending);
			}
		});
		this.nudge.run();
	}

	/**
	 * Gives up on everything, unless the leg has ended already.
	 */
	void cancel() {
		this.cancelled = true;
		if (this.ended.compareAndSet(false, true)) {
			giveUp();
		}
	}

	private void giveUp() {
		disarmTimers();
		leave();
	}

}
