package io.coalestra.collections.row;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The one text form of keys: each value as text in which {@code % ,} are escaped, joined
 * by commas. No two keys of a table share one, and each is read back by the declared
 * types of the key's columns.
 */
final class KeyText {

	/** More than any database indexes. */
	static final int MAX_LENGTH = 4096;

	private KeyText() {
	}

	static String encode(List<Object> values) {
		StringJoiner text = new StringJoiner(",");
		for (Object value : values) {
			text.add(escape(value.toString()));
		}
		return text.toString();
	}

	private static String escape(String text) {
		return (text.indexOf('%') < 0 && text.indexOf(',') < 0) ? text : text.replace("%", "%25").replace(",", "%2C");
	}

	static List<Object> decode(String text, List<Column> columns) {
		String[] parts = text.split(",", -1);
		if (parts.length != columns.size() || text.length() > MAX_LENGTH) {
			throw notAKey(text, columns, null);
		}
		List<Object> values = new ArrayList<>(parts.length);
		try {
			for (int i = 0; i < parts.length; i++) {
				ColumnType type = columns.get(i).type();
				values.add(canonical(type.normalize(parse(type, parts[i].replace("%2C", ",").replace("%25", "%")))));
			}
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw notAKey(text, columns, ex);
		}
		if (!encode(values).equals(text)) {
			throw notAKey(text, columns, null);
		}
		return values;
	}

	private static IllegalArgumentException notAKey(String text, List<Column> columns, @Nullable Exception cause) {
		StringJoiner expected = new StringJoiner(",");
		columns.forEach((column) -> expected.add(column.name() + " as " + column.type()));
		return new IllegalArgumentException(
				"key: \"" + Names.printable(text) + "\" (expected: the text form of " + expected + ")", cause);
	}

	private static Object parse(ColumnType type, String text) {
		if (!(type instanceof ScalarType scalar)) {
			return text;
		}
		return switch (scalar) {
			case BOOLEAN -> parseBoolean(text);
			case SMALLINT, INTEGER, BIGINT -> Long.parseLong(text);
			case DECIMAL -> new BigDecimal(text);
			case TEXT -> text;
			case UUID -> UUID.fromString(text);
			case BYTES -> Bytes.parse(text);
			case TIMESTAMP -> Instant.parse(text);
			case LOCAL_TIMESTAMP -> LocalDateTime.parse(text);
			case DATE -> LocalDate.parse(text);
			case TIME -> LocalTime.parse(text);
			case REAL, DOUBLE, JSON -> throw new IllegalArgumentException(scalar + " (expected: a type of keys)");
		};
	}

	private static boolean parseBoolean(String text) {
		return switch (text) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IllegalArgumentException("not a boolean");
		};
	}

	/**
	 * Returns the one value that stands for all equal ones: 1.0 and 1.00 are one key.
	 */
	static Object canonical(Object value) {
		return (value instanceof BigDecimal number) ? number.stripTrailingZeros() : value;
	}

}
