package io.coalestra.source;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a source's declarations come to: whether a call of it is sure to end in time.
 *
 * @param source the source's name
 * @param status what they come to
 * @param transportTimeout the time limit of the source's own client, or null
 * @param sourceTimeout the time limit that the engine applies, or null
 */
public record TimeoutGuarantee(String source, Status status, @Nullable Duration transportTimeout,
		@Nullable Duration sourceTimeout) {

	/**
	 * Checks.
	 */
	public TimeoutGuarantee {
		Objects.requireNonNull(source, "source");
		Objects.requireNonNull(status, "status");
	}

	/**
	 * Evaluates a source's declarations.
	 * @param source the source's name
	 * @param settings its settings
	 * @return the guarantee
	 */
	public static TimeoutGuarantee of(String source, SourceSettings settings) {
		Duration transport = settings.transportTimeout();
		Duration timeout = settings.timeout();
		Status status = switch (settings.blocking()) {
			case UNDECLARED -> Status.UNDECLARED;
			case NON_BLOCKING -> Status.NON_BLOCKING;
			case BLOCKING -> {
				if (transport == null) {
					yield Status.UNSAFE_TIMEOUT_MISSING;
				}
				yield (timeout == null || transport.compareTo(timeout) < 0) ? Status.PROTECTED
						: Status.UNSAFE_TIMEOUT_NOT_WITHIN_SOURCE;
			}
		};
		return new TimeoutGuarantee(source, status, transport, timeout);
	}

	/**
	 * Returns whether a call of the source is sure to end.
	 * @return true if it does not block, or its client ends it first
	 */
	public boolean safe() {
		return this.status == Status.NON_BLOCKING || this.status == Status.PROTECTED;
	}

	/**
	 * What a source's declarations come to.
	 */
	public enum Status {

		/** It says nothing. */
		UNDECLARED("undeclared"),

		/** It says that it never blocks. */
		NON_BLOCKING("non_blocking"),

		/** It blocks, and says nothing of its client's time limit. */
		UNSAFE_TIMEOUT_MISSING("unsafe_timeout_missing"),

		/**
		 * Its client's time limit is not below its own, so that its own strikes first.
		 */
		UNSAFE_TIMEOUT_NOT_WITHIN_SOURCE("unsafe_timeout_not_within_source"),

		/** It blocks, and its client ends the call before the engine has to. */
		PROTECTED("protected");

		private final String wireName;

		Status(String wireName) {
			this.wireName = wireName;
		}

		/**
		 * Returns the name under which the status is serialized.
		 * @return the name
		 */
		public String wireName() {
			return this.wireName;
		}

	}

}
