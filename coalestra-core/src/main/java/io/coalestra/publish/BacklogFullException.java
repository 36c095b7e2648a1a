package io.coalestra.publish;

import io.coalestra.failure.CoalestraException;

/**
 * Thrown where something is submitted while as much as may be is pending. Nothing of it
 * was taken; the submitter decides whether to try again, to publish and wait, or to let
 * it go.
 */
public class BacklogFullException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** How many may be pending. */
	private final int limit;

	/** How many were. */
	private final int pending;

	/**
	 * Makes an exception.
	 * @param limit the most submissions that may be pending
	 * @param pending how many are
	 */
	public BacklogFullException(int limit, int pending) {
		super("pending submissions: " + pending + " (expected: fewer than " + limit + ")");
		this.limit = limit;
		this.pending = pending;
	}

	/**
	 * Returns the most submissions that may be pending.
	 * @return the limit
	 */
	public int limit() {
		return this.limit;
	}

	/**
	 * Returns how many were pending.
	 * @return the number of submissions
	 */
	public int pending() {
		return this.pending;
	}

}
