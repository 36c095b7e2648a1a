package io.coalestra.collections.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.CollectionStatistics;
import io.coalestra.collections.access.Draft;
import io.coalestra.collections.access.RowListener;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.internal.local.LocalTier;
import io.coalestra.collections.internal.shared.SharedRows;
import io.coalestra.collections.internal.write.KeyQueue;
import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.transaction.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * A collection over a store. What it is made of has the concurrency; this only says which
 * part answers what.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
public final class StoredRows<K, R> extends AbstractRows<K, R> {

	private final Parts parts;

	private final Shape<K, R> shape;

	private final RowStore store;

	private final Tally tally = new Tally();

	private final LocalTier<Object, R> local;

	private final @Nullable SharedRows shared;

	private final Propagation<K, R> propagation;

	private final Loader<K, R> loader;

	private final RowWrites<K, R> writes;

	private final @Nullable DeferredWrites<K, R> deferred;

	private final DraftDesk<K, R> desk;

	private final LostRepointings lostRepointings;

	/**
	 * Makes a collection.
	 */
	public StoredRows(Parts parts, Shape<K, R> shape, RowStore store) {
		super(parts.name(), parts.executor());
		this.parts = parts;
		this.shape = shape;
		this.store = store;
		this.local = new LocalTier<>(parts.local(), parts.time());
		this.shared = (parts.shared() != null) ? parts.shared().rows(shape.table(), this::repaired) : null;
		this.propagation = new Propagation<>(parts.name(), shape, this.local, this.shared, parts.notices());
		this.loader = new Loader<>(parts.name(), shape, this.local, this.shared, store, parts.load(), parts.time(),
				this.tally);
		KeyQueue<RowKey> queue = new KeyQueue<>();
		Parts.Deferral deferral = parts.deferral();
		if (deferral != null) {
			this.deferred = new DeferredWrites<>(parts.name(), shape, parts.update(), parts.time(), this.tally, store,
					this.local, this.loader, this.propagation, queue, deferral.writeBehind(), deferral.strategy());
			this.writes = this.deferred;
		}
		else {
			this.deferred = null;
			this.writes = new DirectWrites<>(parts.name(), shape, parts.update(), parts.time(), this.tally, store,
					this.local, this.loader, this.propagation, queue);
		}
		this.lostRepointings = new LostRepointings(store, parts.time(), parts.executor(), this.propagation::invalidate);
		this.desk = new DraftDesk<>(parts.name(), shape, this::writes, this::readAnew);
	}

	private void repaired(List<RowKey> keys) {
		this.propagation.tell(keys);
	}

	@Override
	public Table table() {
		return this.shape.table();
	}

	// --- transactions ---

	@SuppressWarnings("unchecked") // attached for this collection by this collection
	private @Nullable Overlay<K, R> overlay(Transactions.@Nullable Transaction transaction) {
		return (transaction != null) ? (Overlay<K, R>) transaction.attachedOrNull(this) : null;
	}

	private RowWrites<K, R> writes() {
		Transactions.Transaction transaction = this.parts.transactions().current();
		if (transaction == null) {
			return this.writes;
		}
		if (this.deferred != null) {
			throw new IllegalStateException("collection " + name()
					+ ": written in a transaction (expected: outside, as its writes are deferred)");
		}
		Overlay<K, R> overlay = transaction.attached(this, () -> new Overlay<>(this.propagation));
		return new TransactionWrites<>(name(), this.shape, this.parts.update(), this.parts.time(), this.tally,
				this.store, this.loader, overlay);
	}

	// --- reads ---

	@Override
	Cell<R> cell(K key) {
		Transactions.Transaction transaction = this.parts.transactions().current();
		Cell<R> known = known(key, overlay(transaction));
		if (known != null) {
			this.tally.localHits.increment();
			return known;
		}
		RowKey rowKey = this.shape.rowKey(key);
		if (transaction == null) {
			return this.loader.load(rowKey, this.shape.localKey(key));
		}
		return Objects.requireNonNull(this.loader.loadInTransaction(List.of(rowKey)).get(rowKey));
	}

