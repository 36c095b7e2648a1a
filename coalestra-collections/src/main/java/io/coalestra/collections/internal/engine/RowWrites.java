package io.coalestra.collections.internal.engine;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.collections.access.Change;
import io.coalestra.collections.access.LoadException;
import io.coalestra.collections.access.RowConflictException;
import io.coalestra.collections.access.RowExistsException;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.option.UpdateOptions;
import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What writes mean, whatever becomes of them: which versions they are made upon, when
 * they are tried again, and what is said when they cannot be done.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
abstract class RowWrites<K, R> {

	/** As a row may come and go between two looks. */
	private static final int PUT_ATTEMPTS = 20;

	final String collection;

	final Shape<K, R> shape;

	final UpdateOptions options;

	private final TimeSource time;

	final Tally tally;

	RowWrites(String collection, Shape<K, R> shape, UpdateOptions options, TimeSource time, Tally tally) {
		this.collection = collection;
		this.shape = shape;
		this.options = options;
		this.time = time;
		this.tally = tally;
	}

	/**
	 * Runs a write in its turn among those of the row.
	 */
	abstract <T> T inTurn(RowKey key, Supplier<T> write);

	/**
	 * Returns the row upon which a change is first tried.
	 */
	abstract Base<R> base(RowKey key);

	/**
	 * Returns the row as it is stored at this moment.
	 */
	abstract Cell<R> stored(RowKey key);

	/**
	 * Tries a write, and sees to what follows from it.
	 */
	abstract WriteOutcome attempt(RowWrite write);

	Cell<R> insert(Row row) {
		RowWrite.Insert insert = RowWrite.Insert.of(row);
		return inTurn(insert.key(), () -> switch (attempt(insert)) {
			case WriteOutcome.Stored stored -> cell(stored);
			case WriteOutcome.Duplicate duplicate -> throw new RowExistsException(this.collection, insert.key().text());
			default -> throw unexpected(insert);
		});
	}

	/**
	 * Writes changes upon an expected version, or upon any.
	 */
	Cell<R> change(RowKey key, Row changes, @Nullable RowVersion expected) {
		RowWrite.Update update = new RowWrite.Update(key, changes, expected);
		return inTurn(key, () -> switch (attempt(update)) {
			case WriteOutcome.Stored stored -> cell(stored);
			case WriteOutcome.Conflict conflict -> throw conflict(key, expected, conflict.current().version(), 1);
			case WriteOutcome.Missing missing when expected != null -> throw conflict(key, expected, null, 1);
			case WriteOutcome.Missing missing -> throw new RowMissingException(this.collection, key.text());
			default -> throw unexpected(update);
		});
	}

	/**
	 * Writes a row whether there is one or not.
	 * @param row the row
	 * @param inserted the row as it is where there is none
	 */
	Cell<R> put(Row row, Row inserted) {
		RowKey key = row.key();
		return inTurn(key, () -> {
			for (int attempt = 1; attempt <= PUT_ATTEMPTS; attempt++) {
				if (attempt(new RowWrite.Update(key, row, null)) instanceof WriteOutcome.Stored stored) {
					return cell(stored);
				}
				if (attempt(RowWrite.Insert.of(inserted)) instanceof WriteOutcome.Stored stored) {
					return cell(stored);
				}
			}
			throw conflict(key, null, null, PUT_ATTEMPTS);
		});
	}

	boolean delete(RowKey key) {
		RowWrite.Delete delete = new RowWrite.Delete(this.shape.table(), key, null);
		return inTurn(key, () -> attempt(delete) instanceof WriteOutcome.Deleted);
	}

	void delete(RowKey key, RowVersion expected) {
		RowWrite.Delete delete = new RowWrite.Delete(this.shape.table(), key, expected);
		inTurn(key, () -> switch (attempt(delete)) {
			case WriteOutcome.Deleted deleted -> true;
			case WriteOutcome.Conflict conflict -> throw conflict(key, expected, conflict.current().version(), 1);
			default -> throw conflict(key, expected, null, 1);
		});
	}

	/**
	 * Changes a row, or makes or deletes it. What was decided upon a row that is outdated
	 * never counts: a write shows the version, and where nothing is to be written, or the
	 * decision was an exception, the stored row is looked at once more.
	 */
	Optional<Versioned<R>> compute(RowKey key, Function<? super Optional<R>, Change<R>> change) {
		long end = TimeSource.plus(this.time.monotonicNanos(), TimeSource.toNanos(this.options.limit()));
		return inTurn(key, () -> {
			Base<R> base = base(key);
			for (int attempt = 1;; attempt++) {
				RowWrite write;
				Base<R> newer;
				try {
					write = decided(key, base.cell(), change);
					newer = (write == null) ? newer(key, base) : null;
				}
				catch (LoadException ex) {
					throw ex;
				}
				catch (RuntimeException | Error refusal) {
					newer = newer(key, base, refusal);
					if (newer == null) {
						throw refusal;
					}
					write = null;
				}
				if (write != null) {
					WriteOutcome outcome = attempt(write);
					if (outcome.isDone()) {
						return (outcome instanceof WriteOutcome.Stored stored)
								? Optional.ofNullable(cell(stored).held()) : Optional.empty();
					}
					newer = new Base<>(found(outcome), true);
				}
				else if (newer == null) {
					return Optional.ofNullable(base.cell().held());
				}
				if (attempt >= this.options.maxAttempts() || this.time.monotonicNanos() >= end) {
					throw overtaken(key, base.cell(), newer.cell(), attempt);
				}
				base = newer;
			}
		});
	}

