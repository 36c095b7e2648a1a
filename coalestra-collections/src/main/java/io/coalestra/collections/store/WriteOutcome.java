package io.coalestra.collections.store;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import org.jspecify.annotations.Nullable;

/**
 * What came of a write. All but {@link Stored} and {@link Deleted} mean that nothing was
 * changed. Immutable.
 */
public sealed interface WriteOutcome {

	/**
	 * Returns which row.
	 * @return the row's key
	 */
	RowKey key();

	/**
	 * Returns whether the write did what it was to do.
	 * @return true for {@link Stored} and {@link Deleted}
	 */
	default boolean isDone() {
		return this instanceof Stored || this instanceof Deleted;
	}

	/**
	 * The row was inserted or updated.
	 *
	 * @param key the row's key
	 * @param row the complete row as the store has it now, with its new version and what
	 * the store itself gave
	 */
	record Stored(RowKey key, Row row) implements WriteOutcome {
	}

	/**
	 * The row was removed.
	 *
	 * @param key the row's key
	 */
	record Deleted(RowKey key) implements WriteOutcome {
	}

	/**
	 * The row has another version than expected.
	 *
	 * @param key the row's key
	 * @param expected the version that was expected
	 * @param current the complete row as it was found a moment later
	 */
	record Conflict(RowKey key, RowVersion expected, Row current) implements WriteOutcome {
	}

	/**
	 * There is no row to update or delete.
	 *
	 * @param key the row's key
	 * @param expected the version that was expected, or null for any
	 */
	record Missing(RowKey key, @Nullable RowVersion expected) implements WriteOutcome {
	}

	/**
	 * There is a row of the key already, so that none was inserted.
	 *
	 * @param key the row's key
	 * @param current the complete row as it was found a moment later, or null where it
	 * was gone by then
	 */
	record Duplicate(RowKey key, @Nullable Row current) implements WriteOutcome {
	}

}
