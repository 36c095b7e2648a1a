package io.coalestra.collections.journal;

import java.nio.file.Path;
import java.util.Objects;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a journal cannot be opened, or cannot keep what it is given.
 */
public class JournalException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/** Where the journal is. */
	private final String directory;

	/** What is wrong. */
	private final Reason reason;

	/**
	 * Makes an exception.
	 * @param directory where the journal is
	 * @param reason what is wrong
	 * @param message the details
	 * @param cause what was thrown, or null
	 */
	public JournalException(Path directory, Reason reason, String message, @Nullable Throwable cause) {
		super("journal " + directory + ": " + message, cause);
		this.directory = directory.toString();
		this.reason = Objects.requireNonNull(reason, "reason");
	}

	/**
	 * Returns where the journal is.
	 * @return the directory
	 */
	public String directory() {
		return this.directory;
	}

	/**
	 * Returns what is wrong.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * What can be wrong with a journal.
	 */
	public enum Reason {

		/** Another process, or this one, has it open. */
		LOCKED,

		/** It holds entries of another schema, or is in a form that is not known. */
		SCHEMA,

		/** What was written is not what is read, other than at its very end. */
		DAMAGED,

		/** It is as large as it may become, and all of it is still needed. */
		FULL,

		/** The disk failed; nothing more is taken. */
		FAILED,

		/** It was closed. */
		CLOSED

	}

}
