package io.coalestra.collections.access;

/**
 * Thrown when a row was to be inserted that there is already.
 */
public final class RowExistsException extends RowException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes an exception.
	 * @param collection the collection's name
	 * @param key the row's key
	 */
	public RowExistsException(String collection, String key) {
		super(collection, key, "there is one already (expected: none)", null);
	}

}
