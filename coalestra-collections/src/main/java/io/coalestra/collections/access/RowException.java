package io.coalestra.collections.access;

import java.util.Objects;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an operation on one row cannot be done. Nothing was changed by it.
 */
public abstract class RowException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The collection's name. */
	private final String collection;

	/** The row's key as text. */
	private final String key;

	RowException(String collection, String key, String detail, @Nullable Throwable cause) {
		super("collection " + collection + ", row " + key + ": " + detail, cause);
		this.collection = Objects.requireNonNull(collection, "collection");
		this.key = Objects.requireNonNull(key, "key");
	}

	/**
	 * Returns the collection's name.
	 * @return the name
	 */
	public String collection() {
		return this.collection;
	}

	/**
	 * Returns which row.
	 * @return the key's text form
	 */
	public String key() {
		return this.key;
	}

}
