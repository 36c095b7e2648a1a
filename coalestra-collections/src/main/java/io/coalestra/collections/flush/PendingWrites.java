package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.coalestra.collections.flush.EntryFormat.Recovered;
import io.coalestra.collections.flush.WriteRefusedException.Reason;

/**
 * The pending writes of all collections, in the order of flushing.
 *
 * <p>
 * Everything is read and written under {@code lock}, which is held for the moment of a
 * change and, where there is a journal, for the system call that appends it; never while
 * a store is asked, the disk is forced or a callback runs. The journal thus has the
 * changes in the order in which they happened. What readers of a collection see without
 * the lock is said at {@link CollectionBuffer} and {@link Lane}. Writers come in through
 * {@link Intake}; the flush takes out through {@link Claims}.
 *
 * <p>
 * An entry leaves when the store has answered, not when it is offered. While it is
 * claimed, and from then on if nobody knows whether the store has it, it does not change:
 * newer writes of its row come behind it, and are made upon whatever becomes of it.
 */
final class PendingWrites {

	final ReentrantLock lock = new ReentrantLock();

	/** Signalled when there may be room, and at the end. */
	final Condition room = this.lock.newCondition();

	final Parents parents = new Parents();

	final FlushJournal journal;

	final FlushSettings settings;

	// By place; those of a former process may come after those of this one.
	private final NavigableMap<Long, Entry> entries = new TreeMap<>();

	private final Map<String, CollectionBuffer> collections = new HashMap<>();

	private long nextId;

	// Places of writes that the disk does not have yet.
	private int reserved;

	private long recovered;

	private long merged;

	private boolean closed;

	PendingWrites(FlushSettings settings, FlushJournal journal) {
		this.settings = settings;
		this.journal = journal;
		this.nextId = journal.firstId();
	}

	<T> T locked(Supplier<T> work) {
		this.lock.lock();
		try {
			return work.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	// --- under the lock ---

	Iterable<Entry> inOrder() {
		return this.entries.values();
	}

	boolean isFull() {
		return this.entries.size() + this.reserved >= this.settings.maxPending();
	}

	boolean isClosed() {
		return this.closed;
	}

	boolean isPending(Entry entry) {
		return this.entries.get(entry.id) == entry;
	}

	int size() {
		return this.entries.size();
	}

	/**
	 * Takes a place for a write that is not pending yet.
	 * @return its number in the order of flushing
	 */
	long reserve() {
		this.reserved++;
		return this.nextId++;
	}

	void cancelReservation() {
		this.reserved--;
		this.room.signalAll();
	}

	void linkReserved(Entry entry) {
		this.reserved--;
		link(entry);
	}

	private void link(Entry entry) {
		Lane lane = entry.owner.lanes.get(entry.key);
		entry.lane = (lane != null) ? lane : entry.lane;
		this.entries.put(entry.id, entry);
		entry.lane.add(entry);
		entry.owner.changed(1);
		entry.owner.lanes.putIfAbsent(entry.key, entry.lane);
	}

	void unlink(Entry entry) {
		this.entries.remove(entry.id);
		entry.owner.changed(-1);
		this.room.signalAll();
	}

	void countMerged() {
		this.merged++;
	}

	void requireOpen(CollectionBuffer owner) {
		if (this.closed) {
			throw new WriteRefusedException(owner.name(), Reason.CLOSED, "the buffer is closed");
		}
	}

	// --- anyone ---

	/**
	 * Takes up a collection, and what the journal has of it.
	 */
	CollectionBuffer open(WriteBehind.DeferringCollection collection, Intake intake) {
		CollectionBuffer owner = new CollectionBuffer(collection, intake);
		this.lock.lock();
		try {
			requireOpen(owner);
			if (this.collections.containsKey(owner.name())) {
				throw new IllegalArgumentException(
						"collection " + owner.name() + ": opened twice (expected: once for each name)");
			}
			recover(owner);
			this.collections.put(owner.name(), owner);
			this.parents.add(owner);
			return owner;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void recover(CollectionBuffer owner) {
		List<DeferredWrite> writes = new ArrayList<>();
		List<Recovered> found = this.journal.recovered(owner.name());
		found.forEach((each) -> writes.add(each.write(owner.collection.table())));
		long now = this.settings.time().monotonicNanos();
		long today = this.settings.time().epochNanos();
		for (int i = 0; i < writes.size(); i++) {
			Recovered each = found.get(i);
			long age = Math.max(0, today - each.sinceEpoch());
			Entry entry = new Entry(each.id(), owner, new Lane(), writes.get(i), now - age, each.sinceEpoch());
			// The former process may have died between the store's answer and its note of
			// it.
			entry.uncertain = true;
			entry.follows = each.follows(owner.collection.table());
			link(entry);
			owner.recovered(entry.write);
			this.recovered++;
		}
		this.journal.claimed(owner.name());
	}

	long lastId() {
		return locked(() -> this.nextId - 1);
	}

	int left(Predicate<CollectionBuffer> selected, long upTo) {
		return locked(() -> (int) this.entries.values()
			.stream()
			.filter((entry) -> entry.id <= upTo && selected.test(entry.owner))
			.count());
	}

	/**
	 * Returns everything that is pending, in order.
	 */
	List<Entry> all() {
		return locked(() -> List.copyOf(this.entries.values()));
	}

	/**
	 * Returns whether what fails is kept for the next process, whatever its attempts.
	 * @return true when this was closed, and there is a journal
	 */
	boolean isKeptForNextProcess() {
		return locked(() -> this.closed && this.journal.isPresent());
	}

	/**
	 * Takes nothing more.
	 * @return false if that was so before
	 */
	boolean close() {
		return locked(() -> {
			boolean first = !this.closed;
			this.closed = true;
			this.room.signalAll();
			return first;
		});
	}

	FlushStatistics statistics(FlushTally tally, Intake intake) {
		return locked(() -> {
			long now = this.settings.time().monotonicNanos();
			Map<String, FlushStatistics.OfCollection> byCollection = new HashMap<>();
			this.collections.values()
				.forEach((each) -> byCollection.put(each.name(), new FlushStatistics.OfCollection(each.entries(),
						oldest((entry) -> entry.owner == each, now), each.isUnable(), each.unableFor(now))));
			return new FlushStatistics(this.entries.size(), this.settings.maxPending(), oldest((entry) -> true, now),
					intake.waitingWriters(), intake.accepted(), this.merged, intake.refused(), tally.stored.sum(),
					tally.conflicts.sum(), tally.dropped.sum(), tally.failures.sum(), tally.flushes.sum(),
					this.recovered, this.journal.unclaimed(), tally.callbackFailures.sum(), this.closed, byCollection,
					this.journal.statistics());
		});
	}

	private Duration oldest(Predicate<Entry> chosen, long now) {
		return this.entries.values()
			.stream()
			.filter(chosen)
			.findFirst()
			.map((entry) -> Duration.ofNanos(Math.max(0, now - entry.since)))
			.orElse(Duration.ZERO);
	}

}
