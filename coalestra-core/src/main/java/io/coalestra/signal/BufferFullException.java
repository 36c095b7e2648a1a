package io.coalestra.signal;

import io.coalestra.failure.CoalestraException;

/**
 * A buffer is full, and refuses what does not fit.
 */
public class BufferFullException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/**
	 * Which buffer is full.
	 */
	private final String buffer;

	/**
	 * How many records it takes.
	 */
	private final int maxPending;

	/**
	 * Makes an exception.
	 * @param buffer the buffer's name
	 * @param maxPending how many records it takes
	 */
	public BufferFullException(String buffer, int maxPending) {
		super("buffer \"" + buffer + "\": full with " + maxPending + " records");
		this.buffer = buffer;
		this.maxPending = maxPending;
	}

	/**
	 * Returns which buffer is full.
	 * @return the buffer's name
	 */
	public String buffer() {
		return this.buffer;
	}

	/**
	 * Returns how many records the buffer takes.
	 * @return the number of records
	 */
	public int maxPending() {
		return this.maxPending;
	}

}
