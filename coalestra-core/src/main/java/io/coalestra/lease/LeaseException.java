package io.coalestra.lease;

import java.util.Objects;

import io.coalestra.failure.CoalestraException;

/**
 * Thrown when a lease is not to be had, or is no longer held.
 */
public class LeaseException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** What is leased. */
	private final String lease;

	/** What is wrong. */
	private final Reason reason;

	/**
	 * Makes an exception.
	 * @param lease what is leased
	 * @param reason what is wrong
	 * @param message the details
	 */
	public LeaseException(String lease, Reason reason, String message) {
		super("lease \"" + lease + "\": " + message);
		this.lease = lease;
		this.reason = Objects.requireNonNull(reason, "reason");
	}

	/**
	 * Returns what is leased.
	 * @return the lease's name
	 */
	public String lease() {
		return this.lease;
	}

	/**
	 * Returns what is wrong.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why there is no lease.
	 */
	public enum Reason {

		/** Another holds it, and nobody was to wait. */
		HELD,

		/** Another held it for as long as this waited. */
		TIMED_OUT,

		/** It was held and is so no longer: it ran out, or another has it. */
		LOST

	}

}
