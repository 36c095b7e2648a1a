package io.coalestra.tier.coherence;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

import io.coalestra.internal.circuit.Circuit;
import io.coalestra.internal.expiry.ExpiryQueue;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.CircuitScope;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierHealth;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The way to a tier for those who can do without it: every request has one limit, however
 * many keys it is for, and none is made while the tier's circuit is open.
 *
 * <p>
 * Safe for concurrent use, and never blocks. A request ends once, by its answer or by its
 * limit, whichever is first; that thread tells the circuit and completes the future. An
 * answer that comes afterwards changes nothing. The gate owns nothing and is not closed.
 */
public final class TierGate {

	private final SharedTier tier;

	private final ExpiryQueue<TierRequest<?>> reads;

	private final ExpiryQueue<TierRequest<?>> writes;

	private final TimeSource time;

	private final Circuit circuit;

	private final LongAdder given = new LongAdder();

	private final LongAdder late = new LongAdder();

	private final LongAdder failed = new LongAdder();

	private final LongAdder spared = new LongAdder();

	// Written under this object's monitor by whoever ends a request; readers take them as
	// they are. Null while the tier answers.
	private volatile @Nullable Instant silentSince;

	private volatile @Nullable String reason;

	private TierGate(Builder builder) {
		this.tier = builder.tier;
		this.time = builder.time;
		this.reads = deadlines(builder.budget);
		this.writes = deadlines(builder.writeLimit);
		Consumer<String> listener = builder.circuitListener;
		this.circuit = new Circuit(this.tier.name(),
				new CircuitPolicy(true, CircuitScope.SOURCE, builder.failureThreshold, builder.recoveryTimeout),
				this.time, (name, state) -> listener.accept(state));
	}

	private ExpiryQueue<TierRequest<?>> deadlines(Duration limit) {
		return new ExpiryQueue<>(limit, this.time, TierRequest::isOver,
				(late) -> late.forEach((request) -> request.expire(limit)));
	}

	/**
	 * Starts the configuration of a gate.
	 * @param tier the tier
	 * @return the configuration
	 */
	public static Builder to(SharedTier tier) {
		return new Builder(Objects.requireNonNull(tier, "tier"));
	}

	/**
	 * Asks the tier something that somebody waits for.
	 * @param <T> what is asked for
	 * @param question asks it; not called while the circuit is open
	 * @return the answer, within the budget; never fails
	 */
	public <T> CompletableFuture<TierAnswer<T>> read(Function<SharedTier, CompletableFuture<T>> question) {
		return ask((request) -> request.begin(question, this.reads));
	}

	/**
	 * Asks the tier something that somebody waits for, for whom a part of the budget is
	 * over.
	 * @param <T> what is asked for
	 * @param question asks it; not called while the circuit is open
	 * @param limit what is left: more than zero
	 * @return the answer, within that limit; never fails
	 */
	public <T> CompletableFuture<TierAnswer<T>> read(Function<SharedTier, CompletableFuture<T>> question,
			Duration limit) {
		return ask((request) -> request.begin(question, limit));
	}

	/**
	 * Asks the tier something that nobody waits for.
	 * @param <T> what is asked for
	 * @param question asks it; not called while the circuit is open
	 * @return the answer, within the limit of writes; never fails
	 */
	public <T> CompletableFuture<TierAnswer<T>> write(Function<SharedTier, CompletableFuture<T>> question) {
		return ask((request) -> request.begin(question, this.writes));
	}

	private <T> CompletableFuture<TierAnswer<T>> ask(
			Function<TierRequest<T>, CompletableFuture<TierAnswer<T>>> beginning) {
		Circuit.Admission admission = this.circuit.tryAdmit();
		if (admission.verdict() != Circuit.Verdict.ADMITTED) {
			this.spared.increment();
			return CompletableFuture
				.completedFuture(new TierAnswer.Withheld<>(TierAnswer.Reason.CIRCUIT_OPEN, "the tier failed lately"));
		}
		return beginning
			.apply(new TierRequest<>(this.tier, this.time, (given) -> ended(admission.generation(), given)));
	}

	private void ended(int generation, TierAnswer<?> answer) {
		switch (answer) {
			case TierAnswer.Given<?> value -> this.given.increment();
			case TierAnswer.Withheld<?> withheld ->
				((withheld.reason() == TierAnswer.Reason.LATE) ? this.late : this.failed).increment();
		}
		// What was asked before the circuit last changed says nothing of how the tier
		// stands.
		boolean current = this.circuit.isCurrent(generation);
		if (answer instanceof TierAnswer.Withheld<?> withheld) {
			// Before the circuit can open, and again in case an answer came in between.
			if (current) {
				silent(withheld.message());
			}
			this.circuit.settle(generation, Circuit.Outcome.FAILURE);
			if (current) {
				silent(withheld.message());
			}
		}
		else {
			this.circuit.settle(generation, Circuit.Outcome.SUCCESS);
			if (current && this.silentSince != null) {
				answers();
			}
		}
	}

