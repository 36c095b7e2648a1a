package io.coalestra.internal.circuit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.coalestra.policy.CircuitPolicy;
import io.coalestra.time.TimeSource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import org.jspecify.annotations.Nullable;

/**
 * One circuit: a Resilience4j state machine set up so that it opens after so many
 * failures in a row and lets one probe through after the recovery time.
 *
 * <p>
 * The state machine counts every outcome in whatever state it is by then. A call that was
 * admitted before the circuit opened must neither close nor extend it when it ends late,
 * so each admission carries the generation that it belongs to, which counts up with every
 * change of state; outcomes of another generation are dropped. State and generation
 * change together under the lock, or the probe of one thread would be taken for a call of
 * the generation before, its outcome dropped, and the circuit left half-open for ever.
 *
 * <p>
 * While nothing is held against the source, nobody is asked: a circuit that counts
 * failures in a row learns nothing from a success after a success.
 */
public final class Circuit {

	private final CircuitBreaker breaker;

	private final MonotonicClock clock;

	private final AtomicInteger generation = new AtomicInteger();

	// Held while the state machine is asked or told, so that its state and the generation
	// change as one; never while anybody is told of a change.
	private final ReentrantLock lock = new ReentrantLock();

	// Guarded by the lock.
	private List<CircuitBreaker.State> changes = new ArrayList<>(2);

	// Whether the last outcome was a failure; guarded by the lock.
	private boolean failing;

	// What everybody is told while the circuit is closed and the last outcome was no
	// failure; else null. Written under the lock, read without: who reads it as it
	// changes
	// came just before the change, and its admission is held against the generation
	// again.
	private volatile @Nullable Admission unhindered = new Admission(Verdict.ADMITTED, 0);

	// Calls that wait for the probe's outcome; guarded by its own monitor.
	private final Set<Runnable> awaitingProbe = new LinkedHashSet<>();

	private final StateListener listener;

	/**
	 * Makes a circuit, closed.
	 * @param name its name, for the listener
	 * @param policy when it opens, and for how long
	 * @param timeSource the time
	 * @param listener is told of changes of state
	 */
	public Circuit(String name, CircuitPolicy policy, TimeSource timeSource, StateListener listener) {
		this.listener = listener;
		this.clock = new MonotonicClock(timeSource);
		long recovery = Math.max(0, TimeSource.toNanos(policy.recoveryTimeout()));
		long recoveryMillis = Math.min(Long.MAX_VALUE / 4_000_000, (recovery + 999_999) / 1_000_000);
		this.breaker = CircuitBreaker.of(name,
				CircuitBreakerConfig.custom()
					.slidingWindowType(SlidingWindowType.COUNT_BASED)
					.slidingWindowSize(policy.failureThreshold())
					.minimumNumberOfCalls(policy.failureThreshold())
					.failureRateThreshold(100)
					.permittedNumberOfCallsInHalfOpenState(1)
					.waitIntervalFunctionInOpenState((attempt) -> recoveryMillis)
					.writableStackTraceEnabled(false)
					.clock(this.clock)
					.build());
		this.breaker.getEventPublisher().onStateTransition((event) -> {
			this.generation.incrementAndGet();
			this.changes.add(event.getStateTransition().getToState());
		});
	}

	private <T> T locked(Supplier<T> step) {
		List<CircuitBreaker.State> changed = List.of();
		this.lock.lock();
		try {
			return step.get();
		}
		finally {
			lookForHindrances();
			if (!this.changes.isEmpty()) {
				changed = this.changes;
				this.changes = new ArrayList<>(2);
			}
			this.lock.unlock();
			changed.forEach(this::stateChanged);
		}
	}

	private void lookForHindrances() {
		Admission known = this.unhindered;
		if (this.failing || this.breaker.getState() != CircuitBreaker.State.CLOSED) {
			if (known != null) {
				this.unhindered = null;
			}
		}
		else if (known == null || !isCurrent(known.generation())) {
			this.unhindered = new Admission(Verdict.ADMITTED, this.generation.get());
		}
	}

	/**
	 * Asks to make a call.
	 * @return what the circuit says
	 */
	public Admission tryAdmit() {
		Admission free = this.unhindered;
		return (free != null) ? free : askToAdmit();
	}

	private Admission askToAdmit() {
		return locked(() -> {
			boolean admitted = this.breaker.tryAcquirePermission();
			boolean probing = !admitted && this.breaker.getState() == CircuitBreaker.State.HALF_OPEN;
			return new Admission(admitted ? Verdict.ADMITTED : probing ? Verdict.PROBING : Verdict.OPEN,
					this.generation.get());
		});
	}

	/**
	 * Returns whether an admission still holds: the circuit has not changed its state
	 * since.
	 * @param admittedIn the generation of the admission
	 * @return true if a call may be made under it
	 */
	public boolean isCurrent(int admittedIn) {
		return admittedIn == this.generation.get();
	}

	/**
	 * Reports a failure that no admission was asked for. It counts while the circuit is
	 * closed; one that has opened since was opened by others, and this call began before.
	 */
	void failed() {
		locked(() -> {
			if (this.breaker.getState() == CircuitBreaker.State.CLOSED) {
				tell(Outcome.FAILURE);
			}
			return true;
		});
	}