	@Override
	public String keyText(K key) {
		return this.shape.rowKey(key).text();
	}

	@Override
	public K parseKey(String text) {
		return this.shape.key(this.shape.table().parseKey(text));
	}

	@Override
	@Nullable Cell<R> known(K key) {
		return known(key, overlay(this.parts.transactions().current()));
	}

	private @Nullable Cell<R> known(K key, @Nullable Overlay<K, R> overlay) {
		if (overlay != null) {
			RowKey rowKey = this.shape.rowKey(key);
			if (overlay.wrote(rowKey)) {
				return overlay.cell(rowKey);
			}
		}
		DeferredWrites<K, R> deferring = this.deferred;
		if (deferring != null && !deferring.isEmpty()) {
			Cell<R> pending = deferring.pending(this.shape.rowKey(key));
			if (pending != null) {
				return pending;
			}
		}
		return this.local.get(this.shape.localKey(key));
	}

	@Override
	public Map<K, Versioned<R>> findAllVersioned(Collection<? extends K> keys) {
		Transactions.Transaction transaction = this.parts.transactions().current();
		Overlay<K, R> overlay = overlay(transaction);
		Map<K, Cell<R>> cells = LinkedHashMap.newLinkedHashMap(keys.size());
		Map<K, RowKey> missing = new LinkedHashMap<>();
		for (K key : keys) {
			if (cells.containsKey(key) || missing.containsKey(key)) {
				continue;
			}
			Cell<R> known = known(key, overlay);
			if (known != null) {
				this.tally.localHits.increment();
				cells.put(key, known);
			}
			else {
				missing.put(key, this.shape.rowKey(key));
			}
		}
		if (!missing.isEmpty()) {
			Set<RowKey> asked = new LinkedHashSet<>(missing.values());
			Map<RowKey, Cell<R>> loaded = (transaction != null) ? this.loader.loadInTransaction(asked)
					: this.loader.loadAll(asked);
			missing.forEach((key, rowKey) -> cells.put(key, Objects.requireNonNull(loaded.get(rowKey))));
		}
		Map<K, Versioned<R>> found = LinkedHashMap.newLinkedHashMap(keys.size());
		for (K key : keys) {
			Cell<R> cell = cells.get(key);
			if (cell != null && cell.held() != null) {
				found.putIfAbsent(key, cell.held());
			}
		}
		return Collections.unmodifiableMap(found);
	}

	// --- forgetting ---

	@Override
	public void evict(K key) {
		this.local.forget(this.shape.localKey(key));
	}

	@Override
	public void invalidateAll(Collection<? extends K> keys) {
		if (keys.isEmpty()) {
			return;
		}
		List<RowKey> rowKeys = new ArrayList<>(keys.size());
		keys.forEach((key) -> rowKeys.add(this.shape.rowKey(key)));
		Transactions.Transaction transaction = this.parts.transactions().current();
		if (transaction == null) {
			this.propagation.invalidate(rowKeys);
		}
		else {
			Overlay<K, R> overlay = transaction.attached(this, () -> new Overlay<>(this.propagation));
			rowKeys.forEach(overlay::invalidate);
		}
	}

	/**
	 * Another node has written a row.
	 * @param text the row's key as text
	 */
	@Override
	public void heard(String text) {
		RowKey key;
		try {
			key = this.shape.table().parseKey(text);
			this.shape.localKey(key);
		}
		catch (IllegalArgumentException unreadable) {
			// A node whose keys have another form, as during a change of the table.
			this.propagation.doubted();
			return;
		}
		this.propagation.heard(key);
	}

	/**
	 * Notices may have been missed.
	 */
	@Override
	public void doubted() {
		this.propagation.doubted();
	}

	// --- writes ---