	private RowConflictException overtaken(RowKey key, Cell<R> tried, Cell<R> found, int attempts) {
		Versioned<R> held = found.held();
		return new RowConflictException(this.collection, key.text(), expected(tried),
				(held != null) ? String.valueOf(held.version()) : null, attempts);
	}

	private static String expected(Cell<?> tried) {
		Versioned<?> held = tried.held();
		return (held != null) ? String.valueOf(held.version()) : RowConflictException.NO_ROW;
	}

	private Cell<R> found(WriteOutcome outcome) {
		Row current = switch (outcome) {
			case WriteOutcome.Conflict conflict -> conflict.current();
			case WriteOutcome.Duplicate duplicate -> duplicate.current();
			default -> null;
		};
		return (current != null) ? this.shape.cell(current) : Cell.absent();
	}

	/**
	 * Returns what is stored instead of the row upon which something was decided.
	 * @return the stored row, or null where it is that very row
	 */
	private @Nullable Base<R> newer(RowKey key, Base<R> base) {
		if (base.isStored()) {
			return null;
		}
		Cell<R> stored = stored(key);
		return Objects.equals(version(stored), version(base.cell())) ? null : new Base<>(stored, true);
	}

	private @Nullable Base<R> newer(RowKey key, Base<R> base, Throwable refusal) {
		try {
			return newer(key, base);
		}
		catch (RuntimeException unknown) {
			unknown.addSuppressed(refusal);
			throw unknown;
		}
	}

	static @Nullable RowVersion version(Cell<?> cell) {
		return (cell.held() != null) ? cell.held().version() : null;
	}

	// Null where there is nothing to write.
	private @Nullable RowWrite decided(RowKey key, Cell<R> base, Function<? super Optional<R>, Change<R>> change) {
		Versioned<R> held = base.held();
		Row before = base.row();
		return switch (change.apply((held != null) ? Optional.of(held.value()) : Optional.empty())) {
			case Change.Keep<R> keep -> null;
			case Change.Put<R>(R value) -> {
				if (before == null || held == null) {
					Row row = this.shape.newRow(value);
					requireSameKey(key, row);
					yield RowWrite.Insert.of(row);
				}
				Row row = this.shape.row(value);
				requireSameKey(key, row);
				Row changes = changeable(before.changesTo(row));
				yield changes.toMap().isEmpty() ? null : new RowWrite.Update(key, changes, held.version());
			}
			case Change.Delete<R> delete ->
				(held == null) ? null : new RowWrite.Delete(this.shape.table(), key, held.version());
		};
	}

	void requireSameKey(RowKey key, Row row) {
		RowKey given = row.key();
		if (!given.equals(key)) {
			throw new IllegalArgumentException("collection " + this.collection + ", row " + key + ": changed into row "
					+ given + " (expected: the same key)");
		}
	}

	/**
	 * Leaves out what is not the writer's to change, and refuses what must not differ.
	 */
	private Row changeable(Row changes) {
		Table table = changes.table();
		Row.Builder left = changes.toBuilder();
		for (Column column : table.columns()) {
			if (!changes.has(column.name())) {
				continue;
			}
			if (column.is(ColumnTrait.INSERT_ONLY)) {
				throw new IllegalArgumentException("collection " + this.collection + ", column " + column.name()
						+ ": changed (expected: as it was inserted)");
			}
			if (table.isKey(column) || column.equals(table.versionColumn()) || column.is(ColumnTrait.SERVER_KEPT)) {
				left.unset(column.name());
			}
		}
		return left.build();
	}

	Cell<R> cell(WriteOutcome.Stored stored) {
		return this.shape.cell(stored.row());
	}

	RowConflictException conflict(RowKey key, @Nullable RowVersion expected, @Nullable RowVersion found, int attempts) {
		return new RowConflictException(this.collection, key.text(), (expected != null) ? expected.toString() : null,
				(found != null) ? found.toString() : null, attempts);
	}

	private IllegalStateException unexpected(RowWrite write) {
		return new IllegalStateException(
				"collection " + this.collection + ", row " + write.key() + ": an answer that does not fit the write");
	}

	/**
	 * A row upon which a change is tried.
	 *
	 * @param <R> the rows' type
	 * @param cell the row
	 * @param isStored whether it is what the store has, or is to have: otherwise it may
	 * be outdated, and its version shows that
	 */
	record Base<R>(Cell<R> cell, boolean isStored) {
	}

}