	private synchronized void silent(String message) {
		this.reason = message;
		this.silentSince = (this.silentSince != null) ? this.silentSince : this.time.now();
	}

	private synchronized void answers() {
		if (!isAway()) {
			this.silentSince = null;
			this.reason = null;
		}
	}

	/**
	 * Returns whether the tier is left alone, because it failed time and again: what a
	 * node has of its own is all there is.
	 * @return true while the circuit is not closed
	 */
	public boolean isAway() {
		return !"closed".equals(this.circuit.state());
	}

	/**
	 * Returns how the tier stands.
	 * @return the state
	 */
	public State state() {
		return new State(this.tier.health(), this.circuit.state(), this.silentSince, this.reason,
				new Counts(this.given.sum(), this.late.sum(), this.failed.sum(), this.spared.sum()));
	}

	/**
	 * Returns since when the tier has answered nothing.
	 * @return the moment when the first request ended that it did not answer, or null
	 * while it answers
	 */
	public @Nullable Instant silentSince() {
		return this.silentSince;
	}

	/**
	 * Returns the tier behind the gate.
	 * @return the tier
	 */
	public SharedTier tier() {
		return this.tier;
	}

	/**
	 * Returns how long a read may take.
	 * @return the span
	 */
	public Duration budget() {
		return this.reads.limit();
	}

	TimeSource time() {
		return this.time;
	}

	/**
	 * How a tier stands, seen through its gate.
	 *
	 * @param tier what the tier says of its connection
	 * @param circuit the circuit's state: {@code closed}, {@code open} or
	 * {@code half_open}
	 * @param silentSince since when it has answered nothing, or null
	 * @param reason why the last request was not answered, or null while it answers
	 * @param counts what became of the requests
	 */
	public record State(TierHealth tier, String circuit, @Nullable Instant silentSince, @Nullable String reason,
			Counts counts) {
	}

	/**
	 * What became of requests.
	 *
	 * @param given answered within the limit
	 * @param late not answered within it
	 * @param failed answered with a failure
	 * @param spared not made, because the circuit was open
	 */
	public record Counts(long given, long late, long failed, long spared) {
	}

	/**
	 * Configures a gate. Not safe for concurrent use.
	 */
	public static final class Builder {

		private final SharedTier tier;

		private Duration budget = Duration.ofMillis(50);

		private Duration writeLimit = Duration.ofSeconds(1);

		private int failureThreshold = 3;

		private Duration recoveryTimeout = Duration.ofSeconds(2);

		private TimeSource time = TimeSource.system();

		private Consumer<String> circuitListener = (state) -> {
		};

		private Builder(SharedTier tier) {
			this.tier = tier;
		}

		/**
		 * Sets by how much a read may be slower for asking the tier, however many keys it
		 * is for.
		 * @param value more than zero; by default 50 ms
		 * @return this
		 */
		public Builder budget(Duration value) {
			this.budget = requirePositive("budget", value);
			return this;
		}

		/**
		 * Sets how long a write or a notice, which nobody waits for, may take before it
		 * counts as failed.
		 * @param value more than zero; by default one second
		 * @return this
		 */
		public Builder writeLimit(Duration value) {
			this.writeLimit = requirePositive("writeLimit", value);
			return this;
		}

		/**
		 * Sets after how many failures in a row the tier is left alone.
		 * @param value 1 to {@value CircuitPolicy#MAX_FAILURE_THRESHOLD}; by default 3
		 * @return this
		 */
		public Builder failureThreshold(int value) {
			this.failureThreshold = CircuitPolicy.requireFailureThreshold(value);
			return this;
		}

		/**
		 * Sets for how long the tier is left alone before one request may probe.
		 * @param value zero or more; by default two seconds
		 * @return this
		 */
		public Builder recoveryTimeout(Duration value) {
			if (value.isNegative()) {
				throw new IllegalArgumentException("recoveryTimeout: " + value + " (expected: not negative)");
			}
			this.recoveryTimeout = value;
			return this;
		}

		/**
		 * Sets the time.
		 * @param value the time source; by default {@link TimeSource#system()}
		 * @return this
		 */
		public Builder timeSource(TimeSource value) {
			this.time = Objects.requireNonNull(value, "timeSource");
			return this;
		}

		/**
		 * Sets who is told of changes of the circuit's state.
		 * @param listener takes the new state in lower case; quick, and throws nothing
		 * @return this
		 */
		public Builder onCircuitChange(Consumer<String> listener) {
			this.circuitListener = Objects.requireNonNull(listener, "onCircuitChange");
			return this;
		}

		private static Duration requirePositive(String option, Duration value) {
			if (value.isZero() || value.isNegative()) {
				throw new IllegalArgumentException(option + ": " + value + " (expected: more than zero)");
			}
			return value;
		}

		/**
		 * Makes the gate.
		 * @return the gate
		 */
		public TierGate build() {
			return new TierGate(this);
		}

	}

}
