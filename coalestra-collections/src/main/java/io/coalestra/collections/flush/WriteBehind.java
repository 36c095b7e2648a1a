package io.coalestra.collections.flush;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps accepted writes until they are stored: what collections whose strategy is not
 * {@link FlushStrategy#ALWAYS} write to. One serves all collections of a registry, so
 * that it can store parents before children. Implementations are safe for concurrent use.
 */
public interface WriteBehind {

	/**
	 * Opens the buffer of a collection. Called once a collection, when it is made, and
	 * before it is used.
	 * @param collection the collection
	 * @return its buffer
	 */
	Buffer open(DeferringCollection collection);

	/**
	 * A collection that defers its writes.
	 *
	 * @param name its name
	 * @param table its table
	 * @param store where its rows are stored in the end
	 * @param strategy when
	 * @param listener is told what becomes of each write
	 */
	record DeferringCollection(String name, Table table, RowStore store, FlushStrategy strategy, Listener listener) {
	}

	/**
	 * The writes of one collection that are not yet stored.
	 */
	interface Buffer {

		/**
		 * Takes a write. It replaces what is pending for its key, which the collection
		 * has seen: calls for one key come one at a time, with rising sequences. The base
		 * is that of what it replaces; where that is being stored at this moment, the
		 * buffer sets it anew from what is stored, by {@link DeferredWrite#upon} or
		 * {@link DeferredWrite#uponNothing}.
		 *
		 * <p>
		 * Waits while the buffer is full, as long as it is configured to.
		 * @param write the write
		 * @throws RuntimeException if it is not taken, because the buffer is full or
		 * closed, or its journal failed; what was pending for the key stays then
		 */
		void accept(DeferredWrite write);

		/**
		 * Returns the last write of a row that has been taken and has not been answered.
		 * Never waits.
		 * @param key which row
		 * @return the write, or null; while {@link #isEmpty()} always null
		 */
		@Nullable DeferredWrite pending(RowKey key);

		/**
		 * Returns whether nothing is pending. Called with every read: one volatile read.
		 * @return true if there is nothing
		 */
		boolean isEmpty();

		/**
		 * Returns the highest sequence of what was pending when the buffer was opened,
		 * left by a former process: the collection goes on above it.
		 * @return the sequence, or zero where nothing was pending
		 */
		default long lastSequence() {
			return 0;
		}

	}

	/**
	 * Is told what became of the writes of a collection, one call at a time for a key.
	 */
	@FunctionalInterface
	interface Listener {

		/**
		 * Something became of a write. Called before the write ceases to be pending, so
		 * that no reader finds neither. A write that stands for several is answered once;
		 * where a write is refused or dropped, and others were made upon it while it was
		 * being stored, they are refused as well, each with its own answer or with one
		 * for the last.
		 * @param write the write, the last of those that it stands for
		 * @param outcome what became of it
		 */
		void settled(DeferredWrite write, DeferredOutcome outcome);

	}

}
