package io.coalestra.collections.flush;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The pending writes of one row, oldest first: usually one; a second while the first is
 * being stored or nobody knows whether it was; and a delete before a new life of the row.
 *
 * <p>
 * Written under the buffer's lock; {@code last} may be read by anyone.
 */
final class Lane {

	private final Deque<Entry> entries = new ArrayDeque<>(2);

	private volatile @Nullable Entry last;

	Entry first() {
		return this.entries.getFirst();
	}

	/**
	 * Returns the last; null while there is none, which only those who add see.
	 */
	@Nullable Entry last() {
		return this.last;
	}

	boolean isFirst(Entry entry) {
		return this.entries.peekFirst() == entry;
	}

	List<Entry> entries() {
		return List.copyOf(this.entries);
	}

	/**
	 * Returns whose place a write may take.
	 * @return the last entry, or null if the write must come behind it
	 */
	@Nullable Entry placeFor(DeferredWrite write) {
		Entry latest = this.last;
		if (latest == null || !latest.isOpen()) {
			return null;
		}
		// A new life begins with its own defaults; it is not a change of the former one.
		boolean begins = latest.write.deletes() && !write.deletes() && !(latest == first() && latest.isVoid());
		return begins ? null : latest;
	}

	void add(Entry next) {
		this.entries.addLast(next);
		this.last = next;
	}

	/**
	 * Takes the first out.
	 * @return the one that is first now, or null if that was all
	 */
	@Nullable Entry next() {
		this.entries.removeFirst();
		return this.entries.peekFirst();
	}

	/**
	 * Takes the second out, whose place the first has taken.
	 */
	void absorbSecond() {
		Entry first = this.entries.removeFirst();
		this.entries.removeFirst();
		this.entries.addFirst(first);
		this.last = this.entries.getLast();
	}

	@Nullable Entry second() {
		return this.entries.stream().skip(1).findFirst().orElse(null);
	}

	/**
	 * Returns what makes the row that others may refer to.
	 * @return the entry, or null if the store has the row, or none is made
	 */
	@Nullable Entry creating() {
		boolean absent = first().write.creates();
		for (Entry each : this.entries) {
			boolean deletes = each.write.deletes();
			if (absent && !deletes) {
				return each;
			}
			absent = deletes;
		}
		return null;
	}

}
