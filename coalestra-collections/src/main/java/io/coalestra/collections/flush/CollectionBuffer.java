package io.coalestra.collections.flush;

import java.time.Duration;
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

	// Written by the one thread that flushes: since when the store has taken nothing of
	// the collection, or null.
	private volatile @Nullable Long unableSince;

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

	/**
	 * The store has taken something.
	 */
	void able() {
		this.unableSince = null;
	}

	/**
	 * The store takes nothing of the collection.
	 * @param now the time by the monotonic clock
	 */
	void unable(long now) {
		if (this.unableSince == null) {
			this.unableSince = now;
		}
	}

	/**
	 * Returns for how long the store has taken nothing of what is pending.
	 */
	Duration unableFor(long now) {
		Long since = this.unableSince;
		return (since != null && this.entries > 0) ? Duration.ofNanos(Math.max(0, now - since)) : Duration.ZERO;
	}

	/**
	 * Returns whether the store takes nothing of what is pending.
	 */
	boolean isUnable() {
		return this.unableSince != null && this.entries > 0;
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
