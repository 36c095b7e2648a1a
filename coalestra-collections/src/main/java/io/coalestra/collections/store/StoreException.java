package io.coalestra.collections.store;

import java.util.Objects;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a store did not do what it was asked. It says nothing about whether rows
 * exist.
 */
public class StoreException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/**
	 * Why a store failed, and so what may be done about it.
	 */
	public enum Reason {

		/**
		 * The store could not be reached, or was lost on the way. Whether a write took
		 * effect is not known.
		 */
		UNAVAILABLE,

		/**
		 * The store gave way to another transaction, or to a time limit. Nothing took
		 * effect, and the same may succeed when it is tried again.
		 */
		TRANSIENT,

		/**
		 * The store, or the whole table, takes nothing of the kind for now, whatever the
		 * row: its disk is full, the login or a right is refused, the table or a column
		 * is missing. Nothing took effect; the same succeeds once that is mended.
		 */
		UNABLE,

		/**
		 * The row refers to one that there is not, or that is referred to. Nothing took
		 * effect; it may succeed once the other row is written.
		 */
		REFERENCE,

		/**
		 * The store does not accept what it was given: a value breaks a constraint, for
		 * example. Nothing took effect, and trying again is of no use.
		 */
		REJECTED,

		/**
		 * A row cannot be read as its table is declared. Where that was the answer to a
		 * write, the write may have taken effect.
		 */
		UNREADABLE;

		/**
		 * Returns whether a write that failed so has certainly changed nothing.
		 * @return false if it may have taken effect
		 */
		public boolean isWithoutEffect() {
			return this != UNAVAILABLE && this != UNREADABLE;
		}

	}

	/** The store's name. */
	private final String store;

	/** Why it failed. */
	private final Reason reason;

	/**
	 * Makes an exception.
	 * @param store the store's name
	 * @param reason why it failed
	 * @param message what happened, without values of rows
	 * @param cause why, or null when nothing was thrown
	 */
	public StoreException(String store, Reason reason, String message, @Nullable Throwable cause) {
		super("store " + store + ": " + message, cause);
		this.store = Objects.requireNonNull(store, "store");
		this.reason = Objects.requireNonNull(reason, "reason");
	}

	/**
	 * Returns the store's name.
	 * @return the name
	 */
	public String store() {
		return this.store;
	}

	/**
	 * Returns why the store failed.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

}
