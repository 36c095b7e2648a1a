package io.coalestra.collections.access;

/**
 * Thrown when there is no such row: the store, or what stands for it, was asked and said
 * so.
 */
public final class RowMissingException extends RowException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes an exception.
	 * @param collection the collection's name
	 * @param key the row's key
	 */
	public RowMissingException(String collection, String key) {
		super(collection, key, "there is none", null);
	}

}
