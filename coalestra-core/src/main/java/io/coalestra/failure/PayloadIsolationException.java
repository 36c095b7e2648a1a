package io.coalestra.failure;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@code PayloadCopier} for a payload that it can neither prove immutable nor
 * copy.
 */
public class PayloadIsolationException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The class that cannot be copied. */
	private final Class<?> valueType;

	/**
	 * Makes an exception.
	 * @param message what cannot be copied, and what to do about it
	 * @param valueType the class that cannot be copied
	 * @param cause why, or null
	 */
	public PayloadIsolationException(String message, Class<?> valueType, @Nullable Throwable cause) {
		super(message, cause);
		this.valueType = Objects.requireNonNull(valueType, "valueType");
	}

	/**
	 * Returns the class that cannot be copied.
	 * @return the class
	 */
	public Class<?> valueType() {
		return this.valueType;
	}

}
