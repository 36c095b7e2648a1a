package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.collections.row.Parent;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Finds what must be stored before a row, by the references that tables declare. A row is
 * known by its table and its key: keys of two tables may be equal. Used under the
 * buffer's lock.
 */
final class Parents {

	private final Map<String, List<CollectionBuffer>> byTable = new HashMap<>();

	void add(CollectionBuffer owner) {
		this.byTable.computeIfAbsent(owner.collection.table().name(), (name) -> new ArrayList<>()).add(owner);
	}

	/**
	 * Returns the pending writes that make the rows to which a row refers.
	 */
	List<Entry> of(Entry child) {
		Row row = child.write.row();
		List<Parent> declared = child.owner.collection.table().parents();
		if (row == null || declared.isEmpty()) {
			return List.of();
		}
		List<Entry> found = new ArrayList<>(declared.size());
		for (Parent parent : declared) {
			for (CollectionBuffer owner : this.byTable.getOrDefault(parent.table(), List.of())) {
				RowKey key = keyIn(owner, parent, row);
				Lane lane = (key != null) ? owner.lanes.get(key) : null;
				Entry creating = (lane != null && lane != child.lane) ? lane.creating() : null;
				if (creating != null) {
					found.add(creating);
				}
			}
		}
		return found;
	}

	private static @Nullable RowKey keyIn(CollectionBuffer owner, Parent parent, Row row) {
		Object[] values = new Object[parent.columns().size()];
		for (int i = 0; i < values.length; i++) {
			Object value = row.get(parent.columns().get(i));
			if (value == null) {
				return null;
			}
			values[i] = value;
		}
		return owner.collection.table().key(values);
	}

	/**
	 * Returns how many levels of parents a table has, as far as they are known. Tables
	 * that are each other's parents are told apart by nothing.
	 */
	int depth(String table) {
		return depth(table, new ArrayList<>());
	}

	private int depth(String table, List<String> path) {
		if (path.contains(table)) {
			return 0;
		}
		path.add(table);
		int depth = 0;
		for (CollectionBuffer owner : this.byTable.getOrDefault(table, List.of())) {
			for (Parent parent : owner.collection.table().parents()) {
				depth = Math.max(depth, 1 + depth(parent.table(), path));
			}
		}
		path.removeLast();
		return depth;
	}

}
