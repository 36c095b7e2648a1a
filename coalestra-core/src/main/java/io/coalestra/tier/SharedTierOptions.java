package io.coalestra.tier;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

import io.coalestra.key.ResourceType;
import io.coalestra.policy.CircuitPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How a builder uses a shared tier: what it may cost, what is kept there and for how
 * long. Immutable and safe for concurrent use.
 */
public final class SharedTierOptions {

	/** Everything at its default. */
	public static final SharedTierOptions DEFAULT = builder().build();

	private final String space;

	private final Duration budget;

	private final Duration writeLimit;

	private final int failureThreshold;

	private final Duration recoveryTimeout;

	private final Duration heartbeat;

	private final Duration maxLife;

	private final int maxPending;

	private final int deflateFrom;

	private final Predicate<ResourceType<?>> types;

	private final ReadLeases readLeases;

	private final Predicate<ResourceType<?>> leasedTypes;

	private final Duration leaseWait;

	private final Duration leaseLife;

	private final @Nullable TierCodec codec;

	private SharedTierOptions(Builder builder) {
		this.space = builder.space;
		this.budget = builder.budget;
		this.writeLimit = builder.writeLimit;
		this.failureThreshold = builder.failureThreshold;
		this.recoveryTimeout = builder.recoveryTimeout;
		this.heartbeat = builder.heartbeat;
		this.maxLife = builder.maxLife;
		this.maxPending = builder.maxPending;
		this.deflateFrom = builder.deflateFrom;
		this.types = builder.types;
		this.readLeases = builder.readLeases;
		this.leasedTypes = builder.leasedTypes;
		this.leaseWait = builder.leaseWait;
		this.leaseLife = builder.leaseLife;
		this.codec = builder.codec;
	}

	/**
	 * Starts a configuration.
	 * @return the configuration
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Starts a configuration with what these options say.
	 * @return the configuration
	 */
	public Builder toBuilder() {
		Builder builder = new Builder();
		builder.space = this.space;
		builder.budget = this.budget;
		builder.writeLimit = this.writeLimit;
		builder.failureThreshold = this.failureThreshold;
		builder.recoveryTimeout = this.recoveryTimeout;
		builder.heartbeat = this.heartbeat;
		builder.maxLife = this.maxLife;
		builder.maxPending = this.maxPending;
		builder.deflateFrom = this.deflateFrom;
		builder.types = this.types;
		builder.readLeases = this.readLeases;
		builder.leasedTypes = this.leasedTypes;
		builder.leaseWait = this.leaseWait;
		builder.leaseLife = this.leaseLife;
		builder.codec = this.codec;
		return builder;
	}

	/**
	 * Returns which part of the tier the builder has.
	 * @return the name of the part, empty for the common one
	 */
	public String space() {
		return this.space;
	}

	/**
	 * Returns by how much a build may be slower for asking the tier.
	 * @return the span
	 */
	public Duration budget() {
		return this.budget;
	}

	/**
	 * Returns how long a write or a notice may take before it counts as failed.
	 * @return the span
	 */
	public Duration writeLimit() {
		return this.writeLimit;
	}

	/**
	 * Returns after how many failures in a row the tier is left alone.
	 * @return the number of failures
	 */
	public int failureThreshold() {
		return this.failureThreshold;
	}

	/**
	 * Returns for how long the tier is left alone before one request may probe.
	 * @return the span
	 */
	public Duration recoveryTimeout() {
		return this.recoveryTimeout;
	}

	/**
	 * Returns how often nodes hear of each other.
	 * @return the span
	 */
	public Duration heartbeat() {
		return this.heartbeat;
	}

	/**
	 * Returns how long the tier keeps a value at the most.
	 * @return the span
	 */
	public Duration maxLife() {
		return this.maxLife;
	}

	/**
	 * Returns of how many keys writes wait while the tier does not take them.
	 * @return the number of keys
	 */
	public int maxPending() {
		return this.maxPending;
	}

	/**
	 * Returns from how many bytes on a payload is deflated.
	 * @return the bytes
	 */
	public int deflateFrom() {
		return this.deflateFrom;
	}

	/**
	 * Returns which types are shared.
	 * @return the predicate
	 */
	public Predicate<ResourceType<?>> types() {
		return this.types;
	}

	/**
	 * Returns which reads of sources are made by one node at a time.
	 * @return the reads
	 */
	public ReadLeases readLeases() {
		return this.readLeases;
	}

	/**
	 * Returns of which types reads may be leased.
	 * @return the predicate
	 */
	public Predicate<ResourceType<?>> leasedTypes() {
		return this.leasedTypes;
	}

	/**
	 * Returns for how long a read waits for another node's.
	 * @return the span
	 */
	public Duration leaseWait() {
		return this.leaseWait;
	}

	/**
	 * Returns for how long a node that reads keeps others waiting.
	 * @return the span
	 */
	public Duration leaseLife() {
		return this.leaseLife;
	}

	/**
	 * Returns what turns payloads into bytes.
	 * @return the codec, or null for JSON by Jackson
	 */
	public @Nullable TierCodec codec() {
		return this.codec;
	}

	/**
	 * Configures the use of a tier. Not safe for concurrent use.
	 */
	public static final class Builder {

		private String space = "";

		private Duration budget = Duration.ofMillis(50);

		private Duration writeLimit = Duration.ofSeconds(1);

		private int failureThreshold = 3;

		private Duration recoveryTimeout = Duration.ofSeconds(2);

		private Duration heartbeat = Duration.ofSeconds(1);

