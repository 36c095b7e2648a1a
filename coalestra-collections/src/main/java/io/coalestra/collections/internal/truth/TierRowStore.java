package io.coalestra.collections.internal.truth;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowFormat;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.collections.store.StoreException;
import io.coalestra.collections.store.UnreadableRowsException;
import io.coalestra.collections.store.WriteOutcome;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierContent;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.tier.coherence.TierAnswer;
import io.coalestra.tier.coherence.TierGate;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a collection that has a shared tier and no store: the tier is the truth, so
 * that what it does not answer is an error.
 *
 * <p>
 * A row is replaced only while it is the one that was read: what is written shows the
 * token of that read, and a higher version than the row had. A removal between the two
 * makes the token void, a write makes the version too low, and an expiry leads to
 * versions above both, as those begin with the tier's own time of reading. Safe for
 * concurrent use.
 */
public final class TierRowStore extends KeyedRowStore {

	private static final int RANK = 0;

	private static final int MAX_ATTEMPTS = 8;

	private final TierGate gate;

	private final String space;

	private final Duration life;

	/**
	 * Makes a store.
	 * @param gate the way to the tier
	 * @param space the space of the tier's keys
	 * @param life how long the tier keeps a row after it was written
	 */
	public TierRowStore(TierGate gate, String space, Duration life) {
		Duration least = gate.tier().longestFill();
		if (life.compareTo(least) < 0) {
			throw new IllegalArgumentException(
					"shared life: " + life + " (expected: at least the tier's longest fill of " + least + ")");
		}
		this.gate = gate;
		this.space = space;
		this.life = life;
	}

	@Override
	public String name() {
		return this.gate.tier().name();
	}

	private TierKey tierKey(RowKey key) {
		return new TierKey(this.space, key.text());
	}

	private <T> T ask(Function<SharedTier, CompletableFuture<T>> question) {
		return switch (this.gate.write(question).join()) {
			case TierAnswer.Given<T>(T value) -> value;
			case TierAnswer.Withheld<T> withheld -> throw new StoreException(name(), StoreException.Reason.UNAVAILABLE,
					"it does not answer: " + withheld.message(), null);
		};
	}

	@Override
	public Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		List<RowKey> asked = List.copyOf(keys);
		List<TierLookup> lookups = ask((tier) -> tier.read(asked.stream().map(this::tierKey).toList()));
		Map<RowKey, Row> found = LinkedHashMap.newLinkedHashMap(asked.size());
		Set<RowKey> unreadable = new LinkedHashSet<>();
		IllegalArgumentException wrong = null;
		for (int i = 0; i < asked.size(); i++) {
			try {
				Row row = rowOf(table, lookups.get(i));
				if (row != null) {
					found.put(asked.get(i), row);
				}
			}
			catch (IllegalArgumentException ex) {
				unreadable.add(asked.get(i));
				wrong = ex;
			}
		}
		if (wrong != null) {
			throw new UnreadableRowsException(name(),
					unreadable.size() + " of " + asked.size() + " rows of table " + table.name(), found, unreadable,
					wrong);
		}
		return found;
	}

	/**
	 * Reads a row. A column that the table has gained since it was written is null, where
	 * that may be.
	 * @throws IllegalArgumentException if the row is there and is none of the table's:
	 * whoever took it for absent would write over it
	 */
	private static @Nullable Row rowOf(Table table, TierLookup lookup) {
		if (!(lookup instanceof TierLookup.Found found)) {
			return null;
		}
		Row row = RowFormat.decode(table, ByteBuffer.wrap(found.entry().payload()));
		if (row == null) {
			throw new IllegalArgumentException("a row in another form (expected: one of table " + table.name() + ")");
		}
		Row.Builder whole = row.toBuilder();
		for (Column column : table.columns()) {
			if (!row.has(column.name())) {
				if (column.isRequired()) {
					throw new IllegalArgumentException("a row without column " + column.name()
							+ " (expected: a value, or a column that may be null)");
				}
				whole.set(column.name(), null);
			}
		}
		return whole.build();
	}

	private @Nullable Row current(RowWrite write, TierLookup lookup) {
		try {
			return rowOf(write.table(), lookup);
		}
		catch (IllegalArgumentException ex) {
			throw new UnreadableRowsException(name(), "row of table " + write.table().name(), Map.of(),
					Set.of(write.key()), ex);
		}
	}

	@Override
	public WriteOutcome write(RowWrite write) {
		RowDraft.requireNumbered(name(), write.table());
		TierKey key = tierKey(write.key());
		for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
			TierLookup lookup = ask((tier) -> tier.read(List.of(key))).getFirst();
			Row given = null;
			if (!isToBeRemoved(write, lookup)) {
				Row current = current(write, lookup);
				WriteOutcome refusal = refusal(write, current);
				if (refusal != null) {
					return refusal;
				}
				given = written(write, current);
			}
			long order = orderOf(lookup);
			Row row = (given != null) ? RowDraft.versioned(name(), given, Math.max(order + 1, lookup.token().readAt()))
					: null;
			TierWrite change = (row != null) ? fill(key, row, lookup)
					: new TierWrite.Deletion(key, RANK, order, this.life);
			TierWriteResult result = ask((tier) -> tier.write(List.of(change))).getFirst();
			if (result.isStored()) {
				return (row != null) ? new WriteOutcome.Stored(write.key(), row)
						: new WriteOutcome.Deleted(write.key());
			}
		}
		throw new StoreException(name(), StoreException.Reason.TRANSIENT,
				"other writers of the row were faster " + MAX_ATTEMPTS + " times", null);
	}

	// Without a look at it: also a row that cannot be read can be removed.
	private static boolean isToBeRemoved(RowWrite write, TierLookup lookup) {
		return write instanceof RowWrite.Delete delete && delete.expected() == null
				&& lookup instanceof TierLookup.Found;
	}

	private static long orderOf(TierLookup lookup) {
		long order = switch (lookup) {
			case TierLookup.Found found -> found.entry().version().order();
			case TierLookup.Removed removed -> removed.version().order();
			case TierLookup.Nothing nothing -> 0;
		};
		return Math.max(0, order);
	}

	private TierWrite fill(TierKey key, Row row, TierLookup lookup) {
		byte[] bytes = RowFormat.encode(row);
		int most = this.gate.tier().maxPayloadBytes();
		if (bytes.length > most) {
			throw new StoreException(name(), StoreException.Reason.REJECTED,
					"a row of " + bytes.length + " bytes is larger than the " + most + " that it takes", null);
		}
		long version = Objects.requireNonNull(row.version()).order();
		return new TierWrite.Fill(key, TierContent.of(RANK, version, bytes), lookup.token(), this.life);
	}

}
