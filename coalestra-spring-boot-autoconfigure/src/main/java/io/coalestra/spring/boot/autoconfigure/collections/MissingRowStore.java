package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.Collection;
import java.util.List;
import java.util.Map;

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
 * Stands where an application has no store, so that a collection that was meant to have
 * one is not taken for one that does without. Holds nothing, and is safe for concurrent
 * use.
 */
final class MissingRowStore implements RowStore {

	@Override
	public String name() {
		return "none";
	}

	@Override
	public Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		throw missing(table);
	}

	@Override
	public WriteOutcome write(RowWrite write) {
		throw missing(write.table());
	}

	@Override
	public GroupOutcome writeAll(List<? extends RowWrite> writes) {
		throw missing(writes.getFirst().table());
	}

	@Override
	public List<Row> scan(Scan scan) {
		throw missing(scan.table());
	}

	@Override
	public List<RowKey> repoint(Repointing repointing) {
		throw missing(repointing.table());
	}

	private StoreException missing(Table table) {
		return new StoreException(name(), StoreException.Reason.UNABLE,
				"table " + table.name()
						+ ": there is no bean of type RowStore, and its collection is not said to do without a store",
				null);
	}

}
