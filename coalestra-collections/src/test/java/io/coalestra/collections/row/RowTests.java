package io.coalestra.collections.row;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RowTests {

	private static final Table TABLE = Table.named("account")
		.schema("shop")
		.column("id", ScalarType.BIGINT)
		.column("owner", ScalarType.TEXT)
		.column("note", ScalarType.TEXT, ColumnTrait.NULLABLE)
		.column("tags", new ColumnType.ArrayOf(ScalarType.TEXT), ColumnTrait.NULLABLE)
		.column("version", ScalarType.INTEGER)
		.version("version")
		.parent("owner", "person")
		.build();

	@Test
	void aRowKeepsTheOrderOfTheColumnsAndTellsNullFromAbsent() {
		Row row = TABLE.row().set("note", null).set("id", 7).build();
		assertThat(row.toMap()).containsExactly(Map.entry("id", 7L), new SimpleEntry<>("note", null));
		assertThat(row.has("note")).isTrue();
		assertThat(row.has("owner")).isFalse();
		assertThat(row.get("owner")).isNull();
		assertThat(row.isComplete()).isFalse();
		assertThat(row).isNotEqualTo(TABLE.row(Map.of("id", 7)));
	}

	@Test
	void valuesAreOfTheClassOfTheirColumn() {
		Row row = TABLE.row(Map.of("id", (short) 7, "version", 3L));
		assertThat(row.get("id")).isEqualTo(7L);
		assertThat(row.get("version")).isEqualTo(3);
		assertThat(row.version()).isEqualTo(RowVersion.of(3));
		assertThat(row.get("id", Long.class)).isEqualTo(7L);
		assertThatExceptionOfType(ClassCastException.class).isThrownBy(() -> row.get("id", String.class));
	}

	@Test
	void whatARowIsMadeOfMayChangeAfterwards() {
		List<String> tags = new ArrayList<>(Arrays.asList("a", null));
		Row.Builder builder = TABLE.row().set("tags", tags);
		Row row = builder.build();
		tags.add("b");
		builder.set("note", "later");
		assertThat(row.get("tags")).isEqualTo(Arrays.asList("a", null));
		assertThat(row.has("note")).isFalse();
		byte[] bytes = { 1 };
		Bytes value = Bytes.of(bytes);
		bytes[0] = 2;
		value.toArray()[0] = 3;
		assertThat(value).isEqualTo(Bytes.parse("01"));
	}

	@Test
	void changesAreWhatTheLaterRowHasOtherwise() {
		Row row = TABLE.row(Map.of("id", 1, "owner", "ann", "note", "x"));
		Row later = row.with("owner", "bob").with("note", null);
		assertThat(row.changesTo(later).toMap()).containsOnlyKeys("owner", "note").containsEntry("owner", "bob");
		assertThat(row.with(row.changesTo(later))).isEqualTo(later);
		assertThat(row.changesTo(row).toMap()).isEmpty();
	}

	@Test
	void aRowsTextHoldsNoValues() {
		assertThat(TABLE.row(Map.of("owner", "secret"))).hasToString("account[owner]");
	}

	@Test
	void anUnknownColumnIsNamedWithThoseThatThereAre() {
		assertThatIllegalArgumentException().isThrownBy(() -> TABLE.row(Map.of("ownr", "ann")))
			.withMessage("column: \"ownr\" (expected: one of table account: [id, owner, note, tags, version])");
		assertThatIllegalArgumentException().isThrownBy(() -> TABLE.row(Map.of()).get("x\"; DROP TABLE y"));
	}

	@Test
	void valuesThatDoNotFitAreRefusedWithoutBeingShown() {
		assertThatIllegalArgumentException().isThrownBy(() -> TABLE.row().set("version", 1L << 40))
			.withMessage("column version: java.lang.Long (expected: integer, in Java Integer)");
		assertThatIllegalArgumentException().isThrownBy(() -> TABLE.row().set("owner", null))
			.withMessage("column owner: null (expected: text)");
		assertThatIllegalArgumentException().isThrownBy(() -> TABLE.row().set("tags", List.of(1)))
			.withMessage("column tags: java.lang.Integer (expected: text, in Java String)");
		assertThatIllegalArgumentException().isThrownBy(() -> ScalarType.DOUBLE.normalize(new BigDecimal("0.1")));
		assertThat(ScalarType.TIMESTAMP.normalize(OffsetDateTime.parse("2026-01-01T01:00:00+01:00")))
			.isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
	}

	@Test
	void aRowWithoutItsKeyHasNone() {
		assertThatIllegalStateException().isThrownBy(() -> TABLE.row(Map.of("owner", "ann")).key())
			.withMessage("row of table account: no id (expected: a value for every key column)");
	}

	@Test
	void namesThatAreNoIdentifiersAreRefused() {
		for (String name : List.of("", "a b", "a\"b", "1a", "a;b", "a.b", "\u00e4", "a\0", "x".repeat(64), "a-b",
				"a'b")) {
			assertThatIllegalArgumentException().isThrownBy(() -> Table.named(name));
			assertThatIllegalArgumentException().isThrownBy(() -> Table.named("t").schema(name));
			assertThatIllegalArgumentException().isThrownBy(() -> Column.of(name, ScalarType.TEXT));
			assertThatIllegalArgumentException().isThrownBy(() -> new ColumnType.EnumOf(name));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> Table.named("a\"; DROP TABLE b; --"))
			.withMessage(
					"table: \"a\"; DROP TABLE b; --\" (expected: a letter or _, then letters, digits and _, at most"
							+ " 63 in all)");
	}

	@Test
	void aTableThatContradictsItselfIsRefused() {
		Table.Builder table = Table.named("t").column("id", ScalarType.DOUBLE).column("v", ScalarType.TEXT);
		assertThatIllegalArgumentException().isThrownBy(table::build)
			.withMessage("key column id: double precision [] (expected: a type of exact values, neither NULLABLE nor"
					+ " SERVER_KEPT)");
		assertThatIllegalArgumentException().isThrownBy(() -> table.key("x").build())
			.withMessage("key column: \"x\" (expected: one of [id, v])");
		assertThatIllegalArgumentException().isThrownBy(() -> table.column("id", ScalarType.TEXT))
			.withMessage("column id: given twice (expected: once)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Table.named("t").column("id", ScalarType.TEXT).version("id").build());
		assertThatIllegalArgumentException().isThrownBy(
				() -> Table.named("t").column("id", ScalarType.TEXT).column("v", ScalarType.TEXT).version("v").build())
			.withMessage("version column v: text (expected: bigint, integer or timestamp with time zone)");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Column.of("c", ScalarType.TEXT, ColumnTrait.SERVER_KEPT, ColumnTrait.INSERT_ONLY));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Table.named("t").column("id", ScalarType.TEXT).parent("up", "t").build());
	}

	@Test
	void versionsCompareWithinTheirKind() {
		Instant moment = Instant.parse("2026-11-21T10:00:00.000001Z");
		assertThat(RowVersion.of(moment).value()).isEqualTo(moment);
		assertThat(RowVersion.of(moment.plusNanos(999))).isEqualTo(RowVersion.of(moment));
		assertThat(RowVersion.of(Instant.parse("1900-01-01T00:00:00.5Z")).value())
			.isEqualTo(Instant.parse("1900-01-01T00:00:00.5Z"));
		assertThat(RowVersion.of(1)).isLessThan(RowVersion.of(2)).hasToString("1");
		assertThatIllegalArgumentException().isThrownBy(() -> RowVersion.of(1).compareTo(RowVersion.of(moment)));
	}

}
