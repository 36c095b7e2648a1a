package io.coalestra.collections.row;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RowFormatTests {

	private static final Table TABLE = Table.named("things")
		.column("id", ScalarType.BIGINT)
		.column("flag", ScalarType.BOOLEAN, ColumnTrait.NULLABLE)
		.column("small", ScalarType.SMALLINT, ColumnTrait.NULLABLE)
		.column("amount", ScalarType.DECIMAL, ColumnTrait.NULLABLE)
		.column("ratio", ScalarType.DOUBLE, ColumnTrait.NULLABLE)
		.column("share", ScalarType.REAL, ColumnTrait.NULLABLE)
		.column("name", ScalarType.TEXT, ColumnTrait.NULLABLE)
		.column("token", ScalarType.UUID, ColumnTrait.NULLABLE)
		.column("data", ScalarType.BYTES, ColumnTrait.NULLABLE)
		.column("at", ScalarType.TIMESTAMP, ColumnTrait.NULLABLE)
		.column("local", ScalarType.LOCAL_TIMESTAMP, ColumnTrait.NULLABLE)
		.column("day", ScalarType.DATE, ColumnTrait.NULLABLE)
		.column("hour", ScalarType.TIME, ColumnTrait.NULLABLE)
		.column("document", ScalarType.JSON, ColumnTrait.NULLABLE)
		.column("kind", new ColumnType.EnumOf("kind"), ColumnTrait.NULLABLE)
		.column("tags", new ColumnType.ArrayOf(ScalarType.TEXT), ColumnTrait.NULLABLE)
		.column("numbers", new ColumnType.ArrayOf(ScalarType.BIGINT), ColumnTrait.NULLABLE)
		.build();

	private static Row full() {
		return TABLE.row()
			.set("id", 7L)
			.set("flag", true)
			.set("small", 3)
			.set("amount", new BigDecimal("12.3400"))
			.set("ratio", 0.1)
			.set("share", 0.1f)
			.set("name", "Zoë, 100%")
			.set("token", UUID.fromString("123e4567-e89b-12d3-a456-426614174000"))
			.set("data", new byte[] { 0, -1, 7 })
			.set("at", Instant.parse("2026-11-21T10:15:30.123456Z"))
			.set("local", LocalDateTime.parse("2026-11-21T10:15:30.5"))
			.set("day", LocalDate.parse("2026-11-21"))
			.set("hour", LocalTime.parse("10:15"))
			.set("document", new Json("{\"a\": [1]}"))
			.set("kind", "BIG")
			.set("tags", Arrays.asList("a", null, ""))
			.set("numbers", Arrays.asList(1L, -2L))
			.build();
	}

	@Test
	void everyTypeComesBackAsItWas() {
		Row row = full();
		assertThat(RowFormat.decode(TABLE, ByteBuffer.wrap(RowFormat.encode(row)))).isEqualTo(row);
	}

	@Test
	void nullAndNoValueStayApart() {
		Row row = TABLE.row().set("id", 1L).set("name", null).build();
		Row read = RowFormat.decode(TABLE, ByteBuffer.wrap(RowFormat.encode(row)));
		assertThat(read).isEqualTo(row);
		assertThat(read.has("name")).isTrue();
		assertThat(read.has("amount")).isFalse();
	}

	@Test
	void aTableThatLostAColumnReadsTheOthers() {
		Table smaller = Table.named("things").column("id", ScalarType.BIGINT).build();
		Row read = RowFormat.decode(smaller, ByteBuffer.wrap(RowFormat.encode(full())));
		assertThat(read).isNotNull();
		assertThat(read.toMap()).containsOnlyKeys("id");
	}

	@Test
	void aTableThatGainedAColumnReadsAnIncompleteRow() {
		Table smaller = Table.named("things").column("id", ScalarType.BIGINT).build();
		Row read = RowFormat.decode(TABLE, ByteBuffer.wrap(RowFormat.encode(smaller.row().set("id", 1L).build())));
		assertThat(read).isNotNull();
		assertThat(read.isComplete()).isFalse();
	}

	@Test
	void whatIsNoRowIsNull() {
		assertThat(RowFormat.decode(TABLE, ByteBuffer.allocate(0))).isNull();
		assertThat(RowFormat.decode(TABLE, ByteBuffer.wrap(new byte[] { 9, 1, 2 }))).isNull();
	}

	@Test
	void damagedBytesAreNullOrARowAndNeverAnError() {
		byte[] good = RowFormat.encode(full());
		SplittableRandom random = new SplittableRandom(20_261_121L);
		for (int i = 0; i < 20_000; i++) {
			byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
			for (int hits = random.nextInt(4); hits > 0 && bad.length > 0; hits--) {
				bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
			}
			Row read = RowFormat.decode(TABLE, ByteBuffer.wrap(bad));
			assertThat(read == null || read.table() == TABLE).isTrue();
		}
	}

}
