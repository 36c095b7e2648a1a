package io.coalestra.collections.store;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.coalestra.collections.row.Bytes;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every store must do. Each store's tests extend it, and give it a store in which
 * the tables below are there, and empty. A database has them from {@link #SCHEMA}.
 */
public abstract class RowStoreContract {

	/** The tables as PostgreSQL has them. */
	protected static final String SCHEMA = """
			CREATE TABLE account (id bigint PRIMARY KEY, owner text NOT NULL, note text, balance numeric(12, 2),
			  version bigint NOT NULL);
			CREATE TABLE member (team text, person uuid, role text NOT NULL, since date, changed timestamptz NOT NULL,
			  PRIMARY KEY (team, person));
			CREATE TABLE tag (id text PRIMARY KEY, colour text);
			CREATE TYPE mood AS ENUM ('glad', 'sad');
			CREATE TABLE everything (id uuid PRIMARY KEY, bool boolean, small smallint, int integer, big bigint,
			  real real, dbl double precision, dec numeric, txt text, bin bytea, moment timestamptz, local timestamp,
			  day date, tod time, doc jsonb, mood mood, words text[], numbers bigint[], moods mood[],
			  decimals numeric[], moments timestamptz[], ids uuid[], bins bytea[], flags boolean[], docs jsonb[]);
			CREATE TABLE kept (id bigint PRIMARY KEY, born text NOT NULL, status text NOT NULL DEFAULT 'new',
			  stamp text, version bigint NOT NULL);
			CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
			  'BEGIN NEW.stamp := NEW.id || '':'' || NEW.status; RETURN NEW; END';
			CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON kept FOR EACH ROW EXECUTE FUNCTION stamp();
			""";

	/** Versions by number. */
	protected static final Table ACCOUNT = Table.named("account")
		.column("id", ScalarType.BIGINT)
		.column("owner", ScalarType.TEXT)
		.column("note", ScalarType.TEXT, ColumnTrait.NULLABLE)
		.column("balance", ScalarType.DECIMAL, ColumnTrait.NULLABLE)
		.column("version", ScalarType.BIGINT)
		.version("version")
		.build();

	/** A composite key, and versions by timestamp. */
	protected static final Table MEMBER = Table.named("member")
		.column("team", ScalarType.TEXT)
		.column("person", ScalarType.UUID)
		.column("role", ScalarType.TEXT)
		.column("since", ScalarType.DATE, ColumnTrait.NULLABLE)
		.column("changed", ScalarType.TIMESTAMP)
		.key("team", "person")
		.version("changed")
		.build();

	/** No versions. */
	protected static final Table TAG = Table.named("tag")
		.column("id", ScalarType.TEXT)
		.column("colour", ScalarType.TEXT, ColumnTrait.NULLABLE)
		.build();

	/** Every type. */
	protected static final Table EVERYTHING = everything();

	/** Columns that the store gives. */
	protected static final Table KEPT = Table.named("kept")
		.column("id", ScalarType.BIGINT)
		.column("born", ScalarType.TEXT, ColumnTrait.INSERT_ONLY)
		.column("status", ScalarType.TEXT, ColumnTrait.SERVER_DEFAULTED)
		.column("stamp", ScalarType.TEXT, ColumnTrait.SERVER_KEPT)
		.column("version", ScalarType.BIGINT)
		.version("version")
		.build();

	private static Table everything() {
		Table.Builder table = Table.named("everything").column("id", ScalarType.UUID);
		String[] names = { "bool", "small", "int", "big", "real", "dbl", "dec", "txt", "bin", "moment", "local", "day",
				"tod", "doc" };
		ScalarType[] types = { ScalarType.BOOLEAN, ScalarType.SMALLINT, ScalarType.INTEGER, ScalarType.BIGINT,
				ScalarType.REAL, ScalarType.DOUBLE, ScalarType.DECIMAL, ScalarType.TEXT, ScalarType.BYTES,
				ScalarType.TIMESTAMP, ScalarType.LOCAL_TIMESTAMP, ScalarType.DATE, ScalarType.TIME, ScalarType.JSON };
		for (int i = 0; i < names.length; i++) {
			table.column(names[i], types[i], ColumnTrait.NULLABLE);
		}
		ColumnType mood = new ColumnType.EnumOf("mood");
		return table.column("mood", mood, ColumnTrait.NULLABLE)
			.column("words", new ColumnType.ArrayOf(ScalarType.TEXT), ColumnTrait.NULLABLE)
			.column("numbers", new ColumnType.ArrayOf(ScalarType.BIGINT), ColumnTrait.NULLABLE)
			.column("moods", new ColumnType.ArrayOf(mood), ColumnTrait.NULLABLE)
			.column("decimals", new ColumnType.ArrayOf(ScalarType.DECIMAL), ColumnTrait.NULLABLE)
			.column("moments", new ColumnType.ArrayOf(ScalarType.TIMESTAMP), ColumnTrait.NULLABLE)
			.column("ids", new ColumnType.ArrayOf(ScalarType.UUID), ColumnTrait.NULLABLE)
			.column("bins", new ColumnType.ArrayOf(ScalarType.BYTES), ColumnTrait.NULLABLE)
			.column("flags", new ColumnType.ArrayOf(ScalarType.BOOLEAN), ColumnTrait.NULLABLE)
			.column("docs", new ColumnType.ArrayOf(ScalarType.JSON), ColumnTrait.NULLABLE)
			.build();
	}

	/**
	 * Returns the store. Its tables are empty; {@code kept.status} is {@code new} by
	 * default, and {@code kept.stamp} is id, colon and status.
	 */
	protected abstract RowStore store();

	protected static Row account(long id, String owner) {
		return ACCOUNT.row().set("id", id).set("owner", owner).set("note", null).set("balance", null).build();
	}

	protected final Row stored(RowWrite write) {
		WriteOutcome outcome = store().write(write);
		assertThat(outcome).isInstanceOf(WriteOutcome.Stored.class);
		return ((WriteOutcome.Stored) outcome).row();
	}

	protected final Row find(Table table, RowKey key) {
		return store().fetch(table, List.of(key)).get(key);
	}

	private static long after(Row row, int writes) {
		return row.get("version", Long.class) + writes;
	}

	// --- one row ---

	@Test
	void whatIsInsertedIsReadAsItWasAnswered() {
		Row row = stored(RowWrite.Insert.of(account(1, "ann").with("balance", new BigDecimal("10.50"))));
		assertThat(row.version()).isGreaterThanOrEqualTo(RowVersion.of(1));
		assertThat(row.isComplete()).isTrue();
		assertThat(row.get("balance")).isEqualTo(new BigDecimal("10.50"));
		assertThat(find(ACCOUNT, ACCOUNT.key(1L))).isEqualTo(row);
	}

	@Test
	void whatWasNeverInsertedIsNotThere() {
		assertThat(store().fetch(ACCOUNT, List.of(ACCOUNT.key(404L)))).isEmpty();
		assertThat(store().fetch(ACCOUNT, List.of())).isEmpty();
	}

	@Test
	void aSecondInsertIsADuplicateAndChangesNothing() {
		Row first = stored(RowWrite.Insert.of(account(1, "ann")));
		assertThat(store().write(RowWrite.Insert.of(account(1, "bob"))))
			.isEqualTo(new WriteOutcome.Duplicate(ACCOUNT.key(1L), first));
		assertThat(find(ACCOUNT, ACCOUNT.key(1L))).isEqualTo(first);
	}

	@Test
	void anUpdateSetsOnlyWhatItIsGivenAndMovesTheVersion() {
		Row first = stored(RowWrite.Insert.of(account(1, "ann").with("note", "kept")));
		Row second = stored(
				new RowWrite.Update(first.key(), ACCOUNT.row().set("owner", "bob").build(), first.version()));
		assertThat(second).isEqualTo(first.with("owner", "bob").with("version", after(first, 1)));
		assertThat(find(ACCOUNT, first.key())).isEqualTo(second);
	}

	@Test
	void anUpdateOfAnotherVersionIsAConflictWithTheRowThatIsThere() {
		Row first = stored(RowWrite.Insert.of(account(1, "ann")));
		Row second = stored(RowWrite.Update.of(first.with("owner", "bob"), first.version()));
		assertThat(store().write(RowWrite.Update.of(first.with("owner", "eve"), first.version())))
			.isEqualTo(new WriteOutcome.Conflict(first.key(), first.version(), second));
		assertThat(find(ACCOUNT, first.key())).isEqualTo(second);
	}

	@Test
	void anUpdateThatExpectsNothingPrevails() {
		Row first = stored(RowWrite.Insert.of(account(1, "ann")));
		assertThat(stored(RowWrite.Update.of(first.with("owner", "bob"), null)).get("version"))
			.isEqualTo(after(first, 1));
	}

	@Test
	void anUpdateDoesNotBringBackWhatIsGone() {
		Row row = stored(RowWrite.Insert.of(account(1, "ann")));
		assertThat(store().write(new RowWrite.Delete(ACCOUNT, row.key(), row.version())))
			.isEqualTo(new WriteOutcome.Deleted(row.key()));
		assertThat(store().write(RowWrite.Update.of(row, row.version())))
			.isEqualTo(new WriteOutcome.Missing(row.key(), row.version()));
		assertThat(store().write(RowWrite.Update.of(row, null))).isEqualTo(new WriteOutcome.Missing(row.key(), null));
		assertThat(find(ACCOUNT, row.key())).isNull();
	}

	@Test
	void aRowThatIsMadeAnewHasNoVersionOfItsFormerLife() {
		Row first = stored(RowWrite.Insert.of(account(1, "ann")));
		Row second = stored(RowWrite.Update.of(first.with("owner", "bob"), first.version()));
		store().write(new RowWrite.Delete(ACCOUNT, first.key(), null));
		Row anew = stored(RowWrite.Insert.of(account(1, "eve")));
		assertThat(anew.version()).isGreaterThan(second.version());
		assertThat(store().write(RowWrite.Update.of(first.with("owner", "late"), first.version())))
			.isEqualTo(new WriteOutcome.Conflict(first.key(), first.version(), anew));
	}

	@Test
	void aDeleteOfAnotherVersionIsAConflict() {
		Row first = stored(RowWrite.Insert.of(account(1, "ann")));
		Row second = stored(RowWrite.Update.of(first.with("owner", "bob"), first.version()));
		assertThat(store().write(new RowWrite.Delete(ACCOUNT, first.key(), first.version())))
			.isEqualTo(new WriteOutcome.Conflict(first.key(), first.version(), second));
		assertThat(store().write(new RowWrite.Delete(ACCOUNT, first.key(), null)))
			.isEqualTo(new WriteOutcome.Deleted(first.key()));
		assertThat(store().write(new RowWrite.Delete(ACCOUNT, first.key(), null)))
			.isEqualTo(new WriteOutcome.Missing(first.key(), null));
	}

	@Test
	void timestampsTellVersionsApartHoweverFastTheyFollow() {
		Row row = stored(RowWrite.Insert.of(MEMBER
			.row(Map.of("team", "a", "person", new UUID(1, 1), "role", "0", "since", LocalDate.of(2020, 2, 29)))));
		for (int i = 1; i <= 20; i++) {
			Row next = stored(RowWrite.Update.of(row.with("role", Integer.toString(i)), row.version()));
			assertThat(next.version()).isGreaterThan(row.version());
			assertThat(store().write(RowWrite.Update.of(row, row.version()))).isInstanceOf(WriteOutcome.Conflict.class);
			row = next;
		}
		assertThat(find(MEMBER, row.key())).isEqualTo(row);
	}

	@Test
	void aTableWithoutVersionsIsWrittenUnfenced() {
		Row row = stored(RowWrite.Insert.of(TAG.row().set("id", "x").set("colour", null).build()));
		assertThat(stored(RowWrite.Update.of(row.with("colour", "red"), null)).get("colour")).isEqualTo("red");
		assertThatIllegalArgumentException().isThrownBy(() -> RowWrite.Update.of(row, RowVersion.of(1)))
			.withMessage("expected version: a NUMBER (expected: none, as table tag has it)");
	}

	@Test
	void aWriterDoesNotSetWhatIsTheStores() {
		Row row = stored(RowWrite.Insert
			.of(KEPT.row().set("id", 7L).set("born", "1999").set("stamp", "forged").set("version", 55L).build()));
		assertThat(row.version()).isNotEqualTo(RowVersion.of(55));
		assertThat(row.toMap()).isEqualTo(
				Map.of("id", 7L, "born", "1999", "status", "new", "stamp", "7:new", "version", row.get("version")));
		Row changed = stored(RowWrite.Update.of(row.with("born", "2000").with("status", "old").with("stamp", "forged"),
				row.version()));
		assertThat(changed.toMap())
			.isEqualTo(Map.of("id", 7L, "born", "1999", "status", "old", "stamp", "7:old", "version", after(row, 1)));
		assertThat(find(KEPT, row.key())).isEqualTo(changed);
	}

	@Test
	void aRowWithoutARequiredValueIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> RowWrite.Insert.of(KEPT.row(Map.of("id", 1L))))
			.withMessage("row of table kept: no born (expected: a value for each column that is neither NULLABLE nor"
					+ " given by the store)");
	}

	@Test
	void aTouchMovesTheVersionAlone() {
		Row row = stored(RowWrite.Insert.of(account(1, "ann")));
		assertThat(stored(new RowWrite.Update(row.key(), ACCOUNT.row().build(), row.version())))
			.isEqualTo(row.with("version", after(row, 1)));
	}

	// --- types ---

	@Test
	void everyTypeComesBackAsItWent() {
		Row row = EVERYTHING.row()
			.set("id", new UUID(7, 7))
			.set("bool", true)
			.set("small", Short.MIN_VALUE)
			.set("int", Integer.MAX_VALUE)
			.set("big", Long.MIN_VALUE)
			.set("real", 0.1f)
			.set("dbl", 1e-300)
			.set("dec", new BigDecimal("123456789012345678901234567890.123456789012345678901234567890"))
			.set("txt", "'; DROP TABLE account; -- \" \\ \u00e4 \ud83d\ude00\n")
			.set("bin", new byte[] { 0, -1, 39, 92 })
			.set("moment", Instant.parse("2026-11-21T10:11:12.123456789Z"))
			.set("local", LocalDateTime.parse("1969-12-31T23:59:59.999999999"))
			.set("day", LocalDate.of(-44, 3, 15))
			.set("tod", LocalTime.of(23, 59, 59, 999_999_999))
			.set("doc", new Json("{\"a\": [1, null, \"'\"]}"))
			.set("mood", "sad")
			.set("words", Arrays.asList("a", null, "", "b,{}\"\\'"))
			.set("numbers", List.of(1L, Long.MAX_VALUE))
			.set("moods", List.of("sad", "glad"))
			.set("decimals", List.of(new BigDecimal("0.10"), new BigDecimal("-5")))
			.set("moments", List.of(Instant.parse("1900-01-01T00:00:00.000001Z")))
			.set("ids", List.of(new UUID(1, 2)))
			.set("bins", Arrays.asList(Bytes.of((byte) 1, (byte) 0), null, Bytes.of()))
			.set("flags", List.of(true, false))
			.set("docs", List.of(new Json("{\"a\": \"\\\"\"}"), new Json("[]")))
			.build();
		assertThat(row.get("moment")).isEqualTo(Instant.parse("2026-11-21T10:11:12.123456Z"));
		assertThat(stored(RowWrite.Insert.of(row)).toMap()).isEqualTo(row.toMap());
		assertThat(find(EVERYTHING, row.key()).toMap()).isEqualTo(row.toMap());
		Row.Builder nothing = EVERYTHING.row().set("id", row.get("id"));
		EVERYTHING.columns().stream().skip(1).forEach((column) -> nothing.set(column.name(), null));
		assertThat(stored(RowWrite.Update.of(nothing.build(), null))).isEqualTo(nothing.build());
		assertThat(stored(RowWrite.Update.of(row, null))).isEqualTo(row);
		Row empty = row.with("words", List.of()).with("moods", List.of()).with("docs", List.of());
		assertThat(stored(RowWrite.Update.of(empty, null))).isEqualTo(empty);
	}

	// --- many rows ---

	@Test
	void manyRowsAreReadAtOnceAndTheMissingAreLeftOut() {
		for (long id = 0; id < 300; id += 2) {
			stored(RowWrite.Insert.of(account(id, "o" + id)));
		}
		List<RowKey> keys = new ArrayList<>();
		for (long id = 0; id < 300; id++) {
			keys.add(ACCOUNT.key(id));
			keys.add(ACCOUNT.key(id));
		}
		Map<RowKey, Row> rows = store().fetch(ACCOUNT, keys);
		assertThat(rows).hasSize(150);
		rows.forEach((key, row) -> {
			assertThat(row.key()).isEqualTo(key);
			assertThat(row.get("owner")).isEqualTo("o" + key.text());
		});
	}

	@Test
	void compositeKeysAreReadAtOnceAndNotMixedUp() {
		for (String team : List.of("a", "b", "a,b", "%2C")) {
			for (int person = 0; person < 3; person++) {
				stored(RowWrite.Insert.of(MEMBER.row()
					.set("team", team)
					.set("person", new UUID(0, person))
					.set("role", team + person)
					.set("since", null)
					.build()));
			}
		}
		List<RowKey> keys = List.of(MEMBER.key("a", new UUID(0, 0)), MEMBER.key("a,b", new UUID(0, 1)),
				MEMBER.key("%2C", new UUID(0, 2)), MEMBER.key("b", new UUID(9, 9)));
		assertThat(store().fetch(MEMBER, keys).values().stream().map((row) -> row.get("role")))
			.containsExactlyInAnyOrder("a0", "a,b1", "%2C2");
	}

	// --- groups ---

	@Test
	void aGroupIsWrittenInOrderAndTheLaterSeeTheEarlier() {
		Row row = account(1, "ann");
		GroupOutcome outcome = store()
			.writeAll(List.of(RowWrite.Insert.of(row), RowWrite.Update.of(row.with("owner", "bob"), null),
					RowWrite.Insert.of(account(2, "eve")), new RowWrite.Delete(ACCOUNT, ACCOUNT.key(2L), null),
					RowWrite.Insert.of(TAG.row().set("id", "t").set("colour", null).build())));
		assertThat(outcome).isInstanceOfSatisfying(GroupOutcome.Applied.class,
				(applied) -> assertThat(applied.outcomes()).hasSize(5)
					.element(1)
					.isEqualTo(new WriteOutcome.Stored(row.key(), find(ACCOUNT, row.key()))));
		assertThat(find(ACCOUNT, ACCOUNT.key(2L))).isNull();
		assertThat(find(TAG, TAG.key("t"))).isNotNull();
	}

	@Test
	void aGroupWithOneWriteThatCannotBeIsUndone() {
		Row first = stored(RowWrite.Insert.of(account(1, "ann")));
		GroupOutcome outcome = store().writeAll(List.of(RowWrite.Insert.of(account(2, "bob")),
				RowWrite.Update.of(first.with("owner", "eve"), RowVersion.of(9)), RowWrite.Insert.of(account(3, "x"))));
		assertThat(outcome)
			.isEqualTo(new GroupOutcome.Undone(1, new WriteOutcome.Conflict(first.key(), RowVersion.of(9), first)));
		assertThat(store().fetch(ACCOUNT, List.of(ACCOUNT.key(1L), ACCOUNT.key(2L), ACCOUNT.key(3L))))
			.isEqualTo(Map.of(first.key(), first));
	}

	@Test
	void anEmptyGroupIsDone() {
		assertThat(store().writeAll(List.of())).isEqualTo(new GroupOutcome.Applied(List.of()));
	}

	// --- scans ---

	private void accounts(int count) {
		for (long id = 0; id < count; id++) {
			stored(RowWrite.Insert.of(account(id, "o" + id % 3).with("note", (id % 4 == 0) ? null : "n" + id % 5)));
		}
	}

	private static List<Object> ids(List<Row> rows) {
		return rows.stream().map((row) -> row.get("id")).toList();
	}

	@Test
	void aScanReadsTheRowsThatHaveAllValues() {
		accounts(20);
		Scan scan = Scan.of(ACCOUNT).where("owner", "o1").where("note", null).orderBy().build();
		assertThat(ids(store().scan(scan))).containsExactly(4L, 16L);
		assertThat(store().scan(Scan.of(ACCOUNT).build())).hasSize(20);
	}

	@Test
	void pagesAreSeamlessInBothDirectionsWithNullsAmongThem() {
		accounts(23);
		for (boolean descending : new boolean[] { false, true }) {
			Scan.Builder all = Scan.of(ACCOUNT).orderBy("note", "owner");
			List<Row> whole = store().scan((descending ? all.descending() : all).build());
			assertThat(whole).hasSize(23);
			assertThat(whole.get(descending ? 0 : 22).get("note")).isNull();
			List<Row> joined = new ArrayList<>();
			Scan.Builder page = Scan.of(ACCOUNT).orderBy("note", "owner").limit(4);
			Scan next = (descending ? page.descending() : page).build();
			for (List<Row> rows = store().scan(next); !rows.isEmpty(); rows = store().scan(next)) {
				joined.addAll(rows);
				next = page.after(next.positionOf(rows.getLast())).build();
			}
			assertThat(joined).isEqualTo(whole);
		}
	}

	@Test
	void aScanByKeyPagesThroughACompositeKey() {
		for (int i = 0; i < 9; i++) {
			stored(RowWrite.Insert.of(MEMBER.row()
				.set("team", "t" + i % 2)
				.set("person", new UUID(0, i))
				.set("role", "r")
				.set("since", null)
				.build()));
		}
		Scan first = Scan.of(MEMBER).orderBy().limit(5).build();
		List<Row> rows = new ArrayList<>(store().scan(first));
		Scan second = Scan.of(MEMBER).orderBy().limit(5).after(first.positionOf(rows.getLast())).build();
		rows.addAll(store().scan(second));
		assertThat(rows.stream()
			.map((row) -> row.get("team") + ":" + row.get("person", UUID.class).getLeastSignificantBits()))
			.containsExactly("t0:0", "t0:2", "t0:4", "t0:6", "t0:8", "t1:1", "t1:3", "t1:5", "t1:7");
	}

	// --- owners ---

	@Test
	void aRepointingMovesAllRowsOfAnOwnerAndNamesThem() {
		accounts(9);
		Map<RowKey, Long> before = new HashMap<>();
		store().scan(Scan.of(ACCOUNT).build()).forEach((row) -> before.put(row.key(), row.get("version", Long.class)));
		List<RowKey> moved = store().repoint(new Repointing(ACCOUNT, "owner", "o1", "o2"));
		assertThat(moved).containsExactlyInAnyOrder(ACCOUNT.key(1L), ACCOUNT.key(4L), ACCOUNT.key(7L));
		assertThat(store().fetch(ACCOUNT, moved).values()).allSatisfy((row) -> {
			assertThat(row.get("owner")).isEqualTo("o2");
			assertThat(row.get("version")).isEqualTo(before.get(row.key()) + 1);
		});
		assertThat(store().repoint(new Repointing(ACCOUNT, "owner", "o1", "o2"))).isEmpty();
		stored(RowWrite.Insert.of(MEMBER.row()
			.set("team", "t")
			.set("person", new UUID(1, 1))
			.set("role", "x")
			.set("since", null)
			.build()));
		assertThat(store().repoint(new Repointing(MEMBER, "role", "x", "y")))
			.containsExactly(MEMBER.key("t", new UUID(1, 1)));
	}

	// --- concurrency ---

	@Test
	void ofManyFencedWritersOneWinsEachTime() throws Exception {
		Row row = stored(RowWrite.Insert.of(account(1, "0")));
		int threads = 8;
		int rounds = 10;
		try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
			Callable<Integer> adder = () -> {
				int won = 0;
				while (won < rounds) {
					Row current = find(ACCOUNT, row.key());
					int value = Integer.parseInt(current.get("owner", String.class));
					WriteOutcome outcome = store().write(
							RowWrite.Update.of(current.with("owner", Integer.toString(value + 1)), current.version()));
					won += (outcome instanceof WriteOutcome.Stored) ? 1 : 0;
				}
				return won;
			};
			List<Future<Integer>> adders = IntStream.range(0, threads).mapToObj((i) -> executor.submit(adder)).toList();
			for (Future<Integer> each : adders) {
				each.get();
			}
		}
		Row last = find(ACCOUNT, row.key());
		assertThat(last.get("owner")).isEqualTo(Integer.toString(threads * rounds));
		assertThat(last.get("version")).isEqualTo(after(row, threads * rounds));
	}

	@Test
	void ofManyInsertersOneWins() throws Exception {
		try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
			List<Future<WriteOutcome>> inserts = IntStream.range(0, 8)
				.mapToObj((i) -> executor.submit(() -> store().write(RowWrite.Insert.of(account(1, "w" + i)))))
				.toList();
			int stored = 0;
			for (Future<WriteOutcome> each : inserts) {
				stored += (each.get() instanceof WriteOutcome.Stored) ? 1 : 0;
			}
			assertThat(stored).isEqualTo(1);
		}
	}

}
