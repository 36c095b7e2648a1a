package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.collections.row.Parent;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.GroupOutcome;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.Scan;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.store.WriteOutcome;

/**
 * A store that checks references at each write, as databases do, and notes the order.
 */
final class ReferringStore implements RowStore {

	private final RowStore store;

	private final List<Table> tables;

	final List<String> order = new ArrayList<>();

	ReferringStore(RowStore store, Table... tables) {
		this.store = store;
		this.tables = List.of(tables);
	}

	@Override
	public String name() {
		return "referring";
	}

	@Override
	public synchronized Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		return this.store.fetch(table, keys);
	}

	@Override
	public synchronized WriteOutcome write(RowWrite write) {
		check(contents(), write);
		note(write);
		return this.store.write(write);
	}

	@Override
	public synchronized GroupOutcome writeAll(List<? extends RowWrite> writes) {
		Map<String, Map<RowKey, Row>> contents = contents();
		writes.forEach((write) -> check(contents, write));
		writes.forEach(this::note);
		return this.store.writeAll(writes);
	}

	private void note(RowWrite write) {
		this.order.add(write.getClass().getSimpleName() + " " + write.table().name() + "/" + write.key());
	}

	private Map<String, Map<RowKey, Row>> contents() {
		Map<String, Map<RowKey, Row>> contents = new HashMap<>();
		for (Table table : this.tables) {
			Map<RowKey, Row> rows = new HashMap<>();
			this.store.scan(Scan.of(table).build()).forEach((row) -> rows.put(row.key(), row));
			contents.put(table.name(), rows);
		}
		return contents;
	}

	private void check(Map<String, Map<RowKey, Row>> contents, RowWrite write) {
		Map<RowKey, Row> rows = contents.get(write.table().name());
		switch (write) {
			case RowWrite.Insert insert -> {
				requireParents(contents, insert.row());
				rows.put(insert.key(), insert.row());
			}
			case RowWrite.Update update -> requireParents(contents, update.changes());
			case RowWrite.Delete delete -> {
				rows.remove(delete.key());
				contents.values().forEach((others) -> others.values().forEach((row) -> requireParents(contents, row)));
			}
		}
	}

	private void requireParents(Map<String, Map<RowKey, Row>> contents, Row row) {
		for (Parent parent : row.table().parents()) {
			Object id = row.get(parent.columns().getFirst());
			if (id != null && contents.get(parent.table())
				.keySet()
				.stream()
				.noneMatch((key) -> key.values().getFirst().equals(id))) {
				throw new StoreException(name(), StoreException.Reason.REFERENCE, "no " + parent.table() + "/" + id,
						null);
			}
		}
	}

	@Override
	public List<Row> scan(Scan scan) {
		return this.store.scan(scan);
	}

	@Override
	public List<RowKey> repoint(Repointing repointing) {
		return this.store.repoint(repointing);
	}

}
