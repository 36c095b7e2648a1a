package io.coalestra.collections.internal.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.transaction.Transactions;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction has written to a collection: seen by its own reads, and by all
 * when it is committed. Used by the transaction's thread alone.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
final class Overlay<K, R> implements Transactions.Completion {

	private final Propagation<K, R> propagation;

	// A row whose cell is null was written, but what the transaction sees of it is not
	// known: the store is asked.
	private final Map<RowKey, Written<K, R>> written = new LinkedHashMap<>();

	private final Set<RowKey> invalidated = new LinkedHashSet<>();

	Overlay(Propagation<K, R> propagation) {
		this.propagation = propagation;
	}

	/**
	 * Notes that a row is going to be written, before the store is asked.
	 */
	void begin(RowKey key) {
		this.written.computeIfAbsent(key, (same) -> new Written<>(this.propagation.begin(same)));
	}

	void wrote(RowKey key, @Nullable Cell<R> cell) {
		Written<K, R> row = this.written.get(key);
		if (row == null) {
			throw new IllegalStateException("row " + key + ": written without having begun");
		}
		row.cell = cell;
		row.changed = true;
	}

	/**
	 * Notes that memory is wrong about a row, whatever becomes of the transaction; what
	 * it has made of the row so far is not what the store has.
	 */
	void invalidate(RowKey key) {
		this.invalidated.add(key);
		Written<K, R> row = this.written.get(key);
		if (row != null) {
			row.cell = null;
		}
	}

	boolean wrote(RowKey key) {
		Written<K, R> row = this.written.get(key);
		return (row != null && row.changed) || this.invalidated.contains(key);
	}

	/**
	 * Returns what the transaction has made of a row.
	 * @return the cell, or null where the store is to be asked
	 */
	@Nullable Cell<R> cell(RowKey key) {
		Written<K, R> row = this.written.get(key);
		return (row != null) ? row.cell : null;
	}

	@Override
	public void rolledBackPartly() {
		this.written.values().forEach((row) -> {
			row.cell = null;
		});
	}

	@Override
	public void completed(Transactions.Outcome outcome) {
		Set<RowKey> outdated = new LinkedHashSet<>(this.invalidated);
		this.written.forEach((key, row) -> {
			if (outcome == Transactions.Outcome.ROLLED_BACK || !row.changed) {
				row.follow.nothing();
			}
			else {
				outdated.remove(key);
				followChanged(row, outcome);
			}
		});
		if (!outdated.isEmpty()) {
			this.propagation.invalidate(outdated);
		}
	}

	private void followChanged(Written<K, R> row, Transactions.Outcome outcome) {
		Cell<R> cell = row.cell;
		if (outcome == Transactions.Outcome.UNKNOWN || cell == null) {
			row.follow.unknown();
		}
		else if (cell.row() == null) {
			row.follow.deleted();
		}
		else {
			row.follow.stored(cell, cell.row());
		}
	}

	private static final class Written<K, R> {

		private final Propagation<K, R>.Write follow;

		private @Nullable Cell<R> cell;

		private boolean changed;

		private Written(Propagation<K, R>.Write follow) {
			this.follow = follow;
		}

	}

}
