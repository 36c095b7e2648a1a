package io.coalestra.collections.flush;

import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.RowWrite;
import org.jspecify.annotations.Nullable;

/**
 * A pending write, which stands for all that were merged into it.
 *
 * <p>
 * Written under the buffer's lock, but for what the flush notes of its attempts, which it
 * alone reads and writes. Anyone may read {@code write}.
 */
final class Entry {

	/** Its place in the order of flushing, kept when a newer write takes over. */
	final long id;

	final CollectionBuffer owner;

	final RowKey key;

	/** Where it stands among the writes of its row; settled before anyone sees it. */
	Lane lane;

	/** When the first write came, by the monotonic clock and by the time of day. */
	final long since;

	final long sinceEpoch;

	volatile DeferredWrite write;

	/** Offered to the store at this moment. */
	boolean claimed;

	/** Offered to the store before, which may or may not have it. */
	boolean uncertain;

	/**
	 * Of a former process: the write that this one followed, where the store may have
	 * that one.
	 */
	@Nullable DeferredWrite follows;

	/** Attempts that failed for a reason of its own, and those that others may mend. */
	int attempts;

	int patientAttempts;

	/** Not to be tried again before, by the monotonic clock. */
	long notBefore = Long.MIN_VALUE;

	@Nullable Throwable failure;

	/** How often the store was lost while it was offered, with others and alone. */
	int lostTogether;

	int lostAlone;

	Entry(long id, CollectionBuffer owner, Lane lane, DeferredWrite write, long since, long sinceEpoch) {
		this.id = id;
		this.owner = owner;
		this.lane = lane;
		this.key = write.key();
		this.write = write;
		this.since = since;
		this.sinceEpoch = sinceEpoch;
	}

	/**
	 * Returns whether a newer write may take its place: what the store may have seen
	 * stays as the store may have seen it.
	 */
	boolean isOpen() {
		return !this.claimed && !this.uncertain;
	}

	/**
	 * Returns whether it may be offered together with others.
	 */
	boolean isSociable() {
		return this.attempts == 0 && this.patientAttempts == 0 && this.lostTogether < 2 && this.lostAlone == 0;
	}

	/**
	 * Returns whether it undoes what never reached the store.
	 */
	boolean isVoid() {
		DeferredWrite now = this.write;
		return now.creates() && now.deletes();
	}

	static RowWrite toStore(CollectionBuffer owner, DeferredWrite write) {
		if (write.row() == null) {
			return new RowWrite.Delete(owner.collection.table(), write.key(), write.base());
		}
		return write.creates() ? new RowWrite.Insert(write.key(), write.row())
				: new RowWrite.Update(write.key(), write.row(), write.base());
	}

	/**
	 * A write without the values of its row.
	 */
	@Override
	public String toString() {
		return this.owner.collection.table().name() + "/" + this.key;
	}

}
