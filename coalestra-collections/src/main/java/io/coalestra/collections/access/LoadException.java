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

	/** Whether it is the row, and not the store, that is the reason. */
	private final boolean ofRow;

	/**
	 * Makes an exception.
	 * @param collection the collection's name
	 * @param detail what went wrong
	 * @param cause why, or null
	 */
	public LoadException(String collection, String detail, @Nullable Throwable cause) {
		this(collection, detail, cause, false);
	}

	private LoadException(String collection, String detail, @Nullable Throwable cause, boolean ofRow) {
		super("collection " + collection + ": " + detail, cause);
		this.collection = Objects.requireNonNull(collection, "collection");
		this.ofRow = ofRow;
	}

	/**
	 * Makes an exception for a row that is there, and cannot be read as what it should
	 * be.
	 * @param collection the collection's name
	 * @param cause what is wrong with it, or null
	 * @return the exception
	 */
	public static LoadException unreadable(String collection, @Nullable Throwable cause) {
		return new LoadException(collection, "a row cannot be read as what it should be", cause, true);
	}

	/**
	 * Returns whether a row is the reason: it is there, and cannot be read. Others that
	 * were to be read with it may well be loaded without it.
	 * @return false where the store failed, or was not asked
	 */
	public boolean isOfRow() {
		return this.ofRow;
	}

	/**
	 * Returns the collection's name.
	 * @return the name
	 */
	public String collection() {
		return this.collection;
	}

}
