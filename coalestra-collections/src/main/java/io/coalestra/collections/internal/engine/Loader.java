package io.coalestra.collections.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.batch.BatchException;
import io.coalestra.batch.Batcher;
import io.coalestra.batch.Outcome;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.internal.local.LocalTier;
import io.coalestra.collections.internal.shared.SharedRows;
import io.coalestra.collections.option.LoadOptions;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.UnreadableRowsException;
import io.coalestra.tier.FillToken;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Loads what memory does not have: each row once at a time, and many with one question to
 * the shared tier and one to the store.
 *
 * <p>
 * A load notes each row's stamp before it asks anyone, and memory keeps what it brings
 * only if that still stands. A caller that joins a load that began before something
 * happened to the row, a write of its own for example, does not take its answer, but asks
 * again: the next load of the row begins after the caller came. Safe for concurrent use.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
final class Loader<K, R> implements AutoCloseable {

	private final String collection;

	private final Shape<K, R> shape;

	private final LocalTier<Object, R> local;

	private final @Nullable SharedRows shared;

	private final RowStore store;

	private final Tally tally;

	private final Batcher<RowKey, Loaded<R>> batcher;

	// Asks no shared tier; the same as the other where there is none.
	private final Batcher<RowKey, Loaded<R>> storeBatcher;

	Loader(String collection, Shape<K, R> shape, LocalTier<Object, R> local, @Nullable SharedRows shared,
			RowStore store, LoadOptions options, TimeSource time, Tally tally) {
		this.collection = collection;
		this.shape = shape;
		this.local = local;
		this.shared = shared;
		this.store = store;
		this.tally = tally;
		this.storeBatcher = batcher(null, options, time);
		this.batcher = (shared != null) ? batcher(shared, options, time) : this.storeBatcher;
	}

	private Batcher<RowKey, Loaded<R>> batcher(@Nullable SharedRows tier, LoadOptions options, TimeSource time) {
		return Batcher.<RowKey, Loaded<R>>outcomes("collection " + this.collection, (keys) -> bulk(keys, tier))
			.maxBatchSize(options.maxBatch())
			.maxConcurrentBulkCalls(options.maxQueries())
			.callTimeout(options.limit())
			.bulkTimeout(options.limit())
			.shareRunning()
			.timeSource(time)
			.build();
	}

	/**
	 * Loads a row.
	 */
	Cell<R> load(RowKey key, Object localKey) {
		return load(this.batcher, key, localKey);
	}

	/**
	 * Loads a row, whatever the shared tier says of it.
	 */
	Cell<R> loadStored(RowKey key, Object localKey) {
		return load(this.storeBatcher, key, localKey);
	}

	private Cell<R> load(Batcher<RowKey, Loaded<R>> from, RowKey key, Object localKey) {
		long since = this.local.stamp(localKey);
		Loaded<R> loaded = ask(from, key);
		while (loaded.stamp() < since) {
			loaded = ask(from, key);
		}
		return loaded.cell();
	}

	private Loaded<R> ask(Batcher<RowKey, Loaded<R>> from, RowKey key) {
		try {
			Loaded<R> loaded = from.get(key);
			if (loaded == null) {
				throw new IllegalStateException("row " + key + ": not answered");
			}
			return loaded;
		}
		catch (BatchException ex) {
			throw failure(ex);
		}
	}

	/**
	 * Loads rows, all together.
	 */
	Map<RowKey, Cell<R>> loadAll(Collection<RowKey> keys) {
		Map<RowKey, Long> since = LinkedHashMap.newLinkedHashMap(keys.size());
		keys.forEach((key) -> since.put(key, this.local.stamp(this.shape.localKey(key))));
		Map<RowKey, Cell<R>> cells = LinkedHashMap.newLinkedHashMap(keys.size());
		while (!since.isEmpty()) {
			askAll(since.keySet()).forEach((key, loaded) -> {
				Long noted = since.get(key);
				if (noted != null && loaded.stamp() >= noted) {
					cells.put(key, loaded.cell());
					since.remove(key);
				}
			});
		}
		return cells;
	}

	private Map<RowKey, Loaded<R>> askAll(Collection<RowKey> keys) {
		try {
			Map<RowKey, Loaded<R>> answers = HashMap.newHashMap(keys.size());
			this.batcher.getAll(List.copyOf(keys)).forEach((key, loaded) -> {
				if (loaded != null) {
					answers.put(key, loaded);
				}
			});
			return answers;
		}
		catch (BatchException ex) {
			throw failure(ex);
		}
	}

	private LoadException failure(BatchException ex) {
		this.tally.loadFailures.increment();
		Throwable cause = ex.getCause();
		return switch (ex.reason()) {
			case BULK_FAILED -> new LoadException(this.collection, "the store failed", cause);
			case ITEM_FAILED -> LoadException.unreadable(this.collection, cause);
			default -> new LoadException(this.collection, "a row could not be loaded: " + ex.getMessage(), ex);
		};
	}

