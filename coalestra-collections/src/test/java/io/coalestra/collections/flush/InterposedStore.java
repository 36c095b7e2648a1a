package io.coalestra.collections.flush;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

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
 * A store in whose next write something else happens first, and which certain rows break.
 */
final class InterposedStore implements RowStore {

	private final RowStore store;

	private final AtomicReference<Runnable> meanwhile;

	Predicate<RowWrite> breaks = (write) -> false;

	InterposedStore(RowStore store, AtomicReference<Runnable> meanwhile) {
		this.store = store;
		this.meanwhile = meanwhile;
	}

	private void before(List<? extends RowWrite> writes) {
		Runnable once = this.meanwhile.getAndSet(null);
		if (once != null) {
			once.run();
		}
		if (writes.stream().anyMatch(this.breaks)) {
			throw new StoreException(name(), StoreException.Reason.UNAVAILABLE, "broken", null);
		}
	}

	@Override
	public String name() {
		return this.store.name();
	}

	@Override
	public Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		return this.store.fetch(table, keys);
	}

	@Override
	public WriteOutcome write(RowWrite write) {
		before(List.of(write));
		return this.store.write(write);
	}

	@Override
	public GroupOutcome writeAll(List<? extends RowWrite> writes) {
		before(writes);
		return this.store.writeAll(writes);
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
