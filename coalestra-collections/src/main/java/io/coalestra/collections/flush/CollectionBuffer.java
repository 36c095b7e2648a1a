package io.coalestra.collections.flush;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.coalestra.collections.row.Row;
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

	private final Intake intake;

	final ConcurrentHashMap<RowKey, Lane> lanes = new ConcurrentHashMap<>();

	// Under the buffer's lock: what was stored last, the latest last.
	private final Map<RowKey, Settlement> settlements = new LinkedHashMap<>();

	private volatile int entries;

	// Written before the collection has the buffer.
	private long lastSequence;

	CollectionBuffer(WriteBehind.DeferringCollection collection, Intake intake) {
		this.collection = collection;
		this.intake = intake;
	}

	String name() {
		return this.collection.name();
	}

	@Override
	public void accept(DeferredWrite write) {
		this.intake.accept(this, write);
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

	@Override
	public long lastSequence() {
		return this.lastSequence;
	}

	void recovered(DeferredWrite write) {
		this.lastSequence = Math.max(this.lastSequence, write.sequence());
	}

	void settled(DeferredWrite write, @Nullable Row row, int remembered) {
		Settlement before = this.settlements.remove(write.key());
		this.settlements.put(write.key(), Settlement.of(before, write, row));
		if (this.settlements.size() > remembered) {
			this.settlements.remove(this.settlements.keySet().iterator().next());
		}
	}

	/**
	 * Returns a write as it is upon what has been stored since its writer looked.
	 */
	DeferredWrite uponSettled(DeferredWrite write) {
		Settlement last = this.settlements.get(write.key());
		return (last != null) ? last.upon(write) : write;
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
