package io.coalestra.source;

import io.coalestra.failure.CoalestraException;

/**
 * Thrown where a source answers with something that it must not: null, a key that was not
 * asked for, <em>not modified</em> without a known version. It is not retried.
 */
public class SourceProtocolException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes an exception.
	 * @param message what the source answered, and what it may
	 */
	public SourceProtocolException(String message) {
		super(message);
	}

}