	/**
	 * Reports how an admitted call ended.
	 * @param admittedIn the generation of the admission
	 * @param outcome how it ended
	 */
	public void settle(int admittedIn, Outcome outcome) {
		Admission free = this.unhindered;
		if (outcome == Outcome.SUCCESS && free != null && free.generation() == admittedIn) {
			return;
		}
		boolean counted = locked(() -> {
			boolean current = admittedIn == this.generation.get();
			if (current) {
				tell(outcome);
			}
			return current;
		});
		if (counted && outcome == Outcome.SKIPPED) {
			wake();
		}
	}

	private void tell(Outcome outcome) {
		switch (outcome) {
			case SUCCESS -> {
				this.failing = false;
				this.breaker.onSuccess(0, TimeUnit.NANOSECONDS);
			}
			case FAILURE -> {
				this.failing = true;
				this.clock.lag = 1;
				this.breaker.onError(0, TimeUnit.NANOSECONDS, new Failure());
				this.clock.lag = 0;
			}
			case SKIPPED -> this.breaker.releasePermission();
		}
	}

	/**
	 * Waits for the probe that is under way.
	 * @param retry is run once when the circuit changes state or the probe is given up;
	 * it must not block, and waits once at a time
	 * @return false if there is no probe any more: ask anew
	 */
	public boolean awaitProbe(Runnable retry) {
		synchronized (this.awaitingProbe) {
			if (this.breaker.getState() != CircuitBreaker.State.HALF_OPEN) {
				return false;
			}
			this.awaitingProbe.add(retry);
		}
		boolean free = locked(() -> {
			boolean acquired = this.breaker.tryAcquirePermission();
			if (acquired) {
				this.breaker.releasePermission();
			}
			return acquired;
		});
		if (free) {
			// The probe was given up before it could wake this one.
			wake();
		}
		return true;
	}

	/**
	 * Stops waiting for the probe.
	 * @param retry what was given to {@link #awaitProbe}
	 * @return true if it waited and will not be run any more
	 */
	public boolean cancelAwait(Runnable retry) {
		synchronized (this.awaitingProbe) {
			return this.awaitingProbe.remove(retry);
		}
	}

	/**
	 * Closes the circuit and forgets its failures.
	 * @return true if it was not closed
	 */
	public boolean reset() {
		return locked(() -> {
			boolean closed = this.breaker.getState() == CircuitBreaker.State.CLOSED;
			this.breaker.reset();
			this.failing = false;
			return !closed;
		});
	}

	/**
	 * Returns the state in lower case: {@code closed}, {@code open} or {@code half_open}.
	 * @return the state
	 */
	public String state() {
		return nameOf(this.breaker.getState());
	}

	private static String nameOf(CircuitBreaker.State state) {
		return switch (state) {
			case CLOSED -> "closed";
			case OPEN -> "open";
			case HALF_OPEN -> "half_open";
			case DISABLED, METRICS_ONLY, FORCED_OPEN -> throw new IllegalStateException("circuit: " + state);
		};
	}

	private void stateChanged(CircuitBreaker.State to) {
		this.listener.changed(this.breaker.getName(), nameOf(to));
		if (to != CircuitBreaker.State.HALF_OPEN) {
			wake();
		}
	}

	private void wake() {
		List<Runnable> woken;
		synchronized (this.awaitingProbe) {
			woken = List.copyOf(this.awaitingProbe);
			this.awaitingProbe.clear();
		}
		woken.forEach(Runnable::run);
	}

	/**
	 * The answer to a call that asks to be made.
	 *
	 * @param verdict what the circuit says
	 * @param generation the generation that an admission belongs to
	 */
	public record Admission(Verdict verdict, int generation) {
	}

	/**
	 * What a circuit says to a call.
	 */
	public enum Verdict {

		/** Make it, and report how it ended. */
		ADMITTED,

		/** Do not make it. */
		OPEN,

		/** Another call is finding out; wait for it. */
		PROBING

	}

	/**
	 * How an admitted call ended.
	 */
	public enum Outcome {

		/** The source gave a fresh value. */
		SUCCESS,

		/** It did not. */
		FAILURE,

		/** The source was not to blame: time ran out, or nobody wanted the answer. */
		SKIPPED

	}

	/**
	 * Is told of changes of state.
	 */
	@FunctionalInterface
	public interface StateListener {

		/**
		 * A circuit changed its state.
		 * @param circuit the circuit's name
		 * @param state the new state in lower case
		 */
		void changed(String circuit, String state);

	}

	// Stackless: the state machine wants a throwable, and nobody ever sees this one.
	private static final class Failure extends Exception {

		private static final long serialVersionUID = 1L;

		private Failure() {
			super("the source failed", null, false, false);
		}

	}

	// The state machine asks whether "now" is after the end of the wait, and the end
	// itself is to count: an opening is dated a nanosecond back. Who asks while another
	// opens is wrong by as much, which does not matter.
	private static final class MonotonicClock extends Clock {

		private final TimeSource timeSource;

		private volatile int lag;

		private MonotonicClock(TimeSource timeSource) {
			this.timeSource = timeSource;
		}

		@Override
		public Instant instant() {
			return Instant.EPOCH.plusNanos(this.timeSource.monotonicNanos() - this.lag);
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
