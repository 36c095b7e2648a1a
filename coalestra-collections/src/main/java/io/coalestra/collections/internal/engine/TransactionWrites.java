package io.coalestra.collections.internal.engine;

import java.util.List;
import java.util.function.Supplier;

import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.option.UpdateOptions;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.time.TimeSource;

/**
 * Writes of a transaction: the store takes part in it on the calling thread, and all else
 * learns of them when it is committed. They take no turns, as the database's own locks
 * hold until the transaction's end, and know of deadlocks.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
final class TransactionWrites<K, R> extends RowWrites<K, R> {

	private final RowStore store;

	private final Loader<K, R> loader;

	private final Overlay<K, R> overlay;

	TransactionWrites(String collection, Shape<K, R> shape, UpdateOptions options, TimeSource time, Tally tally,
			RowStore store, Loader<K, R> loader, Overlay<K, R> overlay) {
		super(collection, shape, options, time, tally);
		this.store = store;
		this.loader = loader;
		this.overlay = overlay;
	}

	@Override
	<T> T inTurn(RowKey key, Supplier<T> write) {
		return write.get();
	}

	@Override
	Base<R> base(RowKey key) {
		Cell<R> own = this.overlay.cell(key);
		return new Base<>((own != null) ? own : stored(key), true);
	}

	@Override
	Cell<R> stored(RowKey key) {
		Cell<R> loaded = this.loader.loadInTransaction(List.of(key)).get(key);
		return (loaded != null) ? loaded : Cell.absent();
	}

	@Override
	WriteOutcome attempt(RowWrite write) {
		RowKey key = write.key();
		this.tally.attempts.increment();
		this.overlay.begin(key);
		WriteOutcome outcome;
		try {
			outcome = this.store.write(write);
		}
		catch (RuntimeException | Error ex) {
			// Whether the transaction can go on is its owner's to know; what it sees of
			// the row now is the store's.
			this.overlay.wrote(key, null);
			throw ex;
		}
		switch (outcome) {
			case WriteOutcome.Stored stored -> {
				this.tally.writes.increment();
				this.overlay.wrote(key, null);
				this.overlay.wrote(key, cell(stored));
			}
			case WriteOutcome.Deleted deleted -> {
				this.tally.writes.increment();
				this.overlay.wrote(key, Cell.absent());
			}
			case WriteOutcome.Conflict conflict -> {
				this.tally.conflicts.increment();
				this.overlay.invalidate(key);
			}
			case WriteOutcome.Missing missing -> {
				if (missing.expected() != null) {
					this.tally.conflicts.increment();
				}
				this.overlay.invalidate(key);
			}
			case WriteOutcome.Duplicate duplicate -> {
				// Another writer's row, which memory may say that there is not.
				this.overlay.invalidate(key);
			}
		}
		return outcome;
	}

}
