package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import io.coalestra.collections.flush.EntryFormat.Recovered;
import io.coalestra.collections.flush.WriteRefusedException.Reason;
import io.coalestra.collections.row.Row;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The pending writes of all collections, in the order of flushing.
 *
 * <p>
 * Everything is read and written under {@code lock}, which is held for the moment of a
 * change and, where there is a journal, for the system call that appends it; never while
 * a store is asked, the disk is forced or a callback runs. The journal thus has the
 * changes in the order in which they happened. What readers of a collection see without
 * the lock is said at {@link CollectionBuffer} and {@link Lane}.
 *
 * <p>
 * An entry leaves when the store has answered, not when it is offered. While it is
 * claimed, and from then on if nobody knows whether the store has it, it does not change:
 * newer writes of its row come behind it, and are made upon whatever becomes of it.
 */
final class PendingWrites {

	private final FlushSettings settings;

	private final FlushJournal journal;

	private final Runnable relief;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition room = this.lock.newCondition();

	// By place; those of a former process may come after those of this one.
	private final NavigableMap<Long, Entry> entries = new TreeMap<>();

	private final Map<String, CollectionBuffer> collections = new HashMap<>();

	private final Parents parents = new Parents();

	private long nextId;

	private int waitingWriters;

	private long accepted;

	private long merged;

	private long refused;

	private long recovered;

	private boolean closed;

	// Written by the one who flushes; others only ask whether it is themselves.
	private volatile @Nullable Thread flushing;

	PendingWrites(FlushSettings settings, FlushJournal journal, Runnable relief) {
		this.settings = settings;
		this.journal = journal;
		this.relief = relief;
		this.nextId = journal.firstId();
	}

	// --- writers ---

