package io.coalestra.tier.coherence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.tier.TierKey;

/**
 * Changes that wait to be told, one a key, the newest; bounded, the oldest given up
 * first.
 *
 * <p>
 * All state is read and written under this object's monitor, by whoever changes keys and
 * whoever sends.
 */
final class UntoldChanges {

	private static final int MAX_CHANGES_A_NOTICE = 256;

	private static final int MAX_BYTES_A_NOTICE = 8 * 1024;

	private final int maxKeys;

	private final Map<TierKey, TierChange> changes = new LinkedHashMap<>();

	private long coalesced;

	private long dropped;

	private boolean hasDropped;

	/**
	 * Makes an empty collection.
	 * @param maxKeys how many keys it holds at the most: 1 or more
	 */
	UntoldChanges(int maxKeys) {
		this.maxKeys = maxKeys;
	}

	/**
	 * Adds changes, or puts back what was not taken: what is newer stays.
	 * @param more the changes
	 */
	synchronized void add(Collection<TierChange> more) {
		for (TierChange change : more) {
			TierChange present = this.changes.get(change.key());
			if (present != null) {
				this.coalesced++;
				this.changes.put(change.key(), present.with(change));
				continue;
			}
			if (this.changes.size() >= this.maxKeys) {
				Iterator<TierKey> oldest = this.changes.keySet().iterator();
				oldest.next();
				oldest.remove();
				this.dropped++;
				this.hasDropped = true;
			}
			this.changes.put(change.key(), change);
		}
	}

	/**
	 * Takes as many changes as go into one notice, the oldest first.
	 * @return the changes, none when there are none
	 */
	synchronized List<TierChange> take() {
		List<TierChange> taken = new ArrayList<>(Math.min(MAX_CHANGES_A_NOTICE, this.changes.size()));
		int bytes = 0;
		for (Iterator<TierChange> each = this.changes.values().iterator(); each.hasNext()
				&& taken.size() < MAX_CHANGES_A_NOTICE && bytes < MAX_BYTES_A_NOTICE;) {
			TierChange change = each.next();
			bytes += NoticeFormat.sizeOf(change);
			taken.add(change);
			each.remove();
		}
		return taken;
	}

	/**
	 * Returns whether changes were given up since this was last asked: the others are to
	 * notice.
	 * @return true if so
	 */
	synchronized boolean takeDropped() {
		boolean was = this.hasDropped;
		this.hasDropped = false;
		return was;
	}

	synchronized int size() {
		return this.changes.size();
	}

	synchronized long coalesced() {
		return this.coalesced;
	}

	synchronized long dropped() {
		return this.dropped;
	}

}
