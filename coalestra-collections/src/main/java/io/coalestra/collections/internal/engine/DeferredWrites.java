package io.coalestra.collections.internal.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.flush.DeferredOutcome;
import io.coalestra.collections.flush.DeferredWrite;
import io.coalestra.collections.flush.WriteBehind;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.internal.local.LocalTier;
import io.coalestra.collections.internal.write.KeyQueue;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.option.UpdateOptions;
import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.row.VersionKind;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes that a buffer keeps until the store takes them.
 *
 * <p>
 * A write is judged at once, against what is pending or else what is stored, and again by
 * the store in the end. Until then its row has a provisional version: the number of the
 * write, below zero. Other nodes and the shared tier learn of it when it is stored. A row
 * that is pending is in no cache, so that only one place says what it is. Writes of one
 * row take turns; the buffer's answers come between them. Safe for concurrent use.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
final class DeferredWrites<K, R> extends RowWrites<K, R> {

	private static final int MAX_SETTLED = 10_000;

	private static final long NO_WRITE = 0;

	private final Loader<K, R> loader;

	private final LocalTier<Object, R> local;

	private final Propagation<K, R> propagation;

	private final KeyQueue<RowKey> queue;

	private final WriteBehind.Buffer buffer;

	private final AtomicLong sequences;

	// What the store has said last of each row: the last write that was stored, so that
	// whoever holds its provisional version can go on with it, or what was read since.
	private final Cache<RowKey, Settled> settled = Caffeine.newBuilder()
		.maximumSize(MAX_SETTLED)
		.executor(Runnable::run)
		.build();

	DeferredWrites(String collection, Shape<K, R> shape, UpdateOptions options, TimeSource time, Tally tally,
			RowStore store, LocalTier<Object, R> local, Loader<K, R> loader, Propagation<K, R> propagation,
			KeyQueue<RowKey> queue, WriteBehind writeBehind, FlushStrategy strategy) {
		super(collection, shape, options, time, tally);
		this.local = local;
		this.loader = loader;
		this.propagation = propagation;
		this.queue = queue;
		this.buffer = writeBehind
			.open(new WriteBehind.DeferringCollection(collection, shape.table(), store, strategy, this::settled));
		this.sequences = new AtomicLong(this.buffer.lastSequence());
	}

	@Override
	<T> T inTurn(RowKey key, Supplier<T> write) {
		return DirectWrites.inTurn(this.queue, this.collection, this.options, key, write);
	}

	/**
	 * Returns whether a read need not look for what is pending.
	 */
	boolean isEmpty() {
		return this.buffer.isEmpty();
	}

	/**
	 * Returns what a row is to be once it is stored.
	 * @return the cell, or null where nothing is pending
	 */
	@Nullable Cell<R> pending(RowKey key) {
		DeferredWrite write = this.buffer.pending(key);
		return (write != null) ? cell(write) : null;
	}

	private Cell<R> cell(DeferredWrite write) {
		Row row = write.row();
		return (row != null) ? this.shape.cell(row, provisional(write.sequence())) : Cell.absent();
	}

	private @Nullable RowVersion provisional(long sequence) {
		VersionKind kind = this.shape.table().versionKind();
		return (kind != null) ? new RowVersion(kind, -sequence) : null;
	}

	@Override
	Base<R> base(RowKey key) {
		Cell<R> pending = pending(key);
		return (pending != null) ? new Base<>(pending, true) : new Base<>(known(key), false);
	}

	/**
	 * Returns what is known to be stored. A process that ended while the shared tier was
	 * away leaves old rows there, and a write that was made upon one is refused when
	 * nobody can decide anew any more: so the store has the word, and memory only where
	 * it says what this process has heard of the store last.
	 */
	private Cell<R> known(RowKey key) {
		Object localKey = this.shape.localKey(key);
		Cell<R> held = this.local.get(localKey);
		Cell<R> known = (held != null && held.held() != null) ? held : null;
		if (!this.propagation.isShared() || this.shape.table().versionKind() == null) {
			return (known != null) ? known : this.loader.load(key, localKey);
		}
		Settled last = this.settled.getIfPresent(key);
		if (known != null && last != null && last.version().equals(version(known))) {
			return known;
		}
		try {
			Cell<R> stored = this.loader.loadStored(key, localKey);
			RowVersion version = version(stored);
			if (version != null) {
				this.settled.put(key, new Settled(NO_WRITE, version));
			}
			return stored;
		}
		catch (LoadException ex) {
			// The store is away: better upon what is known than not at all.
			return (known != null) ? known : this.loader.load(key, localKey);
		}
	}

	@Override
	Cell<R> stored(RowKey key) {
		return this.loader.loadAnew(key);
	}

