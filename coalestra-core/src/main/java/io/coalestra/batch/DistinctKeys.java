package io.coalestra.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Keys without duplicates, in the order in which they first came. Confined to one thread.
 *
 * <p>
 * Nearly every bulk call of keys goes through it, so the set of a usual batch is a plain
 * table of references, at most half full, instead of an object a key. A large one is a
 * {@link HashSet}, in which keys of equal hash codes cost less.
 *
 * @param <K> the keys' type
 */
final class DistinctKeys<K> {

	private static final int LARGEST_TABLE = 512;

	private final List<K> keys;

	private final @Nullable Object[] table;

	private final Set<K> many;

	DistinctKeys(int atMost) {
		this.keys = new ArrayList<>(atMost);
		boolean small = atMost <= LARGEST_TABLE / 2;
		this.table = new @Nullable Object[small ? Integer.highestOneBit(Math.max(1, atMost)) * 4 : 0];
		this.many = small ? Set.of() : HashSet.newHashSet(atMost);
	}

	void add(K key) {
		if ((this.table.length > 0) ? isFirst(key) : this.many.add(key)) {
			this.keys.add(key);
		}
	}

	private boolean isFirst(K key) {
		int hash = key.hashCode();
		int mask = this.table.length - 1;
		for (int i = (hash ^ (hash >>> 16)) & mask;; i = (i + 1) & mask) {
			Object other = this.table[i];
			if (other == null) {
				this.table[i] = key;
				return true;
			}
			if (other.equals(key)) {
				return false;
			}
		}
	}

	List<K> inOrder() {
		return Collections.unmodifiableList(this.keys);
	}

}
