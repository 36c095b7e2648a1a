package io.coalestra.collections.flush;

import java.util.concurrent.ConcurrentHashMap;

import io.coalestra.collections.row.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The pending writes of one collection.
 *
 * <p>
 * {@code lanes} and {@code entries} are written under the buffer's lock. A reader finds
 * every write from before its accept returned until after its listener has been told.
 */
final class CollectionBuffer implements WriteBehind.Buffer {

	final WriteBehind.DeferringCollection collection;

	private final PendingWrites pending;

	final ConcurrentHashMap<RowKey, Lane> lanes = new ConcurrentHashMap<>();

	private volatile int entries;

	CollectionBuffer(WriteBehind.DeferringCollection collection, PendingWrites pending) {
		this.collection = collection;
		this.pending = pending;
	}

	String name() {
		return this.collection.name();
	}

	@Override
	public void accept(DeferredWrite write) {
		this.pending.accept(this, write);
	}

	@Override
	public @Nullable DeferredWrite pending(RowKey key) {
		Lane lane = this.lanes.get(key);
		Entry last = (lane != null) ? lane.last() : null;
		return (last != null) ? last.write : null;
	}

	@Override
	public boolean isEmpty() {
		return this.entries == 0;
	}

	int entries() {
		return this.entries;
	}

	void changed(int by) {
		int now = this.entries + by;
		this.entries = now;
	}

	@Override
	public String toString() {
		return "pending writes of " + name();
	}

}
