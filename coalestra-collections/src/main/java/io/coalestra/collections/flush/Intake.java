package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.collections.flush.WriteRefusedException.Reason;
import io.coalestra.collections.journal.JournalChange;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Where writers come in: finds room, and makes writes pending.
 *
 * <p>
 * Under the lock of {@link PendingWrites}, but for the waiting for the disk. A write
 * becomes pending, and visible, when the disk has it and not before: what could not be
 * forced was never there. While the lock is free for that, a flush may take the entry
 * whose place the write was to have; it then looks for its place again. Calls for one key
 * come one at a time.
 */
final class Intake {

	private final PendingWrites pending;

	private final FlushTurn turn;

	private final Runnable relief;

	private int waitingWriters;

	private long accepted;

	private long refused;

	Intake(PendingWrites pending, FlushTurn turn, Runnable relief) {
		this.pending = pending;
		this.turn = turn;
		this.relief = relief;
	}

	void accept(CollectionBuffer owner, DeferredWrite write) {
		this.pending.lock.lock();
		try {
			Proposal proposal = propose(owner, write);
			boolean taken = false;
			try {
				journal(proposal, new JournalChange());
				while (!isCurrent(proposal)) {
					proposeAnew(proposal);
				}
				publish(proposal);
				taken = true;
			}
			finally {
				if (!taken) {
					withdraw(proposal);
				}
			}
		}
		finally {
			this.pending.lock.unlock();
		}
	}

	private Proposal propose(CollectionBuffer owner, DeferredWrite write) {
		long deadline = Long.MIN_VALUE;
		while (true) {
			this.pending.requireOpen(owner);
			Entry place = placeFor(owner, write);
			if (place != null) {
				return new Proposal(owner, write, place, written(owner, write, place), true);
			}
			if (!this.pending.isFull()) {
				DeferredWrite written = written(owner, write, null);
				return new Proposal(owner, write, reserved(owner, written), written, false);
			}
			if (deadline == Long.MIN_VALUE) {
				deadline = beginWaiting(owner);
			}
			else {
				awaitRoom(owner, deadline);
			}
		}
	}

	private @Nullable Entry placeFor(CollectionBuffer owner, DeferredWrite write) {
		Lane lane = owner.lanes.get(write.key());
		Entry place = (lane != null) ? lane.placeFor(write) : null;
		return (place != null && mayHaveMadeARow(place, write)) ? null : place;
	}

	// While the disk is asked for a delete, a flush may make the row after all; the next
	// process would then take a place that makes and deletes for one with nothing to do.
	private boolean mayHaveMadeARow(Entry place, DeferredWrite write) {
		return this.pending.journal.isPresent() && write.deletes() && place.write.creates() && !place.write.deletes();
	}

	private Entry reserved(CollectionBuffer owner, DeferredWrite write) {
		Lane lane = owner.lanes.get(write.key());
		TimeSource time = this.pending.settings.time();
		return new Entry(this.pending.reserve(), owner, (lane != null) ? lane : new Lane(), write,
				time.monotonicNanos(), time.epochNanos());
	}

	/**
	 * Returns a write as it is in a place: upon what the first of the place was made.
	 */
	private static DeferredWrite written(CollectionBuffer owner, DeferredWrite given, @Nullable Entry place) {
		if (place != null) {
			DeferredWrite before = place.write;
			return new DeferredWrite(given.key(), given.row(), before.base(), before.creates(), given.sequence());
		}
		return owner.lanes.containsKey(given.key()) ? given : owner.uponSettled(given);
	}

	/**
	 * Returns once the disk has a proposal, and whatever else is to change with it.
	 */
	private void journal(Proposal proposal, JournalChange change) {
		FlushJournal journal = this.pending.journal;
		if (!journal.isPresent()) {
			return;
		}
		proposal.touched.add(proposal.entry);
		Lane lane = proposal.owner.lanes.get(proposal.given.key());
		Entry latest = (lane != null) ? lane.last() : null;
		journal.put(change, proposal.entry, proposal.written, (latest != null) ? latest.write : null);
		long position = journal.append(change);
		this.pending.lock.unlock();
		try {
			journal.settle(position);
		}
		finally {
			this.pending.lock.lock();
		}
	}

