package io.coalestra.collections.row;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RowKeyTests {

	private static final List<ScalarType> TYPES = List.of(ScalarType.BOOLEAN, ScalarType.SMALLINT, ScalarType.INTEGER,
			ScalarType.BIGINT, ScalarType.DECIMAL, ScalarType.TEXT, ScalarType.UUID, ScalarType.BYTES,
			ScalarType.TIMESTAMP, ScalarType.LOCAL_TIMESTAMP, ScalarType.DATE, ScalarType.TIME);

	private static final String ALPHABET = "%,20CcA_. \u00e4\ud83d\ude00";

	private static Table pair() {
		return Table.named("t").column("a", ScalarType.TEXT).column("b", ScalarType.TEXT).key("a", "b").build();
	}

	@Test
	void noTwoKeysShareAnEncodingAndEachIsReadBack() {
		for (long seed = 1; seed <= 300; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			Table table = table(random);
			Map<String, List<Object>> seen = new HashMap<>();
			for (int i = 0; i < 200; i++) {
				Object[] values = table.keyColumns().stream().map((column) -> value(column.type(), random)).toArray();
				RowKey key = table.key(values);
				List<Object> before = seen.put(key.text(), key.values());
				assertThat(before == null || before.equals(key.values())).as("seed %s, %s", seed, key).isTrue();
				RowKey parsed = table.parseKey(key.text());
				assertThat(parsed).as("seed %s", seed).isEqualTo(key).hasSameHashCodeAs(key);
				assertThat(parsed.values()).as("seed %s", seed).isEqualTo(key.values());
				assertThat(parsed.text()).isEqualTo(key.text());
			}
		}
	}

	private static Table table(SplittableRandom random) {
		int columns = 1 + random.nextInt(4);
		Table.Builder table = Table.named("t");
		String[] names = new String[columns];
		for (int i = 0; i < columns; i++) {
			names[i] = "c" + i;
			// Texts more often: they are what could be mistaken for something else.
			table.column(names[i], random.nextBoolean() ? ScalarType.TEXT : TYPES.get(random.nextInt(TYPES.size())));
		}
		return table.key(names).build();
	}

	private static Object value(ColumnType type, SplittableRandom random) {
		return switch ((ScalarType) type) {
			case BOOLEAN -> random.nextBoolean();
			case SMALLINT -> (short) random.nextInt(-5, 5);
			case INTEGER -> random.nextInt();
			case BIGINT -> random.nextLong();
			case DECIMAL -> BigDecimal.valueOf(random.nextInt(-20, 20), random.nextInt(-3, 4));
			case TEXT -> text(random);
			case UUID -> new UUID(random.nextLong(), random.nextLong());
			case BYTES -> Bytes.of(text(random).getBytes(StandardCharsets.UTF_8));
			case TIMESTAMP -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(3) * 1_000L);
			case LOCAL_TIMESTAMP -> LocalDateTime.of(2000, 1, 1, 0, 0).plusSeconds(random.nextInt());
			case DATE -> LocalDate.ofEpochDay(random.nextInt(-900_000, 900_000));
			case TIME -> LocalTime.ofSecondOfDay(random.nextInt(86_400));
			case REAL, DOUBLE, JSON -> throw new IllegalStateException("no type of keys");
		};
	}

	private static String text(SplittableRandom random) {
		int[] points = ALPHABET.codePoints().toArray();
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(5); i > 0; i--) {
			text.appendCodePoint(points[random.nextInt(points.length)]);
		}
		return text.toString();
	}

	@Test
	void valuesAreNotMixedUpAcrossColumns() {
		Table table = pair();
		assertThat(table.key("a_b", "c")).isNotEqualTo(table.key("a", "b_c"));
		assertThat(table.key("a,b", "c")).isNotEqualTo(table.key("a", "b,c"));
		assertThat(table.key("", "a")).isNotEqualTo(table.key("a", ""));
		assertThat(table.key("a%2C", "b").text()).isEqualTo("a%252C,b");
	}

	@Test
	void equalDecimalsAreOneKey() {
		Table table = Table.named("t").column("id", ScalarType.DECIMAL).build();
		assertThat(table.key(new BigDecimal("1.0"))).isEqualTo(table.key(new BigDecimal("1.000")))
			.isEqualTo(table.key(1));
		assertThat(table.key(new BigDecimal("100")).text()).isEqualTo("1E+2");
	}

	@Test
	void momentsAreKeysToTheMicrosecond() {
		Table table = Table.named("t").column("id", ScalarType.TIMESTAMP).build();
		assertThat(table.key(Instant.ofEpochSecond(1, 1_999))).isEqualTo(table.key(Instant.ofEpochSecond(1, 1_000)));
	}

	@Test
	void textsThatNoKeyGaveAreRefused() {
		Table number = Table.named("t").column("id", ScalarType.BIGINT).build();
		for (String text : List.of("", "01", "+1", "1,2", "x", " 1", "%31", "%0", "9223372036854775808",
				"1".repeat(5000))) {
			assertThatIllegalArgumentException().as(text).isThrownBy(() -> number.parseKey(text));
		}
		Table pair = pair();
		for (String text : List.of("a", "a,b,c", "a%,b", "a%2c,b", "a%25%,b", "a,%0", "\0,b")) {
			assertThatIllegalArgumentException().as(text).isThrownBy(() -> pair.parseKey(text));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> number.parseKey("x\n"))
			.withMessage("text: \"x?\" (expected: the text form of id as bigint)");
	}

	@Test
	void keysThatDoNotFitAreRefused() {
		Table table = pair();
		assertThatIllegalArgumentException().isThrownBy(() -> table.key("a"))
			.withMessage("key of table t: 1 values (expected: 2, for [a, b])");
		assertThatIllegalArgumentException().isThrownBy(() -> table.key("a", null))
			.withMessage("column b: null (expected: text)");
		assertThatIllegalArgumentException().isThrownBy(() -> table.key("a", 7))
			.withMessage("column b: java.lang.Integer (expected: text, in Java String)");
		assertThatIllegalArgumentException().isThrownBy(() -> table.key("a", "\0"))
			.withMessage("column b: text with the character zero at 0 (expected: none)");
		assertThatIllegalArgumentException().isThrownBy(() -> table.key("\ud83d", "b"))
			.withMessage("column a: text with an unpaired surrogate at 0 (expected: none)");
		assertThatIllegalArgumentException().isThrownBy(() -> table.key("a".repeat(4096), "b"))
			.withMessage("key of table t: 4098 characters (expected: at most 4096)");
	}

}
