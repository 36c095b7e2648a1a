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
 * The one text form of values of columns: each value as text in which {@code % ,} are
 * escaped, joined by commas, null as {@code %0}. Different values of the same columns
 * have different texts, and each text is read back by the types of the columns.
 */
public final class ValueText {

	private static final String NULL = "%0";

	private ValueText() {
	}

	/**
	 * Writes values.
	 * @param values the values as rows hold them, all of types that may identify a row
	 * @return the text
	 */
	public static String encode(List<? extends @Nullable Object> values) {
		StringJoiner text = new StringJoiner(",");
		for (Object value : values) {
			text.add((value != null) ? escape(canonical(value).toString()) : NULL);
		}
		return text.toString();
	}

	private static String escape(String text) {
		return (text.indexOf('%') < 0 && text.indexOf(',') < 0) ? text : text.replace("%", "%25").replace(",", "%2C");
	}

	/**
	 * Reads values.
	 * @param text what {@link #encode} gave
	 * @param columns the columns of the values
	 * @return the values, in the order of the columns
	 * @throws IllegalArgumentException if the text is not one of values of the columns
	 */
	public static List<@Nullable Object> decode(String text, List<Column> columns) {
		String[] parts = text.split(",", -1);
		if (parts.length != columns.size()) {
			throw unreadable(text, columns, null);
		}
		List<@Nullable Object> values = new ArrayList<>(parts.length);
		try {
			for (int i = 0; i < parts.length; i++) {
				values.add(parts[i].equals(NULL) ? null : value(columns.get(i).type(), parts[i]));
			}
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw unreadable(text, columns, ex);
		}
		if (!encode(values).equals(text)) {
			throw unreadable(text, columns, null);
		}
		return values;
	}

	private static Object value(ColumnType type, String escaped) {
		return canonical(type.normalize(parse(type, escaped.replace("%2C", ",").replace("%25", "%"))));
	}

	private static IllegalArgumentException unreadable(String text, List<Column> columns, @Nullable Exception cause) {
		StringJoiner expected = new StringJoiner(",");
		columns.forEach((column) -> expected.add(column.name() + " as " + column.type()));
		return new IllegalArgumentException(
				"text: \"" + Names.printable(text) + "\" (expected: the text form of " + expected + ")", cause);
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
