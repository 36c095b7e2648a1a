package io.coalestra.internal.circuit;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.policy.CircuitPolicy;
import io.coalestra.time.TimeSource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;

/**
 * One circuit: a Resilience4j state machine set up so that it opens after so many
 * failures in a row and lets one probe through after the recovery time.
 *
 * <p>
 * The state machine counts every outcome in whatever state it is by then. A call that was
 * admitted before the circuit opened must neither close nor extend it when it ends late,
 * so each admission carries the generation that it belongs to, which counts up with every
 * change of state; outcomes of another generation are dropped. The generation is written
 * by the state machine's transition event and read after a permission was got: an outcome
 * that slips through between belongs to the state that admitted it.
 */
public final class Circuit {

	private final CircuitBreaker breaker;

	private final AtomicInteger generation = new AtomicInteger();

	// Calls that wait for the probe's outcome; guarded by its own monitor.
	private final List<Runnable> awaitingProbe = new ArrayList<>();

	private final StateListener listener;

	Circuit(String name, CircuitPolicy policy, TimeSource timeSource, StateListener listener) {
		this.listener = listener;
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
					.clock(new MonotonicClock(timeSource))
					.build());
		this.breaker.getEventPublisher().onStateTransition((event) -> {
			this.generation.incrementAndGet();
			stateChanged(event.getStateTransition().getToState());
		});
	}

	/**
	 * Asks to make a call.
	 * @return what the circuit says
	 */
	public Verdict tryAdmit() {
		if (this.breaker.tryAcquirePermission()) {
			return Verdict.ADMITTED;
		}
		return (this.breaker.getState() == CircuitBreaker.State.HALF_OPEN) ? Verdict.PROBING : Verdict.OPEN;
	}

	/**
	 * Returns the generation that an admission just got belongs to.
	 * @return the generation
	 */
	public int generation() {
		return this.generation.get();
	}

	/**
	 * Returns whether a call would be turned away at present, without asking for one.
	 * @return true while the circuit is open and not ready for a probe
	 */
	public boolean isOpen() {
		return this.breaker.getState() == CircuitBreaker.State.OPEN;
	}

	/**
	 * Returns whether nothing is held against the source.
	 * @return true if the circuit is closed and counts no failure
	 */
	public boolean isAtRest() {
		return this.breaker.getState() == CircuitBreaker.State.CLOSED
				&& this.breaker.getMetrics().getNumberOfFailedCalls() == 0;
	}

	/**
	 * Reports how an admitted call ended.
	 * @param admittedIn the generation of the admission
	 * @param outcome how it ended
	 */
	public void settle(int admittedIn, Outcome outcome) {
		if (admittedIn != this.generation.get()) {
			return;
		}
		switch (outcome) {
			case SUCCESS -> this.breaker.onSuccess(0, TimeUnit.NANOSECONDS);
			case FAILURE -> this.breaker.onError(0, TimeUnit.NANOSECONDS, new Failure());
			case SKIPPED -> {
				this.breaker.releasePermission();
				wake();
			}
		}
	}

	/**
	 * Waits for the probe that is under way.
	 * @param retry is run once when the circuit changes state or the probe is given up;
	 * it must not block
	 * @return false if there is no probe any more: ask anew
	 */
	public boolean awaitProbe(Runnable retry) {
		synchronized (this.awaitingProbe) {
			if (this.breaker.getState() != CircuitBreaker.State.HALF_OPEN) {
				return false;
			}
			this.awaitingProbe.add(retry);
			return true;
		}
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
		boolean closed = this.breaker.getState() == CircuitBreaker.State.CLOSED;
		this.breaker.reset();
		return !closed;
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

	// The state machine asks whether "now" is after the end of the wait; the end itself
	// counts.
	private static final class MonotonicClock extends Clock {

		private final TimeSource timeSource;

		private MonotonicClock(TimeSource timeSource) {
			this.timeSource = timeSource;
		}

		@Override
		public Instant instant() {
			return Instant.EPOCH.plusNanos(this.timeSource.monotonicNanos()).plusNanos(1);
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
