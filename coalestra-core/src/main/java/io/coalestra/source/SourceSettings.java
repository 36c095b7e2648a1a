package io.coalestra.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import io.coalestra.batch.Window;
import io.coalestra.policy.Resilience;
import org.jspecify.annotations.Nullable;

/**
 * How a source is called: everything about it but its name, its keys and its operation.
 *
 * <p>
 * Immutable and safe for concurrent use. Settings of the configuration are laid over
 * those in code by {@link #with(Consumer)}.
 */
public final class SourceSettings {

	private final Builder values;

	private SourceSettings(Builder values) {
		this.values = values;
	}

	/**
	 * Returns the settings of a source that states nothing: priority 0, no time limit of
	 * its own, no limit on calls or keys but the builder's.
	 * @return the settings
	 */
	public static SourceSettings defaults() {
		return new SourceSettings(new Builder());
	}

	/**
	 * Returns these settings with some changed.
	 * @param changes sets what changes
	 * @return the settings
	 * @throws IllegalArgumentException if the changed settings contradict each other
	 */
	public SourceSettings with(Consumer<Builder> changes) {
		Builder copy = new Builder(this.values);
		changes.accept(copy);
		return copy.build();
	}

	/**
	 * Returns the order of asking.
	 * @return the priority; the highest is asked first, equal ones in order of
	 * registration
	 */
	public int priority() {
		return this.values.priority;
	}

	/**
	 * Returns how long one call may take.
	 * @return the time limit, or null for none but the deadline
	 */
	public @Nullable Duration timeout() {
		return this.values.timeout;
	}

	/**
	 * Returns how long a call may wait for a permit.
	 * @return the time limit, or null for none but the deadline; the source's time limit
	 * where none was set
	 */
	public @Nullable Duration queueTimeout() {
		return (this.values.queueTimeout != null) ? this.values.queueTimeout : this.values.timeout;
	}

	/**
	 * Returns how many calls may run at a time.
	 * @return the limit, or null for none but the builder's
	 */
	public @Nullable Integer maxConcurrency() {
		return this.values.maxConcurrency;
	}

	/**
	 * Returns how the limit on calls follows the latency.
	 * @return the rule, or null for a fixed limit
	 */
	public @Nullable AdaptiveConcurrency adaptiveConcurrency() {
		return this.values.adaptiveConcurrency;
	}

	/**
	 * Returns how many keys one call of a batch source may have.
	 * @return the limit, or null for none
	 */
	public @Nullable Integer maxBatchSize() {
		return this.values.maxBatchSize;
	}

	/**
	 * Returns how long keys of different builds gather for one call of a batch source.
	 * @return the window, or null for none: each build calls for itself
	 */
	public @Nullable Window window() {
		return this.values.window;
	}

	/**
	 * Returns what the source says about blocking.
	 * @return the declaration
	 */
	public BlockingDeclaration blocking() {
		return this.values.blocking;
	}

	/**
	 * Returns the time limit of the source's own client.
	 * @return the limit, or null when it is not stated
	 */
	public @Nullable Duration transportTimeout() {
		return this.values.transportTimeout;
	}

	/**
	 * Returns whether the source is called on the thread of the build.
	 * @return true for a read of memory that was declared inline
	 */
	public boolean isInline() {
		return this.values.inline;
	}

	/**
	 * Returns how the source's failures are met.
	 * @return the policy, or null for the builder's
	 */
	public @Nullable Resilience resilience() {
		return this.values.resilience;
	}

	/**
	 * Returns after how long without an answer the next source is asked as well.
	 * @return the delay, or null for never
	 */
	public @Nullable Duration hedgeDelay() {
		return this.values.hedgeDelay;
	}

	/**
	 * Returns what becomes of a call that nobody waits for any more.
	 * @return the rule
	 */
	public AbandonedCalls abandonedCalls() {
		return this.values.abandonedCalls;
	}

	/**
	 * Returns whether answers of {@code supports} are remembered.
	 * @return true unless turned off
	 */
	public boolean remembersSupport() {
		return this.values.remembersSupport;
	}

	/**
	 * Collects settings. Each setter checks its own value at once, {@code build} the
	 * relations between them. Not safe for concurrent use.
	 */
	public static final class Builder {

		private int priority;

		private @Nullable Duration timeout;

		private @Nullable Duration queueTimeout;

		private @Nullable Integer maxConcurrency;

		private @Nullable AdaptiveConcurrency adaptiveConcurrency;

		private @Nullable Integer maxBatchSize;

		private @Nullable Window window;

		private BlockingDeclaration blocking = BlockingDeclaration.UNDECLARED;

		private @Nullable Duration transportTimeout;

		private boolean inline;

		private @Nullable Resilience resilience;

		private @Nullable Duration hedgeDelay;

		private AbandonedCalls abandonedCalls = AbandonedCalls.FINISH;

		private boolean remembersSupport = true;

		Builder() {
		}

		private Builder(Builder other) {
			take(other);
		}

		private void take(Builder other) {
			this.priority = other.priority;
			this.timeout = other.timeout;
			this.queueTimeout = other.queueTimeout;
			this.maxConcurrency = other.maxConcurrency;
			this.adaptiveConcurrency = other.adaptiveConcurrency;
			this.maxBatchSize = other.maxBatchSize;
			this.window = other.window;
			this.blocking = other.blocking;
			this.transportTimeout = other.transportTimeout;
			this.inline = other.inline;
			this.resilience = other.resilience;
			this.hedgeDelay = other.hedgeDelay;
			this.abandonedCalls = other.abandonedCalls;
			this.remembersSupport = other.remembersSupport;
		}

		/**
		 * Takes everything from other settings.
		 * @param other the settings
		 * @return this
		 */
		public Builder from(SourceSettings other) {
			take(other.values);
			return this;
		}

