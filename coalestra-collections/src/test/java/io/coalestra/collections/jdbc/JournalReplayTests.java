package io.coalestra.collections.jdbc;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.collections.flush.FlushConflict;
import io.coalestra.collections.journal.Journal;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.collections.row.Bytes;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import io.coalestra.collections.store.FaultyRowStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.collections.store.RowWrite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that dies after the database has answered and before its journal knows, and
 * the next one over the same journal, with values that the database writes in its own
 * form.
 */
class JournalReplayTests {

	private static final PostgresServer server = PostgresServer.shared();

	private static final Table EVENT = Table.named("event")
		.column("id", ScalarType.BIGINT)
		.column("at", ScalarType.TIMESTAMP)
		.column("local_at", ScalarType.LOCAL_TIMESTAMP)
		.column("day", ScalarType.DATE)
		.column("hour", ScalarType.TIME)
		.column("price", ScalarType.DECIMAL)
		.column("ratio", ScalarType.DOUBLE)
		.column("share", ScalarType.REAL)
		.column("doc", ScalarType.JSON)
		.column("token", ScalarType.UUID)
		.column("bytes", ScalarType.BYTES)
		.column("tags", new ColumnType.ArrayOf(ScalarType.TEXT))
		.column("prices", new ColumnType.ArrayOf(ScalarType.DECIMAL))
		.column("note", ScalarType.TEXT, ColumnTrait.NULLABLE)
		.column("origin", ScalarType.TEXT, ColumnTrait.INSERT_ONLY)
		.column("version", ScalarType.BIGINT)
		.version("version")
		.build();

	private static final String SCHEMA = """
			CREATE TABLE event (id bigint PRIMARY KEY, at timestamptz NOT NULL, local_at timestamp NOT NULL,
			  day date NOT NULL, hour time NOT NULL, price numeric(20,4) NOT NULL, ratio double precision NOT NULL,
			  share real NOT NULL, doc jsonb NOT NULL, token uuid NOT NULL, bytes bytea NOT NULL, tags text[] NOT NULL,
			  prices numeric[] NOT NULL, note text, origin text NOT NULL, version bigint NOT NULL)""";

	@TempDir
	private Path directory;

	private final String database = server.createDatabase();

	private final PostgresStore truth = new PostgresStore(ConnectionProvider.of(server.dataSource(this.database)));

	private final List<FlushConflict> conflicts = new ArrayList<>();

	JournalReplayTests() {
		server.execute(this.database, SCHEMA);
	}

	private static Row event(long id, String note) {
		List<Object> tags = new ArrayList<>(List.of("a,b", "{\"c\"}", ""));
		tags.add(null);
		return EVENT.row()
			.set("id", id)
			.set("at", Instant.parse("2026-03-29T01:30:00.123456789Z"))
			.set("local_at", LocalDateTime.parse("2026-03-29T02:30:00.999999"))
			.set("day", LocalDate.of(2026, 2, 28))
			.set("hour", LocalTime.of(23, 59, 59, 1_000))
			.set("price", new BigDecimal("12.5"))
			.set("ratio", 0.1 + 0.2)
			.set("share", 0.1f)
			.set("doc", new Json("{\"b\": 1.50, \"a\": [\"\\u00e4\", null]}"))
			.set("token", new UUID(1, 2))
			.set("bytes", Bytes.of(new byte[] { 0, -1, 92 }))
			.set("tags", tags)
			.set("prices", List.of(new BigDecimal("1.10"), new BigDecimal("2")))
			.set("note", note)
			.set("origin", "here")
			.build();
	}

	private BufferedWriteBehind buffer() {
		return BufferedWriteBehind.builder()
			.journal(Journal.in(this.directory).open())
			.closeLimit(Duration.ZERO)
			.onConflict(this.conflicts::add)
			.build();
	}

	private static RowCollection<RowKey, Row> events(BufferedWriteBehind buffer, RowStore store,
			List<CollectionRegistry> open) {
		CollectionRegistry registry = CollectionRegistry.builder()
			.store(store)
			.writeBehind(buffer)
			.options("event", (options) -> options.flush(FlushStrategy.ON_CHECKPOINT))
			.build();
		open.add(registry);
		return registry.rows(EVENT);
	}

	/**
	 * Writes, and dies when the database has it.
	 */
	private void former(Consumer<RowCollection<RowKey, Row>> writing) {
		FaultyRowStore store = new FaultyRowStore(this.truth);
		List<CollectionRegistry> open = new ArrayList<>();
		BufferedWriteBehind buffer = buffer();
		try {
			writing.accept(events(buffer, store, open));
			store.failAfterEffect();
			buffer.flush();
		}
		finally {
			buffer.close(Duration.ZERO);
			open.forEach(CollectionRegistry::close);
		}
	}

	private void next() {
		List<CollectionRegistry> open = new ArrayList<>();
		BufferedWriteBehind buffer = buffer();
		try {
			events(buffer, this.truth, open);
			assertThat(buffer.statistics().pending()).isPositive();
			assertThat(buffer.flush().left()).isZero();
		}
		finally {
			buffer.close();
			open.forEach(CollectionRegistry::close);
		}
	}

	private Row stored(long id) {
		return Objects.requireNonNull(this.truth.fetch(EVENT, List.of(EVENT.key(id))).get(EVENT.key(id)));
	}

	@Test
	void aRowThatWasInsertedIsKnownAgain() {
		former((events) -> {
			events.insert(event(1, "a"));
			events.insert(event(2, "b"));
		});
		List<Row> before = List.of(stored(1), stored(2));
		next();
		assertThat(this.conflicts).isEmpty();
		assertThat(List.of(stored(1), stored(2))).isEqualTo(before);
	}

	@Test
	void aRowThatWasChangedIsKnownAgain() {
		this.truth.write(RowWrite.Insert.of(event(1, "old")));
		former((events) -> {
			events.set(EVENT.key(1L), "note", "new");
		});
		Row before = stored(1);
		assertThat(before.get("note")).isEqualTo("new");
		next();
		assertThat(this.conflicts).isEmpty();
		assertThat(stored(1)).isEqualTo(before);
	}

	@Test
	void aRowThatAnotherHasChangedSinceStandsAndIsReported() {
		former((events) -> {
			events.insert(event(1, "a"));
		});
		this.truth.write(RowWrite.Update.of(event(1, "theirs"), null));
		next();
		assertThat(stored(1).get("note")).isEqualTo("theirs");
		assertThat(this.conflicts).hasSize(1);
	}

}
