package io.coalestra.collections.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.coalestra.collections.row.Bytes;
import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.Parent;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RowMappingTests {

	enum Mood {

		GLAD, SAD

	}

	record Account(long id, String ownerName, @Nullable String note, Optional<BigDecimal> balance,
			@VersionColumn long version) {
	}

	record Place(int row, String seat) {
	}

	@TableRow(name = "booking", schema = "shop")
	record Booking(@KeyColumn Place place, @KeyColumn LocalDate day, @RowColumn(name = "who") String guest,
			@ParentColumn(table = "guest") UUID guestId, @RowColumn(traits = ColumnTrait.INSERT_ONLY) Instant bookedAt,
			@RowColumn(traits = ColumnTrait.SERVER_DEFAULTED) @Nullable String status,
			@RowColumn(traits = ColumnTrait.SERVER_KEPT) @Nullable String trail,
			@VersionColumn @Nullable Instant changedAt) {
	}

	record BookingKey(LocalDate day, String seat, int row) {
	}

	record Everything(String id, boolean flag, short small, int number, @Nullable Integer boxed, float real, double dbl,
			BigInteger whole, Bytes bytes, OffsetDateTime moment, LocalDateTime local, LocalTime time, Json json,
			Mood mood, @RowColumn(enumType = "mood") Mood named, List<String> words, List<Mood> moods,
			Optional<List<BigDecimal>> decimals) {
	}

	record Address(String street, List<String> lines) {
	}

	record Person(long id, @JsonColumn Address address, @JsonColumn @Nullable Map<String, List<Integer>> scores) {
	}

	@Test
	void aRecordIsATableByConvention() {
		Table table = RowMapping.of(Long.class, Account.class).table();
		assertThat(table.name()).isEqualTo("account");
		assertThat(table.columns()).containsExactly(Column.of("id", ScalarType.BIGINT),
				Column.of("owner_name", ScalarType.TEXT), Column.of("note", ScalarType.TEXT, ColumnTrait.NULLABLE),
				Column.of("balance", ScalarType.DECIMAL, ColumnTrait.NULLABLE),
				Column.of("version", ScalarType.BIGINT));
		assertThat(table.keyColumns()).extracting(Column::name).containsExactly("id");
		assertThat(table.versionColumn()).isEqualTo(table.column("version"));
	}

	@Test
	void namesBecomeSnakeCase() {
		assertThat(List.of("id", "ownerName", "URLPath", "line2Text", "aB", "httpURL")
			.stream()
			.map(RecordShape::snakeCase))
			.containsExactly("id", "owner_name", "url_path", "line2_text", "a_b", "http_url");
	}

	@Test
	void annotationsSayWhatConventionDoesNot() {
		Table table = RowMapping.of(BookingKey.class, Booking.class).table();
		assertThat(table).hasToString("shop.booking");
		assertThat(table.keyColumns()).extracting(Column::name).containsExactly("row", "seat", "day");
		assertThat(table.column("who").type()).isEqualTo(ScalarType.TEXT);
		assertThat(table.column("booked_at").traits()).containsExactly(ColumnTrait.INSERT_ONLY);
		assertThat(table.column("status").traits()).containsExactly(ColumnTrait.SERVER_DEFAULTED);
		assertThat(table.column("trail").traits()).containsExactly(ColumnTrait.SERVER_KEPT);
		assertThat(table.versionColumn()).isEqualTo(table.column("changed_at"));
		assertThat(table.parents()).containsExactly(new Parent(List.of("guest_id"), "guest"));
	}

	@Test
	void recordsGoAndComeBack() {
		RowMapping<Long, Account> accounts = RowMapping.of(Long.class, Account.class);
		for (Account account : List.of(new Account(7, "ann", null, Optional.empty(), 3),
				new Account(-1, "bob", "x", Optional.of(new BigDecimal("1.50")), 0))) {
			Row row = accounts.row(account);
			assertThat(row.isComplete()).isTrue();
			assertThat(accounts.value(row)).isEqualTo(account);
			assertThat(row.key()).isEqualTo(accounts.rowKey(account.id()));
			assertThat(row.version()).isEqualTo(RowVersion.of(account.version()));
		}
		assertThat(accounts.key(accounts.rowKey(5L))).isEqualTo(5L);
	}

	record Ticket(long id, @RowColumn(traits = {
			ColumnTrait.SERVER_DEFAULTED, ColumnTrait.NULLABLE }) @Nullable String queue,
			@RowColumn(traits = { ColumnTrait.SERVER_DEFAULTED, ColumnTrait.NULLABLE,
					ColumnTrait.INSERT_ONLY }) @Nullable Instant opened){
	}

	@Test
	void whatHasADefaultAndIsLeftEmptyIsTheDefaultOfANewRowAndNullInAChange() {
		RowMapping<Long, Ticket> tickets = RowMapping.of(Long.class, Ticket.class);
		Ticket ticket = new Ticket(1, null, null);
		assertThat(tickets.newRow(ticket).toMap()).containsOnlyKeys("id");
		Row change = tickets.row(ticket);
		assertThat(change.has("queue")).isTrue();
		assertThat(change.get("queue")).isNull();
		assertThat(change.has("opened")).isFalse();
	}

	@Test
	void everyTypeGoesAndComesBack() {
		RowMapping<String, Everything> mapping = RowMapping.of(String.class, Everything.class);
		Everything value = new Everything("a", true, (short) 1, 2, null, 0.1f, 0.2, BigInteger.TEN.pow(30),
				Bytes.of((byte) 1), OffsetDateTime.parse("2026-11-21T10:00:00.123456Z"),
				LocalDateTime.parse("2026-11-21T10:00:00"), LocalTime.NOON, new Json("[1]"), Mood.SAD, Mood.GLAD,
				List.of("a", "b"), List.of(Mood.SAD), Optional.of(List.of(BigDecimal.ONE)));
		Row row = mapping.row(value);
		assertThat(mapping.value(row)).isEqualTo(value);
		assertThat(row.get("mood")).isEqualTo("SAD");
		assertThat(mapping.table().column("named").type()).isEqualTo(new ColumnType.EnumOf("mood"));
		assertThat(mapping.table().column("moods").type()).isEqualTo(new ColumnType.ArrayOf(ScalarType.TEXT));
		assertThatIllegalArgumentException().isThrownBy(() -> mapping.value(row.with("mood", "ANGRY")))
			.withMessage("component mood of " + Everything.class.getName() + ": no constant of " + Mood.class.getName()
					+ " (expected: one of its names)");
	}

	@Test
	void compositeKeysAreRecordsInAnyOrder() {
		RowMapping<BookingKey, Booking> bookings = RowMapping.of(BookingKey.class, Booking.class);
		BookingKey key = new BookingKey(LocalDate.of(2026, 1, 2), "A", 3);
		RowKey rowKey = bookings.rowKey(key);
		assertThat(rowKey.text()).isEqualTo("3,A,2026-01-02");
		assertThat(bookings.key(rowKey)).isEqualTo(key);
		Booking booking = new Booking(new Place(3, "A"), key.day(), "ann", new UUID(1, 1), Instant.EPOCH, null, null,
				null);
		Row row = bookings.row(booking);
		assertThat(row.key()).isEqualTo(rowKey);
		assertThat(row.toMap()).doesNotContainKeys("status", "trail", "changed_at");
		assertThat(bookings.value(row)).isEqualTo(booking);
	}

	@Test
	void jsonComponentsAreKeptByTheCodecAndDoNotChange() {
		RowMapping<Long, Person> people = RowMapping.of(Long.class, Person.class,
				new JacksonJsonCodec(JsonMapper.builder().build()));
		Person person = new Person(1, new Address("s", new ArrayList<>(List.of("a"))), Map.of("x", List.of(1, 2)));
		Row row = people.row(person);
		assertThat(row.get("address")).isEqualTo(new Json("{\"street\":\"s\",\"lines\":[\"a\"]}"));
		Person read = people.value(row);
		assertThat(read).isEqualTo(person);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> read.address().lines().add("b"));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> read.scores().get("x").clear());
		assertThat(people.value(row.with("scores", null)).scores()).isNull();
		assertThatIllegalArgumentException().isThrownBy(() -> people.value(row.with("address", new Json("["))))
			.withMessage("component address of " + Person.class.getName() + ": json: unreadable (expected: "
					+ Address.class.getName() + ")");
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(Long.class, Person.class))
			.withMessage("component address of " + Person.class.getName()
					+ ": @JsonColumn, and no JSON codec (expected: one given with the record)");
	}

	@Test
	void rowsAreMappedAsTheyAre() {
		Table table = Table.named("t").column("id", ScalarType.BIGINT).column("x", ScalarType.TEXT).build();
		RowMapping<Long, Row> rows = RowMapping.of(table, Long.class);
		Row row = table.row(Map.of("id", 1, "x", "y"));
		assertThat(rows.row(row)).isSameAs(row);
		assertThat(rows.value(row)).isSameAs(row);
		assertThat(rows.rowKey(1L)).isEqualTo(row.key());
		RowKey key = row.key();
		assertThat(RowMapping.of(table).rowKey(key)).isSameAs(key);
		Table other = Table.named("t").column("id", ScalarType.BIGINT).build();
		assertThatIllegalArgumentException().isThrownBy(() -> rows.row(other.row(Map.of("id", 1))));
	}

	@SuppressWarnings("ArrayRecordComponent") // it is to be refused
	record WithArray(long id, byte[] bytes) {

		@Override
		public boolean equals(Object other) {
			return other instanceof WithArray that && Arrays.equals(this.bytes, that.bytes);
		}

		@Override
		public int hashCode() {
			return Arrays.hashCode(this.bytes);
		}

	}

	@SuppressWarnings("ArrayRecordComponent") // it is to be refused
	record WithVector(long id, double[] embedding) {

		@Override
		public boolean equals(Object other) {
			return other instanceof WithVector that && Arrays.equals(this.embedding, that.embedding);
		}

		@Override
		public int hashCode() {
			return Arrays.hashCode(this.embedding);
		}

	}

	record WithMap(long id, Map<String, String> map) {
	}

	record Hostile(long id, @RowColumn(name = "a\" = 1; --") String name) {
	}

	@Test
	void whatAColumnCannotHoldIsRefusedWithTheRemedy() {
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(Long.class, WithArray.class))
			.withMessage("component bytes of " + WithArray.class.getName()
					+ ": byte[] (expected: io.coalestra.collections.row.Bytes, because rows are shared and must not change)");
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(Long.class, WithVector.class))
			.withMessage("component embedding of " + WithVector.class.getName()
					+ ": double[] (expected: no vector: columns of vectors are not supported; List<Float> for an array of"
					+ " numbers)");
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(Long.class, WithMap.class))
			.withMessageContaining("or @JsonColumn");
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(Long.class, Hostile.class))
			.withMessageContaining("column: \"a\" = 1; --\" (expected: a letter or _");
	}

	@Test
	void keysOfAnotherShapeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(String.class, Account.class))
			.withMessage("key column id: java.lang.String (expected: bigint, in Java java.lang.Long)");
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(Long.class, Booking.class))
			.withMessage(
					"key type java.lang.Long (expected: a record with components for [row, seat, day], or RowKey)");
		assertThatIllegalArgumentException().isThrownBy(() -> RowMapping.of(Place.class, Booking.class))
			.withMessageContaining("no component for column day");
	}

}
