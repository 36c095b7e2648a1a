package io.coalestra.collections.access;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a row was to be written upon a version that it does not have: another
 * writer was faster. All caches hold what is stored. This is the one failure of a write
 * that is worth trying again at once: whoever reads the row anew and applies the change
 * to that may write again, as {@code update} and {@code compute} do by themselves until
 * their attempts are used up.
 */
public final class RowConflictException extends RowException {

	/** What is expected where there should have been no row: {@value}. */
	public static final String NO_ROW = "no row";

	private static final long serialVersionUID = 1L;

	/** The expected version, as text. */
	private final @Nullable String expected;

	/** The version that was found, as text. */
	private final @Nullable String found;

	/**
	 * Makes an exception.
	 * @param collection the collection's name
	 * @param key the row's key
	 * @param expected the version that the row should have had, {@link #NO_ROW}, or null
	 * where any would have done
	 * @param found the version that it had, or null where the row is gone
	 * @param attempts how often it was tried
	 */
	public RowConflictException(String collection, String key, @Nullable String expected, @Nullable String found,
			int attempts) {
		super(collection, key, ((found != null) ? "version " + found : "gone") + " (expected: " + wanted(expected) + ")"
				+ ((attempts > 1) ? ", after " + attempts + " attempts" : ""), null);
		this.expected = expected;
		this.found = found;
	}

	private static String wanted(@Nullable String expected) {
		if (expected == null) {
			return "a row";
		}
		return expected.equals(NO_ROW) ? NO_ROW : "version " + expected;
	}

	/**
	 * Returns the version that the row should have had.
	 * @return the version's text, {@link #NO_ROW} where there should have been none, or
	 * null where any would have done
	 */
	public @Nullable String expected() {
		return this.expected;
	}

	/**
	 * Returns the version that the row had.
	 * @return the version's text, or null where the row is gone
	 */
	public @Nullable String found() {
		return this.found;
	}

}
