package io.coalestra.collections.internal.truth;

import java.util.List;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.store.GroupOutcome;
import io.coalestra.collections.store.Repointing;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.Scan;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.store.WriteOutcome;
import org.jspecify.annotations.Nullable;

/**
 * A store that finds rows by key alone.
 */
abstract class KeyedRowStore implements RowStore {

	@Override
	public GroupOutcome writeAll(List<? extends RowWrite> writes) {
		throw cannot("write several rows as one");
	}

	@Override
	public List<Row> scan(Scan scan) {
		throw cannot("search");
	}

	@Override
	public List<RowKey> repoint(Repointing repointing) {
		throw cannot("search");
	}

	private StoreException cannot(String what) {
		return new StoreException(name(), StoreException.Reason.REJECTED,
				"it cannot " + what + ": the collection has no store", null);
	}

	/**
	 * Judges a write against what is there.
	 * @return why it cannot be done, or null if it can
	 */
	static @Nullable WriteOutcome refusal(RowWrite write, @Nullable Row current) {
		return switch (write) {
			case RowWrite.Insert insert -> (current != null) ? new WriteOutcome.Duplicate(insert.key(), current) : null;
			case RowWrite.Update update -> refusal(update.key(), update.expected(), current);
			case RowWrite.Delete delete -> refusal(delete.key(), delete.expected(), current);
		};
	}

	private static @Nullable WriteOutcome refusal(RowKey key, @Nullable RowVersion expected, @Nullable Row current) {
		if (current == null) {
			return new WriteOutcome.Missing(key, expected);
		}
		return (expected != null && !expected.equals(current.version()))
				? new WriteOutcome.Conflict(key, expected, current) : null;
	}

	/**
	 * Returns what the row is to be, or null where it is to be deleted.
	 */
	static @Nullable Row written(RowWrite write, @Nullable Row current) {
		return switch (write) {
			case RowWrite.Insert insert -> insert.row();
			case RowWrite.Update update -> (current != null) ? current.with(update.changes()) : update.changes();
			case RowWrite.Delete delete -> null;
		};
	}

}
