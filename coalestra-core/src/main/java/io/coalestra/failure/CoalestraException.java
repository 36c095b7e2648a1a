package io.coalestra.failure;

import org.jspecify.annotations.Nullable;

/**
 * The root of every exception that this library throws at its boundary, but for
 * {@link IllegalArgumentException} and {@link IllegalStateException}, which mean what
 * they mean everywhere.
 */
public class CoalestraException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes an exception.
	 * @param message what happened
	 */
	public CoalestraException(String message) {
		super(message);
	}

	/**
	 * Makes an exception with a cause.
	 * @param message what happened
	 * @param cause why, or null when nothing was thrown
	 */
	public CoalestraException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
