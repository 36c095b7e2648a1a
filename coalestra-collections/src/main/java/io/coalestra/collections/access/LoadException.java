package io.coalestra.collections.access;

import java.util.Objects;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a row could not be loaded: whether there is one is not known. Where the
 * store failed, its exception is the cause.
 */
public final class LoadException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** The collection's name. */
	private final String collection;

	/**
	 * Makes an exception.
	 * @param collection the collection's name
	 * @param detail what went wrong
	 * @param cause why, or null
	 */
	public LoadException(String collection, String detail, @Nullable Throwable cause) {
		super("collection " + collection + ": " + detail, cause);
		this.collection = Objects.requireNonNull(collection, "collection");
	}

	/**
	 * Returns the collection's name.
	 * @return the name
	 */
	public String collection() {
		return this.collection;
	}

}