		private Duration maxLife = Duration.ofHours(1);

		private int maxPending = 10_000;

		private int deflateFrom = 4 * 1024;

		private Predicate<ResourceType<?>> types = (type) -> true;

		private ReadLeases readLeases = ReadLeases.NONE;

		private Predicate<ResourceType<?>> leasedTypes = (type) -> true;

		private Duration leaseWait = Duration.ofSeconds(1);

		private Duration leaseLife = Duration.ofSeconds(10);

		private @Nullable TierCodec codec;

		private Builder() {
		}

		/**
		 * Sets which part of the tier the builder has. Builders share values, and hear of
		 * changes, within one part; a builder that clears its cache clears this part.
		 * @param value the name of the part, of at most 150 characters; by default empty,
		 * which is the common one
		 * @return this
		 */
		public Builder space(String value) {
			if (value.length() > 150) {
				throw new IllegalArgumentException("space: " + value.length() + " characters (expected: at most 150)");
			}
			this.space = value;
			return this;
		}

		/**
		 * Sets by how much a build may be slower for asking the tier, however many keys
		 * it reads.
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
		 * @param value more than zero; by default two seconds
		 * @return this
		 */
		public Builder recoveryTimeout(Duration value) {
			this.recoveryTimeout = requirePositive("recoveryTimeout", value);
			return this;
		}

		/**
		 * Sets how often nodes hear of each other: the same for all of a fleet. A change
		 * whose notice was lost is noticed within four of them.
		 * @param value at least one millisecond; by default one second
		 * @return this
		 */
		public Builder heartbeat(Duration value) {
			if (value.toMillis() < 1) {
				throw new IllegalArgumentException("heartbeat: " + value + " (expected: at least PT0.001S)");
			}
			this.heartbeat = value;
			return this;
		}

		/**
		 * Sets how long the tier keeps a value at the most. It keeps none for longer than
		 * its freshness lets it serve.
		 * @param value at least one second; by default one hour
		 * @return this
		 */
		public Builder maxLife(Duration value) {
			if (value.compareTo(Duration.ofSeconds(1)) < 0) {
				throw new IllegalArgumentException("maxLife: " + value + " (expected: at least PT1S)");
			}
			this.maxLife = value;
			return this;
		}

		/**
		 * Sets of how many keys writes wait while the tier does not take them. Beyond
		 * that all that the tier holds is given up when it is back.
		 * @param value 1 or more; by default 10,000
		 * @return this
		 */
		public Builder maxPending(int value) {
			this.maxPending = requireAtLeast("maxPending", value, 1);
			return this;
		}

		/**
		 * Sets from how many bytes on a payload is deflated where that helps.
		 * @param value zero or more; by default 4,096
		 * @return this
		 */
		public Builder deflateFrom(int value) {
			this.deflateFrom = requireAtLeast("deflateFrom", value, 0);
			return this;
		}

		/**
		 * Sets which types are shared. Of others nothing is kept in the tier, and nobody
		 * is told.
		 * @param predicate answers whether a type is shared, always the same; by default
		 * all are
		 * @return this
		 */
		public Builder types(Predicate<ResourceType<?>> predicate) {
			this.types = Objects.requireNonNull(predicate, "types");
			return this;
		}

		/**
		 * Sets which reads of sources are made by one node at a time, by leases that the
		 * tier keeps.
		 * @param value the reads; by default none
		 * @return this
		 */
		public Builder readLeases(ReadLeases value) {
			this.readLeases = Objects.requireNonNull(value, "readLeases");
			return this;
		}

		/**
		 * Sets of which types reads may be leased.
		 * @param value the predicate; by default all
		 * @return this
		 */
		public Builder leasedTypes(Predicate<ResourceType<?>> value) {
			this.leasedTypes = Objects.requireNonNull(value, "leasedTypes");
			return this;
		}

		/**
		 * Sets for how long a read waits for another node's at the most, before it is
		 * made all the same. It waits for no more than half of the time that those have
		 * left who wait for it.
		 * @param value more than zero; by default one second
		 * @return this
		 */
		public Builder leaseWait(Duration value) {
			this.leaseWait = requirePositive("leaseWait", value);
			return this;
		}

		/**
		 * Sets for how long a lease holds where the node that has it does not give it
		 * back: longer than sources take for their answers.
		 * @param value at least one millisecond; by default ten seconds
		 * @return this
		 */
		public Builder leaseLife(Duration value) {
			if (value.toMillis() < 1) {
				throw new IllegalArgumentException("leaseLife: " + value + " (expected: at least PT0.001S)");
			}
			this.leaseLife = value;
			return this;
		}

		/**
		 * Sets what turns payloads into bytes and back.
		 * @param value the codec; by default JSON by Jackson 3, which must then be
		 * present
		 * @return this
		 */
		public Builder codec(TierCodec value) {
			this.codec = Objects.requireNonNull(value, "codec");
			return this;
		}

		private static Duration requirePositive(String option, Duration value) {
			if (value.isZero() || value.isNegative()) {
				throw new IllegalArgumentException(option + ": " + value + " (expected: more than zero)");
			}
			return value;
		}

		private static int requireAtLeast(String option, int value, int least) {
			if (value < least) {
				throw new IllegalArgumentException(option + ": " + value + " (expected: " + least + " or more)");
			}
			return value;
		}

		/**
		 * Makes the options.
		 * @return the options
		 */
		public SharedTierOptions build() {
			return new SharedTierOptions(this);
		}

	}

}
