package io.coalestra.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The lanes of a batcher, found by what their items have in common. Safe for concurrent
 * use; which lane is still good is for {@link Gathering} to say.
 */
final class Lanes<K, V> {

	// An entry is put by whoever needs it, and removed by whoever learns that it retired.
	private final ConcurrentHashMap<Id, Lane<K, V>> byId = new ConcurrentHashMap<>();

	/** The one lane of a batcher that groups nothing; it never retires. */
	private final @Nullable Lane<K, V> common;

	Lanes(@Nullable Bulk<K, V> common) {
		this.common = (common != null) ? new Lane<>(null, null, common) : null;
	}

	Lane<K, V> of(@Nullable Id id, Bulk<K, V> bulk) {
		if (id == null && this.common != null) {
			return this.common;
		}
		Id known = (id != null) ? id : new Id(null, null);
		return this.byId.computeIfAbsent(known, (absent) -> new Lane<>(absent.group, absent, bulk));
	}

	void drop(Lane<K, V> retired) {
		if (retired.id != null) {
			this.byId.remove(retired.id, retired);
		}
	}

	List<Lane<K, V>> all() {
		List<Lane<K, V>> all = new ArrayList<>(this.byId.values());
		if (this.common != null) {
			all.add(this.common);
		}
		return all;
	}

	/**
	 * What the items of a lane have in common.
	 *
	 * @param group their group
	 * @param body the method body that they came by, or null for the bulk function
	 */
	record Id(@Nullable Object group, @Nullable Class<?> body) {
	}

}
