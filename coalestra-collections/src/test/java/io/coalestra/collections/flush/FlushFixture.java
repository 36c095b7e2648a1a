package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.FaultyRowStore;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import io.coalestra.time.SteerableTimeSource;

/**
 * A buffer over a store in memory that can be spoilt, with a clock that stands still, and
 * everything on the test's own thread.
 */
final class FlushFixture implements AutoCloseable {

	static final Table ORDERS = table("orders").build();

	/** Lines refer to orders, and have ids of their own that may be equal to theirs. */
	static final Table LINES = table("lines").column("order_id", ScalarType.BIGINT, ColumnTrait.NULLABLE)
		.parent("order_id", "orders")
		.build();

	/** Notes refer to notes. */
	static final Table NOTES = table("notes").column("above", ScalarType.BIGINT, ColumnTrait.NULLABLE)
		.parent("above", "notes")
		.build();

	final SteerableTimeSource time = new SteerableTimeSource();

	final RowStore truth;

	final FaultyRowStore store;

	final List<DeadLetter> deadLetters = Collections.synchronizedList(new ArrayList<>());

	final List<FlushConflict> conflicts = Collections.synchronizedList(new ArrayList<>());

	final List<Answer> answers = Collections.synchronizedList(new ArrayList<>());

	final BufferedWriteBehind writes;

	private final Map<String, WriteBehind.Buffer> buffers = new ConcurrentHashMap<>();

	private final AtomicLong sequence = new AtomicLong();

	FlushFixture() {
		this(UnaryOperator.identity());
	}

	FlushFixture(UnaryOperator<BufferedWriteBehind.Builder> options) {
		this(null, options);
	}

	FlushFixture(RowStore truth, UnaryOperator<BufferedWriteBehind.Builder> options) {
		this.truth = (truth != null) ? truth : new InMemoryRowStore(this.time);
		this.store = new FaultyRowStore(this.truth);
		this.writes = options
			.apply(BufferedWriteBehind.builder()
				.timeSource(this.time)
				.executor(Runnable::run)
				.onDeadLetter(this.deadLetters::add)
				.onConflict(this.conflicts::add))
			.build();
	}

	private static Table.Builder table(String name) {
		return Table.named(name)
			.column("id", ScalarType.BIGINT)
			.column("content", ScalarType.TEXT)
			.column("version", ScalarType.BIGINT)
			.version("version");
	}

	WriteBehind.Buffer open(Table table, FlushStrategy strategy) {
		return open(table.name(), table, strategy, this.store);
	}

	WriteBehind.Buffer open(String name, Table table, FlushStrategy strategy, RowStore where) {
		WriteBehind.Buffer buffer = this.writes.open(new WriteBehind.DeferringCollection(name, table, where, strategy,
				(write, outcome) -> answered(name, write, outcome)));
		this.buffers.put(name, buffer);
		return buffer;
	}

	private void answered(String name, DeferredWrite write, DeferredOutcome outcome) {
		assertPending(this.buffers.get(name), write);
		this.answers.add(new Answer(name, write, outcome));
	}

	// No reader may find neither the pending write nor its answer.
	private static void assertPending(WriteBehind.Buffer buffer, DeferredWrite write) {
		if (buffer.isEmpty() || buffer.pending(write.key()) == null) {
			throw new AssertionError("answered when it was not pending any more: " + write.key());
		}
	}

	static Row row(Table table, long id, String content) {
		return table.row().set("id", id).set("content", content).build();
	}

	static Row row(Table table, long id, String content, String parent, Long parentId) {
		return row(table, id, content).with(parent, parentId);
	}

	/** A row that there is not yet. */
	DeferredWrite create(Row row) {
		return new DeferredWrite(row.key(), row, null, true, this.sequence.incrementAndGet());
	}

	DeferredWrite update(Row row, long base) {
		return new DeferredWrite(row.key(), row, RowVersion.of(base), false, this.sequence.incrementAndGet());
	}

	DeferredWrite delete(Table table, long id, long base) {
		return new DeferredWrite(table.key(id), null, RowVersion.of(base), false, this.sequence.incrementAndGet());
	}

	/** What a collection does: it builds upon what is pending, or else stored. */
	DeferredWrite next(WriteBehind.Buffer buffer, RowKey key, Row row, Row known) {
		DeferredWrite before = buffer.pending(key);
		RowVersion base = (before != null) ? before.base() : (known != null) ? known.version() : null;
		boolean creates = (before != null) ? before.creates() : known == null;
		return new DeferredWrite(key, row, base, creates, this.sequence.incrementAndGet());
	}

	Row stored(Table table, long id) {
		RowKey key = table.key(id);
		return this.store.fetch(table, List.of(key)).get(key);
	}

	String content(Table table, long id) {
		Row row = stored(table, id);
		return (row != null) ? row.get("content", String.class) : null;
	}

	/** Writes past the buffer, as another node does. */
	Row storeDirectly(Row row, Long base) {
		this.store.write((base == null) ? RowWrite.Insert.of(row) : RowWrite.Update.of(row, RowVersion.of(base)));
		return stored(row.table(), (Long) row.key().values().getFirst());
	}

	List<String> outcomes() {
		return this.answers.stream()
			.map((answer) -> answer.outcome.getClass().getSimpleName() + " " + answer.collection + "/"
					+ answer.write.key())
			.toList();
	}

	@Override
	public void close() {
		this.store.heal();
		this.writes.close();
	}

	record Answer(String collection, DeferredWrite write, DeferredOutcome outcome) {
	}

}
