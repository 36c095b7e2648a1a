package io.coalestra.collections.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A store in the memory of one process: for tests, and the plainest form of what every
 * store promises. It takes part in no transaction, and checks no references. Safe for
 * concurrent use.
 */
public final class InMemoryRowStore implements RowStore {

	private static final long FIRST_VERSION = 1;

	private final TimeSource time;

	// All read and written under this object's monitor.
	private final Map<String, NavigableMap<RowKey, Row>> tables = new HashMap<>();

	// The last versions of rows that were deleted: a later life goes on from there.
	private final Map<RowKey, RowVersion> ended = new HashMap<>();

	private final Map<String, Function<Row, @Nullable Object>> suppliers = new HashMap<>();

	/**
	 * Makes a store.
	 * @param time the clock of versions that are timestamps
	 */
	public InMemoryRowStore(TimeSource time) {
		this.time = Objects.requireNonNull(time, "time");
	}

	/**
	 * Says what the store itself gives a column, as a database's default or trigger does.
	 * @param table the table
	 * @param column the column, {@link ColumnTrait#SERVER_DEFAULTED} or
	 * {@link ColumnTrait#SERVER_KEPT}
	 * @param value gives the value, from the row as it is written so far; must not call
	 * the store
	 * @return this store
	 * @throws IllegalArgumentException if the column is neither
	 */
	public synchronized InMemoryRowStore supply(Table table, String column, Function<Row, @Nullable Object> value) {
		Column given = table.column(column);
		if (!given.is(ColumnTrait.SERVER_DEFAULTED) && !given.is(ColumnTrait.SERVER_KEPT)) {
			throw new IllegalArgumentException(
					"column " + column + ": " + given.traits() + " (expected: SERVER_DEFAULTED or SERVER_KEPT)");
		}
		this.suppliers.put(table.name() + "." + column, value);
		return this;
	}

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public synchronized Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys) {
		Map<RowKey, Row> rows = rows(table);
		Map<RowKey, Row> found = new LinkedHashMap<>();
		for (RowKey key : keys) {
			Row row = rows.get(key);
			if (row != null) {
				found.put(key, row);
			}
		}
		return found;
	}

	private NavigableMap<RowKey, Row> rows(Table table) {
		return this.tables.computeIfAbsent(table.toString(), (name) -> new TreeMap<>());
	}

	@Override
	public synchronized WriteOutcome write(RowWrite write) {
		Map<RowKey, Row> rows = rows(write.table());
		Row current = rows.get(write.key());
		return switch (write) {
			case RowWrite.Insert insert when current != null -> new WriteOutcome.Duplicate(insert.key(), current);
			case RowWrite.Insert insert -> store(rows, insert.key(), inserted(insert.row()));
			case RowWrite.Update update when current == null ->
				new WriteOutcome.Missing(update.key(), update.expected());
			case RowWrite.Delete delete when current == null ->
				new WriteOutcome.Missing(delete.key(), delete.expected());
			case RowWrite.Update update when differs(update.expected(), current) ->
				conflict(update.key(), update.expected(), current);
			case RowWrite.Delete delete when differs(delete.expected(), current) ->
				conflict(delete.key(), delete.expected(), current);
			case RowWrite.Update update -> store(rows, update.key(), updated(current, update.changes()));
			case RowWrite.Delete delete -> {
				end(rows.remove(delete.key()));
				yield new WriteOutcome.Deleted(delete.key());
			}
		};
	}

	private static boolean differs(@Nullable RowVersion expected, @Nullable Row current) {
		return expected != null && current != null && !expected.equals(current.version());
	}

	private static WriteOutcome conflict(RowKey key, @Nullable RowVersion expected, @Nullable Row current) {
		return new WriteOutcome.Conflict(key, Objects.requireNonNull(expected), Objects.requireNonNull(current));
	}

	private static WriteOutcome store(Map<RowKey, Row> rows, RowKey key, Row row) {
		rows.put(key, row);
		return new WriteOutcome.Stored(key, row);
	}

	private void end(@Nullable Row row) {
		RowVersion last = (row != null) ? row.version() : null;
		if (row != null && last != null) {
			this.ended.put(row.key(), last);
		}
	}

	private Row inserted(Row given) {
		Row.Builder row = given.toBuilder();
		for (Column column : given.table().columns()) {
			if (column.equals(given.table().versionColumn())) {
				row.set(column.name(), nextVersion(given.table(), this.ended.get(given.key())));
			}
			else if (!given.has(column.name())) {
				row.set(column.name(), supplied(row.build(), column));
			}
		}
		return row.build();
	}

	private Row updated(@Nullable Row current, Row changes) {
		Row merged = Objects.requireNonNull(current).with(changes);
		Row.Builder row = merged.toBuilder();
		for (Column column : merged.table().columns()) {
			if (column.equals(merged.table().versionColumn())) {
				row.set(column.name(), nextVersion(merged.table(), merged.version()));
			}
			else if (column.is(ColumnTrait.SERVER_KEPT)) {
				row.set(column.name(), supplied(row.build(), column));
			}
		}
		return row.build();
	}

	private @Nullable Object supplied(Row row, Column column) {
		Function<Row, @Nullable Object> supplier = this.suppliers.get(row.table().name() + "." + column.name());
		Object value = (supplier != null) ? supplier.apply(row) : null;
		if (value == null && !column.is(ColumnTrait.NULLABLE)) {
			throw new StoreException(name(), StoreException.Reason.REJECTED,
					"column " + column.name() + " of table " + row.table() + " has no value, and none is supplied",
					null);
		}
		return value;
	}

	private Object nextVersion(Table table, @Nullable RowVersion before) {
		return switch (Objects.requireNonNull(table.versionKind())) {
			case NUMBER -> (before != null) ? before.order() + 1 : FIRST_VERSION;
			case TIMESTAMP -> {
				RowVersion now = RowVersion.of(this.time.now());
				yield ((before != null && now.order() <= before.order())
						? new RowVersion(before.kind(), before.order() + 1) : now)
					.value();
			}
		};
	}

	@Override
	public synchronized GroupOutcome writeAll(List<? extends RowWrite> writes) {
		Map<String, NavigableMap<RowKey, Row>> before = new HashMap<>();
		this.tables.forEach((table, rows) -> before.put(table, new TreeMap<>(rows)));
		List<WriteOutcome> outcomes = new ArrayList<>(writes.size());
		boolean done = false;
		try {
			for (RowWrite write : writes) {
				WriteOutcome outcome = write(write);
				if (!outcome.isDone()) {
					return new GroupOutcome.Undone(outcomes.size(), outcome);
				}
				outcomes.add(outcome);
			}
			done = true;
			return new GroupOutcome.Applied(outcomes);
		}
		finally {
			if (!done) {
				this.tables.clear();
				this.tables.putAll(before);
			}
		}
	}

	@Override
	public synchronized List<Row> scan(Scan scan) {
		return rows(scan.table()).values()
			.stream()
			.filter((row) -> hasAll(row, scan.equal()))
			.filter((row) -> scan.after() == null || compare(scan, scan.positionOf(row), scan.after()) > 0)
			.sorted((a, b) -> compare(scan, scan.positionOf(a), scan.positionOf(b)))
			.limit(scan.limit().orElse(Integer.MAX_VALUE))
			.toList();
	}

	private static boolean hasAll(Row row, Map<String, @Nullable Object> equal) {
		return equal.entrySet().stream().allMatch((each) -> Objects.equals(row.get(each.getKey()), each.getValue()));
	}

	private static int compare(Scan scan, List<? extends @Nullable Object> a, List<? extends @Nullable Object> b) {
		Comparator<@Nullable Object> ascending = Comparator.nullsLast(InMemoryRowStore::compareValues);
		for (int i = 0; i < a.size(); i++) {
			int order = ascending.compare(a.get(i), b.get(i));
			if (order != 0) {
				return scan.isDescending() ? -order : order;
			}
		}
		return 0;
	}

	@SuppressWarnings("unchecked") // values of one column are of one class, which an
									// order allows
	private static int compareValues(Object a, Object b) {
		return (a instanceof Comparable<?>) ? ((Comparable<Object>) a).compareTo(b)
				: a.toString().compareTo(b.toString());
	}

	@Override
	public synchronized List<RowKey> repoint(Repointing repointing) {
		Map<RowKey, Row> rows = rows(repointing.table());
		List<RowKey> moved = new ArrayList<>();
		rows.replaceAll((key, row) -> {
			if (!repointing.from().equals(row.get(repointing.column()))) {
				return row;
			}
			moved.add(key);
			return updated(row, repointing.table().row(Map.of(repointing.column(), repointing.to())));
		});
		return moved;
	}

	/**
	 * Empties the store.
	 */
	public synchronized void clear() {
		this.tables.clear();
		this.ended.clear();
	}

}
