package io.coalestra.key;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An immutable, ordered set of keys that finds a key's position in constant time.
 *
 * <p>
 * Duplicates collapse onto their first position. A snapshot is an array of values over
 * one of these, shared by every snapshot of the same request. Safe for concurrent use.
 */
public final class ResourceKeys extends AbstractList<ResourceKey<?>> implements RandomAccess {

	/**
	 * The most keys that one set may hold, inclusive.
	 */
	public static final int MAX_SIZE = 1 << 20;

	private static final ResourceKeys EMPTY = new ResourceKeys(new ResourceKey<?>[0], 0, new short[] { 0, 0 }, null);

	private final ResourceKey<?>[] keys;

	private final int size;

	// Open addressing with linear probing, at most half full; 0 is free, else position +
	// 1.
	// The narrow table serves nearly all requests and costs half the memory.
	private final short[] table;

	private final int @org.jspecify.annotations.Nullable [] wideTable;

	// Worked out by whoever asks first, or by several; what they find is the same, and
	// safe to see however it is published.
	private @org.jspecify.annotations.Nullable List<Run> runs;

	private ResourceKeys(ResourceKey<?>[] keys, int size, short[] table,
			int @org.jspecify.annotations.Nullable [] wideTable) {
		this.keys = keys;
		this.size = size;
		this.table = table;
		this.wideTable = wideTable;
	}

	/**
	 * Collects keys in their order.
	 * @param keys the keys; duplicates collapse onto their first position
	 * @return the set
	 * @throws IllegalArgumentException if there are more than {@value #MAX_SIZE}
	 */
	public static ResourceKeys of(Collection<? extends ResourceKey<?>> keys) {
		if (keys instanceof ResourceKeys already) {
			return already;
		}
		return index(keys.toArray(ResourceKey<?>[]::new));
	}

	/**
	 * Collects keys in their order.
	 * @param keys the keys; duplicates collapse onto their first position
	 * @return the set
	 * @throws IllegalArgumentException if there are more than {@value #MAX_SIZE}
	 */
	public static ResourceKeys of(ResourceKey<?>... keys) {
		return index(keys.clone());
	}

	private static ResourceKeys index(ResourceKey<?>[] keys) {
		if (keys.length == 0) {
			return EMPTY;
		}
		if (keys.length > MAX_SIZE) {
			throw new IllegalArgumentException("keys: " + keys.length + " (expected: at most " + MAX_SIZE + ")");
		}
		int capacity = Integer.highestOneBit(keys.length * 2 - 1) << 1;
		return (keys.length < Short.MAX_VALUE) ? indexNarrow(keys, capacity) : indexWide(keys, capacity);
	}

	private static ResourceKeys indexNarrow(ResourceKey<?>[] keys, int capacity) {
		short[] table = new short[capacity];
		int mask = capacity - 1;
		int size = 0;
		for (ResourceKey<?> key : keys) {
			int slot = Objects.requireNonNull(key, "key").hashCode() & mask;
			while (table[slot] != 0 && !keys[table[slot] - 1].equals(key)) {
				slot = (slot + 1) & mask;
			}
			if (table[slot] == 0) {
				keys[size++] = key;
				table[slot] = (short) size;
			}
		}
		return new ResourceKeys(keys, size, table, null);
	}

	private static ResourceKeys indexWide(ResourceKey<?>[] keys, int capacity) {
		int[] table = new int[capacity];
		int mask = capacity - 1;
		int size = 0;
		for (ResourceKey<?> key : keys) {
			int slot = Objects.requireNonNull(key, "key").hashCode() & mask;
			while (table[slot] != 0 && !keys[table[slot] - 1].equals(key)) {
				slot = (slot + 1) & mask;
			}
			if (table[slot] == 0) {
				keys[size++] = key;
				table[slot] = size;
			}
		}
		return new ResourceKeys(keys, size, EMPTY.table, table);
	}

	/**
	 * Returns the position of a key.
	 * @param key the key
	 * @return its position, or -1 when it is not in the set
	 */
	public int indexOf(ResourceKey<?> key) {
		int[] wide = this.wideTable;
		int mask = ((wide != null) ? wide.length : this.table.length) - 1;
		int slot = key.hashCode() & mask;
		while (true) {
			int position = (wide != null) ? wide[slot] : this.table[slot];
			if (position == 0) {
				return -1;
			}
			if (this.keys[position - 1].equals(key)) {
				return position - 1;
			}
			slot = (slot + 1) & mask;
		}
	}

	@Override
	public int indexOf(Object candidate) {
		return (candidate instanceof ResourceKey<?> key) ? indexOf(key) : -1;
	}

	@Override
	public int lastIndexOf(Object candidate) {
		return indexOf(candidate);
	}

	@Override
	public boolean contains(Object candidate) {
		return indexOf(candidate) >= 0;
	}

	@Override
	public ResourceKey<?> get(int position) {
		if (position >= this.size) {
			throw new IndexOutOfBoundsException(position);
		}
		return this.keys[position];
	}

	@Override
	public int size() {
		return this.size;
	}

	/**
	 * Returns which types follow each other, and how many keys of each. Worked out once.
	 * @return the runs in the order of the keys
	 */
	public List<Run> runs() {
		List<Run> known = this.runs;
		if (known == null) {
			known = findRuns();
			this.runs = known;
		}
		return known;
	}

	private List<Run> findRuns() {
		List<Run> found = new ArrayList<>();
		int start = 0;
		for (int i = 1; i <= this.size; i++) {
			ResourceType<?> type = this.keys[start].type();
			if (i == this.size || !this.keys[i].type().equals(type)) {
				found.add(new Run(type, i - start));
				start = i;
			}
		}
		return List.copyOf(found);
	}

	/**
	 * Keys of one type that follow each other.
	 *
	 * @param type the type
	 * @param count how many keys
	 */
	public record Run(ResourceType<?> type, int count) {
	}

}
