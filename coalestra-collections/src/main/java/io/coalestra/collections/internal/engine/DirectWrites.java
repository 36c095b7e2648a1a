package io.coalestra.collections.internal.engine;

import java.util.function.Supplier;

import io.coalestra.collections.access.RowBusyException;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.internal.local.LocalTier;
import io.coalestra.collections.internal.write.KeyQueue;
import io.coalestra.collections.option.UpdateOptions;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes that are committed when the store has taken them. Those of one row in this
 * process take turns, so that memory learns of them in the store's order.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
final class DirectWrites<K, R> extends RowWrites<K, R> {

	private final RowStore store;

	private final LocalTier<Object, R> local;

	private final Loader<K, R> loader;

	private final Propagation<K, R> propagation;

	private final KeyQueue<RowKey> queue;

	DirectWrites(String collection, Shape<K, R> shape, UpdateOptions options, TimeSource time, Tally tally,
			RowStore store, LocalTier<Object, R> local, Loader<K, R> loader, Propagation<K, R> propagation,
			KeyQueue<RowKey> queue) {
		super(collection, shape, options, time, tally);
		this.store = store;
		this.local = local;
		this.loader = loader;
		this.propagation = propagation;
		this.queue = queue;
	}

	@Override
	<T> T inTurn(RowKey key, Supplier<T> write) {
		return inTurn(this.queue, this.collection, this.options, key, write);
	}

	static <T> T inTurn(KeyQueue<RowKey> queue, String collection, UpdateOptions options, RowKey key,
			Supplier<T> write) {
		try {
			if (!queue.enter(key, TimeSource.toNanos(options.limit()))) {
				throw new RowBusyException(collection, key.text(), options.limit());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new RowBusyException(collection, key.text(), options.limit());
		}
		try {
			return write.get();
		}
		finally {
			queue.leave(key);
		}
	}

	@Override
	Base<R> base(RowKey key) {
		Cell<R> known = this.local.get(this.shape.localKey(key));
		// A version shows whether what is known is outdated. Nothing shows that for an
		// absence, or in a table without versions.
		return (known != null && version(known) != null) ? new Base<>(known, false) : new Base<>(stored(key), true);
	}

	@Override
	Cell<R> stored(RowKey key) {
		return this.loader.loadAnew(key);
	}

	@Override
	WriteOutcome attempt(RowWrite write) {
		this.tally.attempts.increment();
		Propagation<K, R>.Write follow = this.propagation.begin(write.key());
		WriteOutcome outcome = ask(this.store, write, follow);
		try {
			follow(outcome, follow);
		}
		catch (RuntimeException | Error unreadable) {
			// The row is stored, but its class does not take it.
			follow.unknown();
			throw unreadable;
		}
		return outcome;
	}

	private static <K, R> WriteOutcome ask(RowStore store, RowWrite write, Propagation<K, R>.Write follow) {
		try {
			return store.write(write);
		}
		catch (StoreException ex) {
			if (ex.reason().isWithoutEffect()) {
				follow.nothing();
			}
			else {
				follow.unknown();
			}
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			follow.unknown();
			throw ex;
		}
	}

	private void follow(WriteOutcome outcome, Propagation<K, R>.Write follow) {
		switch (outcome) {
			case WriteOutcome.Stored stored -> {
				Cell<R> cell = cell(stored);
				this.tally.writes.increment();
				follow.stored(cell, stored.row());
			}
			case WriteOutcome.Deleted deleted -> {
				this.tally.writes.increment();
				follow.deleted();
			}
			case WriteOutcome.Conflict conflict -> {
				this.tally.conflicts.increment();
				found(conflict.current(), follow);
			}
			case WriteOutcome.Missing missing -> {
				if (missing.expected() != null) {
					this.tally.conflicts.increment();
				}
				found(null, follow);
			}
			case WriteOutcome.Duplicate duplicate -> found(duplicate.current(), follow);
		}
	}

	private void found(@Nullable Row current, Propagation<K, R>.Write follow) {
		follow.found((current != null) ? this.shape.cell(current) : null, current);
	}

}