	CollectionBuffer open(WriteBehind.DeferringCollection collection) {
		CollectionBuffer owner = new CollectionBuffer(collection, this);
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
			long age = Math.max(0, today - found.get(i).sinceEpoch());
			Entry entry = insert(found.get(i).id(), owner, writes.get(i), now - age, found.get(i).sinceEpoch());
			// The former process may have died between the store's answer and its note of
			// it.
			entry.uncertain = true;
			this.recovered++;
		}
		this.journal.claimed(owner.name());
	}

	void accept(CollectionBuffer owner, DeferredWrite write) {
		long position;
		this.lock.lock();
		try {
			position = take(owner, write);
			this.accepted++;
		}
		finally {
			this.lock.unlock();
		}
		this.journal.settle(position);
	}

	private long take(CollectionBuffer owner, DeferredWrite write) {
		long deadline = Long.MIN_VALUE;
		while (true) {
			requireOpen(owner);
			Lane lane = owner.lanes.get(write.key());
			Entry place = (lane != null) ? lane.placeFor(write) : null;
			if (place != null) {
				return replace(place, write);
			}
			if (!isFull()) {
				return add(owner, write);
			}
			if (deadline == Long.MIN_VALUE) {
				deadline = beginWaiting(owner);
			}
			else {
				awaitRoom(owner, deadline);
			}
		}
	}

	private boolean isFull() {
		return this.entries.size() >= this.settings.maxPending();
	}

	private void requireOpen(CollectionBuffer owner) {
		if (this.closed) {
			throw new WriteRefusedException(owner.name(), Reason.CLOSED, "the buffer is closed");
		}
	}

	private long replace(Entry place, DeferredWrite write) {
		DeferredWrite before = place.write;
		DeferredWrite after = new DeferredWrite(write.key(), write.row(), before.base(), before.creates(),
				write.sequence());
		long position = this.journal.put(place, after);
		place.write = after;
		this.merged++;
		return position;
	}

	private long add(CollectionBuffer owner, DeferredWrite given) {
		Lane lane = owner.lanes.get(given.key());
		DeferredWrite write = (lane != null) ? given : owner.uponSettled(given);
		Entry entry = new Entry(this.nextId, owner, (lane != null) ? lane : new Lane(), write,
				this.settings.time().monotonicNanos(), this.settings.time().epochNanos());
		long position = this.journal.put(entry, write);
		this.nextId++;
		link(entry);
		return position;
	}

	private Entry insert(long id, CollectionBuffer owner, DeferredWrite write, long since, long sinceEpoch) {
		Lane lane = owner.lanes.get(write.key());
		Entry entry = new Entry(id, owner, (lane != null) ? lane : new Lane(), write, since, sinceEpoch);
		link(entry);
		return entry;
	}

	private void link(Entry entry) {
		this.entries.put(entry.id, entry);
		entry.lane.add(entry);
		entry.owner.changed(1);
		entry.owner.lanes.putIfAbsent(entry.key, entry.lane);
	}

	private long beginWaiting(CollectionBuffer owner) {
		if (!(this.settings.whenFull() instanceof WhenFull.Wait wait)) {
			throw full(owner, "");
		}
		if (isFlushing()) {
			throw full(owner, ", and a callback of a flush cannot wait for it");
		}
		long deadline = TimeSource.plus(this.settings.time().monotonicNanos(), TimeSource.toNanos(wait.limit()));
		this.lock.unlock();
		try {
			this.relief.run();
		}
		finally {
			this.lock.lock();
		}
		return deadline;
	}

	private WriteRefusedException full(CollectionBuffer owner, String why) {
		this.refused++;
		return new WriteRefusedException(owner.name(), Reason.FULL, this.entries.size()
				+ " writes are pending (expected: less than " + this.settings.maxPending() + ")" + why);
	}

	private void awaitRoom(CollectionBuffer owner, long deadline) {
		long left = deadline - this.settings.time().monotonicNanos();
		if (left <= 0) {
			throw full(owner, ", and remained so while this one waited");
		}
		TimeSource.Timer alarm = this.settings.time()
			.schedule(() -> this.settings.executor().execute(this::wake), left);
		this.waitingWriters++;
		try {
			while (isFull() && !this.closed && this.settings.time().monotonicNanos() < deadline) {
				this.room.await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			this.refused++;
			throw new WriteRefusedException(owner.name(), Reason.INTERRUPTED, "interrupted while waiting for room");
		}
		finally {
			this.waitingWriters--;
			alarm.cancel();
		}
	}

	private void wake() {
		this.lock.lock();
		try {
			this.room.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	// --- the flush: one thread at a time ---

	void beginFlush() {
		this.flushing = Thread.currentThread();
	}

	void endFlush() {
		this.flushing = null;
	}

	/**
	 * Interrupts whoever flushes.
	 */
	void interruptFlush() {
		Thread thread = this.flushing;
		if (thread != null) {
			thread.interrupt();
		}
	}

	boolean isFlushing() {
		return Thread.currentThread().equals(this.flushing);
	}

	long lastId() {
		this.lock.lock();
		try {
			return this.nextId - 1;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns what may be tried now, in order: of each row the first entry, and what it
	 * refers to, also where that is of a collection that is not flushed otherwise.
	 * @param round what to look at
	 */
	FlushOrder due(Round round) {
		this.lock.lock();
		try {
			Set<Entry> due = new HashSet<>();
			for (Entry entry : this.entries.values()) {
				if (entry.id > round.upTo) {
					break;
				}
				if (round.selected.test(entry.owner)) {
					include(entry, round, due);
				}
			}
			List<Entry> ordered = new ArrayList<>(due);
			// A row over which the store is lost each time must not keep it from the
			// others.
			ordered.sort(
					Comparator.<Entry>comparingInt((entry) -> entry.lostAlone).thenComparingLong((entry) -> entry.id));
			return new FlushOrder(ordered, this.parents);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void include(Entry start, Round round, Set<Entry> due) {
		List<Entry> open = new ArrayList<>(List.of(start));
		while (!open.isEmpty()) {
			Entry entry = open.removeLast();
			if (entry.lane.first() == entry && entry.notBefore <= round.now && !round.tried.contains(entry)
					&& due.add(entry)) {
				open.addAll(this.parents.of(entry));
			}
		}
	}

	int left(Predicate<CollectionBuffer> selected, long upTo) {
		this.lock.lock();
		try {
			return (int) this.entries.values()
				.stream()
				.filter((entry) -> entry.id <= upTo && selected.test(entry.owner))
				.count();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Claims entries: their writes do not change until they are released or gone. Those
	 * that refer to a row which is still to be made, and not by this group, are left out.
	 * @param group the entries
	 * @param cyclic those of them that wait for nobody
	 * @return the claims
	 */
	List<Claim> claim(List<Entry> group, Set<Entry> cyclic) {
		this.lock.lock();
		try {
			List<Claim> claims = new ArrayList<>(group.size());
			Set<Entry> going = new HashSet<>(group);
			for (Entry entry : group) {
				if (cyclic.contains(entry) || going.containsAll(this.parents.of(entry))) {
					entry.claimed = true;
					claims.add(new Claim(entry, entry.write, entry.uncertain));
				}
				else {
					going.remove(entry);
				}
			}
			return claims;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives claims back, unanswered.
	 * @param claims the claims
	 * @param uncertain whether the store may have taken them
	 */
	void release(Collection<Claim> claims, boolean uncertain) {
		this.lock.lock();
		try {
			for (Claim claim : claims) {
				Entry entry = claim.entry;
				entry.claimed = false;
				entry.uncertain |= uncertain;
				absorb(entry);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What came while it was offered takes the place of what the store does not have.
	 */
	private void absorb(Entry entry) {
		Entry second = entry.lane.second();
		while (second != null && entry.isOpen()
				&& (entry.isVoid() || !entry.write.deletes() || second.write.deletes())) {
			DeferredWrite newer = second.write;
			DeferredWrite former = entry.write;
			entry.write = new DeferredWrite(newer.key(), newer.row(), former.base(), former.creates(),
					newer.sequence());
			entry.lane.absorbSecond();
			drop(second);
			this.merged++;
			this.journal.acknowledge(List.of(second), List.of(entry));
			second = entry.lane.second();
		}
	}

	private void drop(Entry entry) {
		this.entries.remove(entry.id);
		entry.owner.changed(-1);
		this.room.signalAll();
	}

	/**
	 * Takes out what the store has.
	 * @param claims the claims
	 * @param rows the rows as they are stored, null for what was deleted, in their order
	 */
	void stored(List<Claim> claims, List<? extends @Nullable Row> rows) {
		this.lock.lock();
		try {
			List<Entry> removed = new ArrayList<>(claims.size());
			List<Entry> changed = new ArrayList<>();
			for (int i = 0; i < claims.size(); i++) {
				Entry entry = claims.get(i).entry;
				Row row = rows.get(i);
				entry.owner.settled(claims.get(i).write, row, this.settings.maxPending());
				Entry next = entry.lane.next();
				if (next == null) {
					entry.owner.lanes.remove(entry.key);
				}
				else {
					next.write = (row != null) ? next.write.upon(row.version()) : next.write.uponNothing();
					changed.add(next);
				}
				drop(entry);
				removed.add(entry);
			}
			this.journal.acknowledge(removed, changed);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes out all writes of a row, provided that all have been answered.
	 * @param claim the claim of the first
	 * @param answered the entries that have been answered
	 * @return those that have not, claimed; empty if all were taken out
	 */
	List<Claim> abandon(Claim claim, Set<Entry> answered) {
		this.lock.lock();
		try {
			Lane lane = claim.entry.lane;
			List<Entry> all = lane.entries();
			List<Claim> more = new ArrayList<>();
			for (Entry entry : all) {
				if (!answered.contains(entry)) {
					entry.claimed = true;
					more.add(new Claim(entry, entry.write, false));
				}
			}
			if (more.isEmpty()) {
				claim.entry.owner.lanes.remove(claim.entry.key);
				all.forEach(this::drop);
				this.journal.acknowledge(all, List.of());
			}
			return more;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Claims what came behind a write of the same row.
	 * @param claim the claim of the first
	 * @return the claims of the others, in order
	 */
	List<Claim> claimBehind(Claim claim) {
		this.lock.lock();
		try {
			List<Claim> behind = new ArrayList<>();
			for (Entry entry : claim.entry.lane.entries()) {
				if (entry != claim.entry) {
					entry.claimed = true;
					behind.add(new Claim(entry, entry.write, false));
				}
			}
			return behind;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes out what is given up. What was written of the row since takes its place: it
	 * is made upon what the first was made upon.
	 * @param claim the claim of the first
	 * @param behind the claims of what came behind it
	 */
	void drop(Claim claim, List<Claim> behind) {
		this.lock.lock();
		try {
			List<Entry> removed = new ArrayList<>(List.of(claim.entry));
			behind.forEach((each) -> removed.add(each.entry));
			Lane lane = claim.entry.lane;
			Entry next = null;
			for (Entry entry : removed) {
				next = lane.next();
				drop(entry);
			}
			if (next == null) {
				claim.entry.owner.lanes.remove(claim.entry.key);
			}
			else {
				DeferredWrite newer = next.write;
				next.write = new DeferredWrite(newer.key(), newer.row(), claim.write.base(), claim.write.creates(),
						newer.sequence());
			}
			this.journal.acknowledge(removed, (next != null) ? List.of(next) : List.of());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns whether what fails is kept for the next process, whatever its attempts.
	 * @return true when this was closed, and there is a journal
	 */
	boolean isKeptForNextProcess() {
		this.lock.lock();
		try {
			return this.closed && this.journal.isPresent();
		}
		finally {
			this.lock.unlock();
		}
	}

	// --- the end, and looks ---

	/**
	 * Takes nothing more.
	 * @return false if that was so before
	 */
	boolean close() {
		this.lock.lock();
		try {
			boolean first = !this.closed;
			this.closed = true;
			this.room.signalAll();
			return first;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns everything that is pending, in order.
	 */
	List<Entry> all() {
		this.lock.lock();
		try {
			return List.copyOf(this.entries.values());
		}
		finally {
			this.lock.unlock();
		}
	}

	FlushStatistics statistics(FlushTally tally) {
		this.lock.lock();
		try {
			long now = this.settings.time().monotonicNanos();
			Map<String, FlushStatistics.OfCollection> byCollection = new HashMap<>();
			this.collections.values()
				.forEach((each) -> byCollection.put(each.name(),
						new FlushStatistics.OfCollection(each.entries(), oldest((entry) -> entry.owner == each, now))));
			return new FlushStatistics(this.entries.size(), this.settings.maxPending(), oldest((entry) -> true, now),
					this.waitingWriters, this.accepted, this.merged, this.refused, tally.stored.sum(),
					tally.conflicts.sum(), tally.dropped.sum(), tally.failures.sum(), tally.flushes.sum(),
					this.recovered, this.journal.unclaimed(), tally.callbackFailures.sum(), this.closed, byCollection,
					this.journal.statistics());
		}
		finally {
			this.lock.unlock();
		}
	}

	private Duration oldest(Predicate<Entry> chosen, long now) {
		return this.entries.values()
			.stream()
			.filter(chosen)
			.findFirst()
			.map((entry) -> Duration.ofNanos(Math.max(0, now - entry.since)))
			.orElse(Duration.ZERO);
	}

	/**
	 * An entry and its write at the moment at which it was claimed.
	 *
	 * @param entry the entry
	 * @param write the write
	 * @param uncertain whether the store may have it already
	 */
	record Claim(Entry entry, DeferredWrite write, boolean uncertain) {
	}

	/**
	 * What to look at.
	 *
	 * @param selected the collections that are flushed
	 * @param upTo the last entry
	 * @param now the time, for what is left alone for a while
	 * @param tried what has had its turn
	 */
	record Round(Predicate<CollectionBuffer> selected, long upTo, long now, Set<Entry> tried) {
	}

}