		/**
		 * Sets the order of asking.
		 * @param value the priority; the highest is asked first
		 * @return this
		 */
		public Builder priority(int value) {
			this.priority = value;
			return this;
		}

		/**
		 * Sets how long one call may take, once it has a permit.
		 * @param value the limit: more than zero
		 * @return this
		 */
		public Builder timeout(Duration value) {
			this.timeout = requirePositive("timeout", value);
			return this;
		}

		/**
		 * Sets how long a call may wait for a permit; where none is set, as long as it
		 * may take.
		 * @param value the limit: more than zero
		 * @return this
		 */
		public Builder queueTimeout(Duration value) {
			this.queueTimeout = requirePositive("queueTimeout", value);
			return this;
		}

		/**
		 * Sets how many calls may run at a time.
		 * @param value the limit: 1 or more
		 * @return this
		 */
		public Builder maxConcurrency(int value) {
			this.maxConcurrency = requireAtLeastOne("maxConcurrency", value);
			return this;
		}

		/**
		 * Lets the limit on calls follow the latency.
		 * @param value the rule
		 * @return this
		 */
		public Builder adaptiveConcurrency(AdaptiveConcurrency value) {
			this.adaptiveConcurrency = Objects.requireNonNull(value, "adaptiveConcurrency");
			return this;
		}

		/**
		 * Sets how many keys one call of a batch source may have.
		 * @param value the limit: 1 or more
		 * @return this
		 */
		public Builder maxBatchSize(int value) {
			this.maxBatchSize = requireAtLeastOne("maxBatchSize", value);
			return this;
		}

		/**
		 * Lets keys of different builds gather for one call of a batch source.
		 * @param value the window; one of zero length turns it off
		 * @return this
		 */
		public Builder window(Window value) {
			Objects.requireNonNull(value, "window");
			this.window = value.length().isZero() ? null : value;
			return this;
		}

		/**
		 * Declares that the source blocks, and that its own client ends a call after this
		 * time: below {@code timeout}, so that the client ends it first.
		 * @param value the client's limit: more than zero
		 * @return this
		 */
		public Builder transportTimeout(Duration value) {
			this.transportTimeout = requirePositive("transportTimeout", value);
			if (this.blocking == BlockingDeclaration.UNDECLARED) {
				this.blocking = BlockingDeclaration.BLOCKING;
			}
			return this;
		}

		/**
		 * Declares that the source blocks, with no more said of its client's time limit
		 * than {@link #transportTimeout(Duration)} says: without that, its calls are not
		 * sure to end, and a builder lets it in only where unsafe sources are allowed.
		 * @return this
		 */
		public Builder blocking() {
			this.blocking = BlockingDeclaration.BLOCKING;
			return this;
		}

		/**
		 * Declares that the source never blocks. It still runs off the caller's thread.
		 * @return this
		 */
		public Builder nonBlocking() {
			this.blocking = BlockingDeclaration.NON_BLOCKING;
			return this;
		}

		/**
		 * Declares that the source only reads memory, and calls it on the thread of the
		 * build. What runs there cannot be interrupted by a time limit: how far a call
		 * overran is measured and reported, not prevented.
		 * @return this
		 */
		public Builder inline() {
			this.inline = true;
			return nonBlocking();
		}

		/**
		 * Sets how the source's failures are met.
		 * @param value the policy
		 * @return this
		 */
		public Builder resilience(Resilience value) {
			this.resilience = Objects.requireNonNull(value, "resilience");
			return this;
		}

		/**
		 * Lets the next source be asked as well when this one has not answered in time;
		 * the first fresh answer wins.
		 * @param value after how long: more than zero
		 * @return this
		 */
		public Builder hedgeAfter(Duration value) {
			this.hedgeDelay = requirePositive("hedgeAfter", value);
			return this;
		}

		/**
		 * Sets what becomes of a call that nobody waits for any more.
		 * @param value the rule
		 * @return this
		 */
		public Builder abandonedCalls(AbandonedCalls value) {
			this.abandonedCalls = Objects.requireNonNull(value, "abandonedCalls");
			return this;
		}

		/**
		 * Asks {@code supports} anew each time, for a source whose answer changes.
		 * @return this
		 */
		public Builder forgetSupport() {
			this.remembersSupport = false;
			return this;
		}

		SourceSettings build() {
			List<String> violations = new ArrayList<>();
			if (this.transportTimeout != null && this.blocking == BlockingDeclaration.NON_BLOCKING) {
				violations.add("transportTimeout: " + this.transportTimeout
						+ " (expected: none on a source that is declared non-blocking or inline)");
			}
			if (this.inline && this.blocking == BlockingDeclaration.BLOCKING) {
				violations.add("blocking: declared (expected: not on an inline source, whose calls hold the thread "
						+ "of the build)");
			}
			if (this.adaptiveConcurrency != null && this.maxConcurrency != null) {
				violations.add("maxConcurrency: " + this.maxConcurrency
						+ " (expected: none beside adaptiveConcurrency, which has its own bounds)");
			}
			if (this.window != null && this.inline) {
				violations.add("window: " + this.window.length()
						+ " (expected: none on an inline source, which each build calls on its own thread)");
			}
			if (!violations.isEmpty()) {
				throw new IllegalArgumentException(String.join("; ", violations));
			}
			return new SourceSettings(new Builder(this));
		}

		private static Duration requirePositive(String name, Duration value) {
			Objects.requireNonNull(value, name);
			if (value.isZero() || value.isNegative()) {
				throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
			}
			return value;
		}

		private static int requireAtLeastOne(String name, int value) {
			if (value < 1) {
				throw new IllegalArgumentException(name + ": " + value + " (expected: 1 or more)");
			}
			return value;
		}

	}

}
