package io.coalestra.collections.page;

import io.coalestra.failure.CoalestraException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for a cursor that was not given out for the scan that it is used with: cut
 * short, altered, of another scan, or signed by another secret. Which of them is not
 * said.
 */
public class CursorException extends CoalestraException {

	private static final long serialVersionUID = 1L;

	/**
	 * Makes an exception.
	 * @param cause what went wrong while it was read, or null when nothing was thrown
	 */
	public CursorException(@Nullable Throwable cause) {
		super("cursor: not one of this scan (expected: one that a page of the same scan gave)", cause);
	}

}