	/**
	 * Reads rows of the store as the caller's transaction sees them. Nothing is kept:
	 * they may never be committed.
	 */
	Map<RowKey, Cell<R>> loadInTransaction(Collection<RowKey> keys) {
		Map<RowKey, Cell<R>> cells = LinkedHashMap.newLinkedHashMap(keys.size());
		Map<RowKey, Row> rows = fetch(keys);
		keys.forEach((key) -> {
			Row row = rows.get(key);
			cells.put(key, (row != null) ? this.shape.cell(row) : Cell.absent());
		});
		return cells;
	}

	/**
	 * Reads a row of the store alone, past all caches, and keeps it.
	 */
	Cell<R> loadAnew(RowKey key) {
		Object localKey = this.shape.localKey(key);
		this.local.forget(localKey);
		long stamp = this.local.stamp(localKey);
		Row row = fetch(List.of(key)).get(key);
		Cell<R> cell = (row != null) ? this.shape.cell(row) : Cell.absent();
		this.local.fill(localKey, stamp, cell);
		return cell;
	}

	private Map<RowKey, Row> fetch(Collection<RowKey> keys) {
		try {
			this.tally.storeCalls.increment();
			return this.store.fetch(this.shape.table(), keys);
		}
		catch (UnreadableRowsException ex) {
			this.tally.loadFailures.increment();
			throw LoadException.unreadable(this.collection, ex);
		}
		catch (RuntimeException ex) {
			this.tally.loadFailures.increment();
			throw new LoadException(this.collection, "the store failed", ex);
		}
	}

	private Map<RowKey, Outcome<Loaded<R>>> bulk(List<RowKey> keys, @Nullable SharedRows tier) {
		Map<RowKey, Long> stamps = HashMap.newHashMap(keys.size());
		keys.forEach((key) -> stamps.put(key, this.local.stamp(this.shape.localKey(key))));
		Map<RowKey, SharedRows.Found> found = (tier != null) ? tier.read(keys) : Map.of();
		Map<RowKey, Outcome<Loaded<R>>> outcomes = HashMap.newHashMap(keys.size());
		List<RowKey> missing = new ArrayList<>(keys.size());
		for (RowKey key : keys) {
			SharedRows.Found there = found.get(key);
			Row row = (there != null) ? there.row() : null;
			if (row != null) {
				this.tally.sharedHits.increment();
				outcomes.put(key, keep(key, row, stampOf(key, stamps)));
			}
			else {
				missing.add(key);
			}
		}
		if (!missing.isEmpty()) {
			fromStore(missing, found, stamps, outcomes);
		}
		return outcomes;
	}

	private void fromStore(List<RowKey> keys, Map<RowKey, SharedRows.Found> found, Map<RowKey, Long> stamps,
			Map<RowKey, Outcome<Loaded<R>>> outcomes) {
		Map<RowKey, Row> rows = readable(keys, outcomes);
		Map<Row, FillToken> promoted = new HashMap<>();
		for (RowKey key : keys) {
			if (outcomes.containsKey(key)) {
				continue;
			}
			Row row = rows.get(key);
			((row != null) ? this.tally.storeHits : this.tally.absences).increment();
			outcomes.put(key, keep(key, row, stampOf(key, stamps)));
			SharedRows.Found there = found.get(key);
			if (row != null && there != null) {
				promoted.put(row, there.token());
			}
		}
		if (this.shared != null) {
			this.shared.promote(promoted);
		}
	}

	/**
	 * Reads rows of the store; one that cannot be read fails alone.
	 */
	private Map<RowKey, Row> readable(List<RowKey> keys, Map<RowKey, Outcome<Loaded<R>>> outcomes) {
		this.tally.storeCalls.increment();
		try {
			return this.store.fetch(this.shape.table(), keys);
		}
		catch (UnreadableRowsException ex) {
			ex.unreadable().forEach((key) -> outcomes.put(key, Outcome.failed(ex)));
			return ex.rows();
		}
	}

	private static long stampOf(RowKey key, Map<RowKey, Long> stamps) {
		return Objects.requireNonNull(stamps.get(key));
	}

	private Outcome<Loaded<R>> keep(RowKey key, @Nullable Row row, long stamp) {
		try {
			Cell<R> cell = (row != null) ? this.shape.cell(row) : Cell.absent();
			this.local.fill(this.shape.localKey(key), stamp, cell);
			return Outcome.success(new Loaded<>(cell, stamp));
		}
		catch (RuntimeException ex) {
			// The row is there, but its class does not take it: the others are well.
			return Outcome.failed(ex);
		}
	}

	/**
	 * Returns how many reads wait for rows.
	 */
	int waiting() {
		int pending = this.batcher.statistics().pending();
		return (this.shared != null) ? pending + this.storeBatcher.statistics().pending() : pending;
	}

	@Override
	public void close() {
		this.batcher.close();
		this.storeBatcher.close();
	}

}
