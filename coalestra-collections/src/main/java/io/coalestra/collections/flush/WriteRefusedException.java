package io.coalestra.collections.flush;

import java.util.Objects;

import io.coalestra.failure.CoalestraException;

/**
 * Thrown when a write is not taken into the buffer. Nothing has changed.
 */
public class WriteRefusedException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The collection that was written to. */
	private final String collection;

	/** Why the write is not taken. */
	private final Reason reason;

	/**
	 * Makes an exception.
	 * @param collection the collection that was written to
	 * @param reason why the write is not taken
	 * @param message the details
	 */
	public WriteRefusedException(String collection, Reason reason, String message) {
		super("collection " + collection + ": write not taken: " + message);
		this.collection = Objects.requireNonNull(collection, "collection");
		this.reason = Objects.requireNonNull(reason, "reason");
	}

	/**
	 * Returns which collection was written to.
	 * @return the collection's name
	 */
	public String collection() {
		return this.collection;
	}

	/**
	 * Returns why the write is not taken.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a write is not taken.
	 */
	public enum Reason {

		/** The buffer is full, and stayed so for as long as the writer waited. */
		FULL,

		/** The buffer was closed. */
		CLOSED,

		/** The writer was interrupted while it waited for room. */
		INTERRUPTED

	}

}