	@Override
	WriteOutcome attempt(RowWrite write) {
		this.tally.attempts.increment();
		RowKey key = write.key();
		DeferredWrite pending = this.buffer.pending(key);
		RowVersion expected = (pending != null) ? expected(write) : storedVersion(key, expected(write));
		// Judged upon the very write that it is to follow, whatever becomes of that now.
		Cell<R> current = (pending != null) ? cell(pending) : known(key);
		Row row = current.row();
		RowVersion version = version(current);
		return switch (write) {
			case RowWrite.Insert insert when row != null -> new WriteOutcome.Duplicate(key, row);
			case RowWrite.Insert insert -> accept(pending, key, requireComplete(insert.row()), current);
			case RowWrite.Update update when row == null -> new WriteOutcome.Missing(key, update.expected());
			case RowWrite.Delete delete when row == null -> new WriteOutcome.Missing(key, delete.expected());
			case RowWrite.Update update when differs(expected, version) -> conflict(key, update.expected(), row);
			case RowWrite.Delete delete when differs(expected, version) -> conflict(key, delete.expected(), row);
			case RowWrite.Update update -> accept(pending, key, merged(row, update.changes()), current);
			case RowWrite.Delete delete -> accept(pending, key, null, current);
		};
	}

	private static @Nullable RowVersion expected(RowWrite write) {
		return switch (write) {
			case RowWrite.Insert insert -> null;
			case RowWrite.Update update -> update.expected();
			case RowWrite.Delete delete -> delete.expected();
		};
	}

	private @Nullable RowVersion storedVersion(RowKey key, @Nullable RowVersion expected) {
		if (expected == null || expected.order() >= 0) {
			return expected;
		}
		Settled last = this.settled.getIfPresent(key);
		return (last != null && last.sequence() == -expected.order()) ? last.version() : expected;
	}

	private static boolean differs(@Nullable RowVersion expected, @Nullable RowVersion version) {
		return expected != null && !expected.equals(version);
	}

	private WriteOutcome conflict(RowKey key, @Nullable RowVersion expected, @Nullable Row current) {
		this.tally.conflicts.increment();
		if (expected == null || current == null) {
			throw new IllegalStateException("row " + key + ": a conflict of nothing");
		}
		return new WriteOutcome.Conflict(key, expected, current);
	}

	private static Row merged(@Nullable Row row, Row changes) {
		return (row != null) ? row.with(changes) : changes;
	}

	// The first of the writes that are pending for a row says upon what they were made.
	private WriteOutcome accept(@Nullable DeferredWrite pending, RowKey key, @Nullable Row row, Cell<R> current) {
		long sequence = this.sequences.incrementAndGet();
		boolean creates = (pending != null) ? pending.creates() : current.isAbsent();
		RowVersion base = (pending != null) ? pending.base() : version(current);
		Row whole = (row != null) ? versioned(row, sequence) : null;
		this.buffer.accept(new DeferredWrite(key, whole, base, creates, sequence));
		this.local.forget(this.shape.localKey(key));
		this.tally.deferred.increment();
		return (whole != null) ? new WriteOutcome.Stored(key, whole) : new WriteOutcome.Deleted(key);
	}

	private Row versioned(Row row, long sequence) {
		Column column = row.table().versionColumn();
		RowVersion version = provisional(sequence);
		return (column != null && version != null) ? row.with(column.name(), version.value()) : row;
	}

	// What the store would give cannot be read before it has the row.
	private Row requireComplete(Row row) {
		Table table = row.table();
		for (Column column : table.columns()) {
			if (!row.has(column.name()) && !column.equals(table.versionColumn())) {
				throw new IllegalArgumentException("collection " + this.collection + ", column " + column.name()
						+ ": no value (expected: "
						+ (column.is(ColumnTrait.SERVER_KEPT)
								? "flush strategy ALWAYS, as the server keeps the column and has no deferred row yet)"
								: "one for every column, as writes are deferred)"));
			}
		}
		return row;
	}

	private void settled(DeferredWrite write, DeferredOutcome outcome) {
		switch (outcome) {
			case DeferredOutcome.Stored(Row row) -> {
				this.tally.writes.increment();
				RowVersion version = (row != null) ? row.version() : null;
				if (version != null) {
					this.settled.put(write.key(), new Settled(write.sequence(), version));
				}
				// Others may have changed the row since the store took it, at a moment
				// that
				// was not noted here: no cache takes it.
				this.propagation.invalidate(List.of(write.key()));
			}
			case DeferredOutcome.Refused refused -> {
				this.tally.refused.increment();
				this.propagation.invalidate(List.of(write.key()));
			}
			case DeferredOutcome.Dropped dropped -> {
				this.tally.dropped.increment();
				this.propagation.invalidate(List.of(write.key()));
			}
		}
	}

	private record Settled(long sequence, RowVersion version) {
	}

}
