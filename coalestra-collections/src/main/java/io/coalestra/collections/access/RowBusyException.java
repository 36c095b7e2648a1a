package io.coalestra.collections.access;

import java.time.Duration;

/**
 * Thrown when a write did not get its turn among the writes of the same row in this
 * process in time, or was interrupted while it waited.
 */
public final class RowBusyException extends RowException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes an exception.
	 * @param collection the collection's name
	 * @param key the row's key
	 * @param limit how long it was to wait at most
	 */
	public RowBusyException(String collection, String key, Duration limit) {
		super(collection, key, "no turn among the writes of this row (expected: within " + limit + ", uninterrupted)",
				null);
	}

}
