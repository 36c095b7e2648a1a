package io.coalestra.collections.flush;

import io.coalestra.collections.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * A write that was not stored, because the stored row is not the one that it was made
 * upon. The store's row stands.
 *
 * @param collection the collection's name
 * @param write the write, with the row as it was to be and the version that it was made
 * upon
 * @param current the row that the store has, where it is known; null where it has none
 */
public record FlushConflict(String collection, DeferredWrite write, @Nullable Row current) {

	/**
	 * Returns the collection and the key; the rows' values are left out.
	 */
	@Override
	public String toString() {
		return "conflict " + this.collection + " " + this.write.key();
	}

}
