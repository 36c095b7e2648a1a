package io.coalestra.collections.jdbc;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.coalestra.collections.row.Bytes;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Values as the driver takes and gives them.
 */
final class SqlValues {

	private static final DateTimeFormatter LOCAL_TIMESTAMP = new DateTimeFormatterBuilder()
		.append(DateTimeFormatter.ISO_LOCAL_DATE)
		.appendLiteral(' ')
		.append(DateTimeFormatter.ISO_LOCAL_TIME)
		.toFormatter();

	private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder().append(LOCAL_TIMESTAMP)
		.appendOffset("+HH:mm:ss", "+00")
		.toFormatter();

	private SqlValues() {
	}

	// --- to the database ---

	static void set(PreparedStatement statement, int place, ColumnType type, @Nullable Object value)
			throws SQLException {
		switch (value) {
			case null -> statement.setNull(place, Types.NULL);
			case Instant moment -> statement.setObject(place, moment.atOffset(ZoneOffset.UTC));
			case Bytes bytes -> statement.setBytes(place, bytes.toArray());
			case Json json -> setText(statement, place, json.text());
			case List<?> list -> setText(statement, place, arrayText(list));
			case String label when type instanceof ColumnType.EnumOf -> setText(statement, place, label);
			default -> statement.setObject(place, value);
		}
	}

	// Of no type, so that the database reads the text as the type of the place where it
	// stands.
	private static void setText(PreparedStatement statement, int place, String text) throws SQLException {
		statement.setObject(place, text, Types.OTHER);
	}

	private static String arrayText(List<?> elements) {
		StringBuilder text = new StringBuilder("{");
		for (Object element : elements) {
			if (text.length() > 1) {
				text.append(',');
			}
			if (element == null) {
				text.append("NULL");
			}
			else {
				String plain = (element instanceof Bytes bytes) ? "\\x" + bytes : element.toString();
				text.append('"').append(plain.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
			}
		}
		return text.append('}').toString();
	}

	// --- from the database ---

	/**
	 * Returns what is selected of a column: its value, or as text what the driver does
	 * not give exactly as an array.
	 */
	static String selection(String quotedName, ColumnType type) {
		boolean asText = type instanceof ColumnType.ArrayOf array && switch (array.element()) {
			case ScalarType.TIMESTAMP, ScalarType.LOCAL_TIMESTAMP, ScalarType.DATE, ScalarType.TIME, ScalarType.JSON ->
				true;
			case ScalarType plain -> false;
			default -> true;
		};
		return asText ? quotedName + "::text[]" : quotedName;
	}

	static @Nullable Object get(ResultSet result, int place, ColumnType type) throws SQLException {
		return switch (type) {
			case ScalarType scalar -> getScalar(result, place, scalar);
			case ColumnType.EnumOf named -> result.getString(place);
			case ColumnType.ArrayOf array -> getArray(result.getArray(place), array.element());
		};
	}

	private static @Nullable Object getScalar(ResultSet result, int place, ScalarType type) throws SQLException {
		Object value = switch (type) {
			case BOOLEAN -> result.getBoolean(place);
			case SMALLINT -> result.getShort(place);
			case INTEGER -> result.getInt(place);
			case BIGINT -> result.getLong(place);
			case REAL -> result.getFloat(place);
			case DOUBLE -> result.getDouble(place);
			case DECIMAL -> result.getBigDecimal(place);
			case TEXT -> result.getString(place);
			case UUID -> result.getObject(place, UUID.class);
			case BYTES -> result.getBytes(place);
			case TIMESTAMP -> finite(result.getObject(place, OffsetDateTime.class));
			case LOCAL_TIMESTAMP -> finite(result.getObject(place, LocalDateTime.class));
			case DATE -> finite(result.getObject(place, LocalDate.class));
			case TIME -> result.getObject(place, LocalTime.class);
			case JSON -> json(result.getString(place));
		};
		return result.wasNull() ? null : value;
	}

	// Infinity has no moment; the driver gives the ends of its types' ranges for it.
	private static @Nullable Object finite(@Nullable Object moment) throws SQLException {
		if (OffsetDateTime.MAX.equals(moment) || OffsetDateTime.MIN.equals(moment) || LocalDateTime.MAX.equals(moment)
				|| LocalDateTime.MIN.equals(moment) || LocalDate.MAX.equals(moment) || LocalDate.MIN.equals(moment)) {
			throw new SQLException("infinity (expected: a finite date or timestamp)", "22008");
		}
		return moment;
	}

	private static @Nullable Json json(@Nullable String text) {
		return (text != null) ? new Json(text) : null;
	}

	private static @Nullable Object getArray(@Nullable Array array, ColumnType element) throws SQLException {
		if (array == null) {
			return null;
		}
		try {
			List<@Nullable Object> values = new ArrayList<>();
			for (Object each : (Object[]) array.getArray()) {
				values.add((each instanceof String text) ? parse(text, element) : each);
			}
			return values;
		}
		finally {
			array.free();
		}
	}

	private static Object parse(String text, ColumnType type) {
		if (!(type instanceof ScalarType scalar)) {
			return text;
		}
		return switch (scalar) {
			case TIMESTAMP -> TIMESTAMP.parse(text, Instant::from);
			case LOCAL_TIMESTAMP -> LOCAL_TIMESTAMP.parse(text, LocalDateTime::from);
			case DATE -> LocalDate.parse(text);
			case TIME -> LocalTime.parse(text);
			case JSON -> new Json(text);
			case DECIMAL -> new BigDecimal(text);
			case UUID -> UUID.fromString(text);
			default -> text;
		};
	}

}
