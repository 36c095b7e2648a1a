package io.coalestra.snapshot;

import io.coalestra.failure.CoalestraException;

/**
 * Thrown by the operations of a session that was closed, before they began or while they
 * were at work.
 */
public class SessionClosedException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The session's id. */
	private final String sessionId;

	/**
	 * Makes an exception.
	 * @param sessionId the session's id
	 */
	public SessionClosedException(String sessionId) {
		super("session " + sessionId + ": closed (expected: open)");
		this.sessionId = sessionId;
	}

	/**
	 * Returns the session's id.
	 * @return the id
	 */
	public String sessionId() {
		return this.sessionId;
	}

}
