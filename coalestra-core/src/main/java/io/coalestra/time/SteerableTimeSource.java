package io.coalestra.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;

import org.jspecify.annotations.Nullable;

/**
 * A time source that stands still until a test moves it: {@link #advance(Duration)} moves
 * both clocks and runs, on the calling thread and in their order, the timers that fall
 * due.
 *
 * <p>
 * While a timer runs, the clocks show its own due time, so that what it schedules follows
 * from there. Safe for concurrent use; advancing is for one thread at a time.
 */
public final class SteerableTimeSource implements TimeSource {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	// All fields are read and written under this object's monitor; timers run outside it.
	private final PriorityQueue<DueTask> due = new PriorityQueue<>(
			Comparator.<DueTask>comparingLong((task) -> task.at).thenComparingLong((task) -> task.order));

	private long epochNanos;

	private long monotonicNanos;

	private long scheduled;

	/**
	 * Makes a time source that shows 2026-01-01T00:00:00Z.
	 */
	public SteerableTimeSource() {
		this(START);
	}

	/**
	 * Makes a time source that shows the given time.
	 * @param start the time of day to begin with
	 */
	public SteerableTimeSource(Instant start) {
		this.epochNanos = TimeSource.toEpochNanos(start);
	}

	@Override
	public synchronized long epochNanos() {
		return this.epochNanos;
	}

	@Override
	public synchronized long monotonicNanos() {
		return this.monotonicNanos;
	}

	@Override
	public synchronized Timer schedule(Runnable task, long delayNanos) {
		Objects.requireNonNull(task, "task");
		long at = TimeSource.plus(this.monotonicNanos, Math.max(0, delayNanos));
		DueTask entry = new DueTask(at, this.scheduled++, task);
		this.due.add(entry);
		return () -> cancel(entry);
	}

	private synchronized void cancel(DueTask entry) {
		this.due.remove(entry);
	}

	/**
	 * Moves both clocks forward and runs what falls due, up to and including the new
	 * time.
	 * @param step how far; zero runs what is due now
	 * @throws IllegalArgumentException if the step is negative
	 */
	public void advance(Duration step) {
		if (step.isNegative()) {
			throw new IllegalArgumentException("step: " + step + " (expected: not negative; see setWallClock)");
		}
		long target;
		synchronized (this) {
			target = TimeSource.plus(this.monotonicNanos, TimeSource.toNanos(step));
		}
		for (DueTask task = next(target); task != null; task = next(target)) {
			task.action.run();
		}
	}

	private synchronized @Nullable DueTask next(long target) {
		DueTask first = this.due.peek();
		boolean ready = first != null && first.at <= target;
		// A timer may itself have advanced the time beyond the target.
		long reached = Math.max(this.monotonicNanos, ready ? Objects.requireNonNull(first).at : target);
		this.epochNanos = TimeSource.plus(this.epochNanos, reached - this.monotonicNanos);
		this.monotonicNanos = reached;
		return ready ? this.due.poll() : null;
	}

	/**
	 * Sets the time of day, also backwards, as an operator or a time server does; the
	 * monotonic time and the timers stay as they are.
	 * @param instant the new time of day
	 */
	public synchronized void setWallClock(Instant instant) {
		this.epochNanos = TimeSource.toEpochNanos(instant);
	}

	/**
	 * Returns how many timers wait for their time.
	 * @return the number of timers
	 */
	public synchronized int pendingTimers() {
		return this.due.size();
	}

	private record DueTask(long at, long order, Runnable action) {
	}

}