	@Override
	public Versioned<R> insert(R row) {
		return held(writes().insert(this.shape.newRow(row)));
	}

	@Override
	public Versioned<R> save(Versioned<R> changed) {
		Row row = this.shape.row(changed.value());
		return held(writes().change(row.key(), row, changed.version()));
	}

	@Override
	public Versioned<R> put(R row) {
		return held(writes().put(this.shape.row(row), this.shape.newRow(row)));
	}

	@Override
	public Versioned<R> set(K key, String column, @Nullable Object value) {
		Table table = this.shape.table();
		Column changed = table.column(column);
		if (table.isKey(changed) || changed.equals(table.versionColumn()) || changed.is(ColumnTrait.INSERT_ONLY)
				|| changed.is(ColumnTrait.SERVER_KEPT)) {
			throw new IllegalArgumentException("collection " + name() + ", column " + column
					+ ": set (expected: not, as it is the key, the version, insert-only or kept by the store)");
		}
		Row changes = table.row().set(column, value).build();
		return held(writes().change(this.shape.rowKey(key), changes, null));
	}

	@Override
	public Optional<Versioned<R>> compute(K key, Function<? super Optional<R>, Change<R>> change) {
		return writes().compute(this.shape.rowKey(key), change);
	}

	@Override
	public boolean delete(K key) {
		return writes().delete(this.shape.rowKey(key));
	}

	@Override
	public void delete(K key, RowVersion expected) {
		writes().delete(this.shape.rowKey(key), Objects.requireNonNull(expected, "expected"));
	}

	@Override
	public List<K> repoint(String column, Object from, Object to) {
		Repointing repointing = new Repointing(this.shape.table(), column, from, to);
		List<K> moved = new ArrayList<>();
		try {
			this.store.repoint(repointing).forEach((key) -> moved.add(this.shape.key(key)));
		}
		catch (StoreException ex) {
			if (!ex.reason().isWithoutEffect()) {
				this.propagation.doubted();
				this.lostRepointings.search(repointing);
			}
			throw ex;
		}
		invalidateAll(moved);
		return List.copyOf(moved);
	}

	private static <R> Versioned<R> held(Cell<R> cell) {
		return Objects.requireNonNull(cell.held());
	}

	// --- drafts ---

	@Override
	public Draft<K, R> draft(K key) {
		Cell<R> cell = cell(key);
		if (cell.row() == null || cell.held() == null) {
			throw new RowMissingException(name(), this.shape.rowKey(key).text());
		}
		return new Draft<>(this.desk, cell.row(), cell.held().version(), this.shape.table().row().build());
	}

	@Override
	public Draft<K, R> draftNew(Row values) {
		if (values.table() != this.shape.table()) {
			throw new IllegalArgumentException(
					"values: of table " + values.table() + " (expected: of table " + this.shape.table() + ")");
		}
		return new Draft<>(this.desk, null, null, values);
	}

	private Cell<R> readAnew(RowKey key) {
		if (this.parts.transactions().current() != null) {
			return Objects.requireNonNull(this.loader.loadInTransaction(List.of(key)).get(key));
		}
		Cell<R> pending = (this.deferred != null) ? this.deferred.pending(key) : null;
		return (pending != null) ? pending : this.loader.loadAnew(key);
	}

	// --- what goes on ---

	@Override
	public Subscription onChange(RowListener<? super K, ? super R> listener) {
		return this.propagation.listen(Objects.requireNonNull(listener, "listener"));
	}

	@Override
	public CollectionStatistics statistics() {
		return this.tally.statistics(this.loader.waiting(), this.local.size(),
				(this.shared != null) ? this.shared.unsettled() : 0);
	}

	@Override
	public CompletableFuture<Void> told() {
		return this.propagation.told();
	}

	@Override
	public void close() {
		this.lostRepointings.close();
		this.loader.close();
		if (this.shared != null) {
			this.shared.close();
		}
	}

}
