package io.coalestra.snapshot;

import java.util.Objects;

import io.coalestra.failure.CoalestraException;
import io.coalestra.failure.ResourceFailure;

/**
 * Thrown where the value of a key is demanded that has none.
 */
public class ResourceUnavailableException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	private final transient ResourceFailure failure;

	/**
	 * Makes an exception.
	 * @param failure why the key has no value
	 */
	public ResourceUnavailableException(ResourceFailure failure) {
		super(failure.message());
		this.failure = Objects.requireNonNull(failure, "failure");
	}

	/**
	 * Returns why the key has no value.
	 * @return the failure
	 */
	public ResourceFailure failure() {
		return this.failure;
	}

}