	/**
	 * Returns whether a write is still what it was to be, now that the disk has it.
	 */
	private boolean isCurrent(Proposal proposal) {
		Entry place = placeFor(proposal.owner, proposal.given);
		boolean samePlace = proposal.replaces ? proposal.entry.equals(place) : place == null;
		return samePlace && written(proposal.owner, proposal.given, place).equals(proposal.written);
	}

	private void proposeAnew(Proposal proposal) {
		JournalChange change = new JournalChange();
		restore(proposal, change);
		Entry place = placeFor(proposal.owner, proposal.given);
		DeferredWrite written = written(proposal.owner, proposal.given, place);
		if (place != null && !proposal.replaces) {
			this.pending.cancelReservation();
		}
		if (place != null) {
			proposal.take(place, written, true);
		}
		else {
			proposal.take(proposal.replaces ? reserved(proposal.owner, written) : proposal.entry, written, false);
		}
		journal(proposal, change);
	}

	/**
	 * Lets the journal have again what is pending in the places that a proposal had.
	 */
	private void restore(Proposal proposal, JournalChange change) {
		for (Entry entry : proposal.touched) {
			if (this.pending.isPending(entry)) {
				this.pending.journal.put(change, entry, entry.write, null);
			}
			else {
				change.remove(entry.id);
			}
		}
	}

	private void publish(Proposal proposal) {
		proposal.entry.write = proposal.written;
		if (proposal.replaces) {
			this.pending.countMerged();
		}
		else {
			this.pending.linkReserved(proposal.entry);
		}
		this.accepted++;
	}

	private void withdraw(Proposal proposal) {
		if (!proposal.replaces) {
			this.pending.cancelReservation();
		}
		if (!proposal.touched.isEmpty()) {
			JournalChange change = new JournalChange();
			restore(proposal, change);
			this.pending.journal.retract(change);
		}
	}

	// --- room ---

	private long beginWaiting(CollectionBuffer owner) {
		if (!(this.pending.settings.whenFull() instanceof WhenFull.Wait wait)) {
			throw full(owner, "");
		}
		if (this.turn.isMine()) {
			throw full(owner, ", and a callback of a flush cannot wait for it");
		}
		long deadline = TimeSource.plus(this.pending.settings.time().monotonicNanos(),
				TimeSource.toNanos(wait.limit()));
		this.pending.lock.unlock();
		try {
			this.relief.run();
		}
		finally {
			this.pending.lock.lock();
		}
		return deadline;
	}

	private WriteRefusedException full(CollectionBuffer owner, String why) {
		this.refused++;
		return new WriteRefusedException(owner.name(), Reason.FULL, this.pending.size()
				+ " writes are pending (expected: less than " + this.pending.settings.maxPending() + ")" + why);
	}

	private void awaitRoom(CollectionBuffer owner, long deadline) {
		TimeSource time = this.pending.settings.time();
		long left = deadline - time.monotonicNanos();
		if (left <= 0) {
			throw full(owner, ", and remained so while this one waited");
		}
		TimeSource.Timer alarm = time.schedule(() -> this.pending.settings.executor().execute(this::wake), left);
		this.waitingWriters++;
		try {
			while (this.pending.isFull() && !this.pending.isClosed() && time.monotonicNanos() < deadline) {
				this.pending.room.await();
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
		this.pending.lock.lock();
		try {
			this.pending.room.signalAll();
		}
		finally {
			this.pending.lock.unlock();
		}
	}

	// --- looks, under the lock ---

	int waitingWriters() {
		return this.waitingWriters;
	}

	long accepted() {
		return this.accepted;
	}

	long refused() {
		return this.refused;
	}

	/**
	 * A write on its way to being pending. Under the lock.
	 */
	private static final class Proposal {

		private final CollectionBuffer owner;

		private final DeferredWrite given;

		// Entries of which the journal may say what is not so.
		private final List<Entry> touched = new ArrayList<>(1);

		private Entry entry;

		private DeferredWrite written;

		private boolean replaces;

		private Proposal(CollectionBuffer owner, DeferredWrite given, Entry entry, DeferredWrite written,
				boolean replaces) {
			this.owner = owner;
			this.given = given;
			this.entry = entry;
			this.written = written;
			this.replaces = replaces;
		}

		private void take(Entry newEntry, DeferredWrite newlyWritten, boolean replacing) {
			this.entry = newEntry;
			this.written = newlyWritten;
			this.replaces = replacing;
		}

	}

}
