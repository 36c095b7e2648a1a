package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import io.coalestra.collections.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a flush takes on, and gives back or takes out. Under the lock of
 * {@link PendingWrites}; called by the one thread that flushes.
 */
final class Claims {

	private final PendingWrites pending;

	Claims(PendingWrites pending) {
		this.pending = pending;
	}

	/**
	 * Returns what may be tried now, in order: of each row the first entry, and what it
	 * refers to, also where that is of a collection that is not flushed otherwise.
	 * @param round what to look at
	 */
	FlushOrder due(Round round) {
		this.pending.lock.lock();
		try {
			Set<Entry> due = new HashSet<>();
			for (Entry entry : this.pending.inOrder()) {
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
			return new FlushOrder(ordered, this.pending.parents);
		}
		finally {
			this.pending.lock.unlock();
		}
	}

	private void include(Entry start, Round round, Set<Entry> due) {
		List<Entry> open = new ArrayList<>(List.of(start));
		while (!open.isEmpty()) {
			Entry entry = open.removeLast();
			if (entry.lane.first() == entry && entry.notBefore <= round.now && !round.tried.contains(entry)
					&& due.add(entry)) {
				open.addAll(this.pending.parents.of(entry));
			}
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
		this.pending.lock.lock();
		try {
			List<Claim> claims = new ArrayList<>(group.size());
			Set<Entry> going = new HashSet<>(group);
			for (Entry entry : group) {
				if (cyclic.contains(entry) || going.containsAll(this.pending.parents.of(entry))) {
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
			this.pending.lock.unlock();
		}
	}

	/**
	 * Gives claims back, unanswered.
	 * @param claims the claims
	 * @param uncertain whether the store may have taken them
	 */
	void release(Collection<Claim> claims, boolean uncertain) {
		this.pending.lock.lock();
		try {
			for (Claim claim : claims) {
				Entry entry = claim.entry;
				entry.claimed = false;
				entry.uncertain |= uncertain;
				absorb(entry);
			}
		}
		finally {
			this.pending.lock.unlock();
		}
	}

	/**
	 * Gives a claim back whose write followed one that the former process has stored, as
	 * it turned out.
	 * @param claim the claim
	 * @param write its write, upon what is stored
	 */
	void rebase(Claim claim, DeferredWrite write) {
		this.pending.lock.lock();
		try {
			Entry entry = claim.entry;
			entry.follows = null;
			entry.write = write;
			entry.claimed = false;
			entry.uncertain = false;
			this.pending.journal.acknowledge(List.of(), List.of(entry));
			absorb(entry);
		}
		finally {
			this.pending.lock.unlock();
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
			this.pending.unlink(second);
			this.pending.countMerged();
			this.pending.journal.acknowledge(List.of(second), List.of(entry));
			second = entry.lane.second();
		}
	}

	/**
	 * Takes out what the store has.
	 * @param claims the claims
	 * @param rows the rows as they are stored, null for what was deleted, in their order
	 */
	void stored(List<Claim> claims, List<? extends @Nullable Row> rows) {
		this.pending.lock.lock();
		try {
			List<Entry> removed = new ArrayList<>(claims.size());
			List<Entry> changed = new ArrayList<>();
			for (int i = 0; i < claims.size(); i++) {
				Entry entry = claims.get(i).entry;
				Row row = rows.get(i);
				entry.owner.settled(claims.get(i).write, row, this.pending.settings.maxPending());
				Entry next = entry.lane.next();
				if (next == null) {
					entry.owner.lanes.remove(entry.key);
				}
				else {
					next.write = (row != null) ? next.write.upon(row.version()) : next.write.uponNothing();
					changed.add(next);
				}
				this.pending.unlink(entry);
				removed.add(entry);
			}
			this.pending.journal.acknowledge(removed, changed);
		}
		finally {
			this.pending.lock.unlock();
		}
	}

	/**
	 * Takes out all writes of a row, provided that all have been answered.
	 * @param claim the claim of the first
	 * @param answered the entries that have been answered
	 * @return those that have not, claimed; empty if all were taken out
	 */
	List<Claim> abandon(Claim claim, Set<Entry> answered) {
		this.pending.lock.lock();
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
				all.forEach(this.pending::unlink);
				this.pending.journal.acknowledge(all, List.of());
			}
			return more;
		}
		finally {
			this.pending.lock.unlock();
		}
	}

	/**
	 * Claims what came behind a write of the same row.
	 * @param claim the claim of the first
	 * @return the claims of the others, in order
	 */
	List<Claim> claimBehind(Claim claim) {
		this.pending.lock.lock();
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
			this.pending.lock.unlock();
		}
	}

	/**
	 * Takes out what is given up. What was written of the row since takes its place: it
	 * is made upon what the first was made upon.
	 * @param claim the claim of the first
	 * @param behind the claims of what came behind it
	 */
	void drop(Claim claim, List<Claim> behind) {
		this.pending.lock.lock();
		try {
			List<Entry> removed = new ArrayList<>(List.of(claim.entry));
			behind.forEach((each) -> removed.add(each.entry));
			Lane lane = claim.entry.lane;
			Entry next = null;
			for (Entry entry : removed) {
				next = lane.next();
				this.pending.unlink(entry);
			}
			if (next == null) {
				claim.entry.owner.lanes.remove(claim.entry.key);
			}
			else {
				DeferredWrite newer = next.write;
				next.write = new DeferredWrite(newer.key(), newer.row(), claim.write.base(), claim.write.creates(),
						newer.sequence());
			}
			this.pending.journal.acknowledge(removed, (next != null) ? List.of(next) : List.of());
		}
		finally {
			this.pending.lock.unlock();
		}
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
