package io.coalestra.failure;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a source that cannot answer at present: the failure is retried, where the
 * policy allows, and counts against the source's circuit.
 */
public class SourceUnavailableException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The back end's hint, or null. */
	private final @Nullable Duration retryAfter;

	/**
	 * Makes an exception.
	 * @param message what happened
	 */
	public SourceUnavailableException(String message) {
		this(message, (Throwable) null);
	}

	/**
	 * Makes an exception with a cause.
	 * @param message what happened
	 * @param cause why, or null
	 */
	public SourceUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
		this.retryAfter = null;
	}

	/**
	 * Makes an exception that carries the back end's own hint, such as an HTTP
	 * {@code Retry-After}.
	 * @param message what happened
	 * @param retryAfter how long the back end asks to be left alone: the next attempt
	 * waits at least this long, or is not made when the deadline does not allow it
	 */
	public SourceUnavailableException(String message, Duration retryAfter) {
		super(message);
		this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter");
	}

	/**
	 * Returns the back end's hint.
	 * @return how long to wait, or empty when it gave none
	 */
	public Optional<Duration> retryAfter() {
		return Optional.ofNullable(this.retryAfter);
	}

}
