package io.coalestra.collections.row;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Rows as bytes: for shared tiers and journals. One byte that names the form, then each
 * column that has a value: its name, and the value as text of the column's type. What a
 * reader's table does not have is passed over, so that tables may gain and lose columns
 * while rows of both forms are about; a row that lacks a column has no value there.
 */
public final class RowFormat {

	private static final byte FORM = 1;

	private static final int NULL = -1;

	private RowFormat() {
	}

	/**
	 * Writes a row.
	 * @param row the row
	 * @return its bytes
	 */
	public static byte[] encode(Row row) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(256);
		out.write(FORM);
		for (Map.Entry<String, @Nullable Object> each : row.toMap().entrySet()) {
			text(out, each.getKey());
			value(out, each.getValue());
		}
		return out.toByteArray();
	}

	private static void value(ByteArrayOutputStream out, @Nullable Object value) {
		switch (value) {
			case null -> number(out, NULL);
			case List<?> list -> {
				ByteArrayOutputStream elements = new ByteArrayOutputStream(64);
				list.forEach((element) -> value(elements, element));
				number(out, elements.size());
				out.writeBytes(elements.toByteArray());
			}
			default -> text(out, value.toString());
		}
	}

	private static void text(ByteArrayOutputStream out, String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		number(out, bytes.length);
		out.writeBytes(bytes);
	}

	private static void number(ByteArrayOutputStream out, int number) {
		out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
	}

	/**
	 * Reads a row.
	 * @param table the row's table, perhaps of another version of the application
	 * @param bytes what {@link #encode(Row)} gave, or anything else
	 * @return the row, not necessarily complete; null where the bytes are no row of the
	 * table
	 */
	public static @Nullable Row decode(Table table, ByteBuffer bytes) {
		ByteBuffer in = bytes.duplicate();
		try {
			if (in.get() != FORM) {
				return null;
			}
			Row.Builder row = table.row();
			while (in.hasRemaining()) {
				String column = StandardCharsets.UTF_8.decode(required(in)).toString();
				ByteBuffer content = slice(in);
				if (table.hasColumn(column)) {
					row.set(column, (content != null) ? parse(table.column(column).type(), content) : null);
				}
			}
			return row.build();
		}
		catch (BufferUnderflowException | IllegalArgumentException | DateTimeException unreadable) {
			return null;
		}
	}

	private static ByteBuffer required(ByteBuffer in) {
		ByteBuffer content = slice(in);
		if (content == null) {
			throw new IllegalArgumentException("null (expected: text)");
		}
		return content;
	}

	private static @Nullable ByteBuffer slice(ByteBuffer in) {
		int length = in.getInt();
		if (length == NULL) {
			return null;
		}
		if (length < 0 || length > in.remaining()) {
			throw new IllegalArgumentException("length: " + length + " of " + in.remaining());
		}
		ByteBuffer content = in.slice(in.position(), length);
		in.position(in.position() + length);
		return content;
	}

	private static Object parse(ColumnType type, ByteBuffer content) {
		if (type instanceof ColumnType.ArrayOf array) {
			List<@Nullable Object> elements = new ArrayList<>();
			while (content.hasRemaining()) {
				ByteBuffer element = slice(content);
				elements.add((element != null) ? parse(array.element(), element) : null);
			}
			return elements;
		}
		String text = StandardCharsets.UTF_8.decode(content).toString();
		return (type instanceof ScalarType scalar) ? parse(scalar, text) : text;
	}

	private static Object parse(ScalarType type, String text) {
		return switch (type) {
			case BOOLEAN -> parseBoolean(text);
			case SMALLINT, INTEGER, BIGINT -> Long.parseLong(text);
			case REAL -> Float.parseFloat(text);
			case DOUBLE -> Double.parseDouble(text);
			case DECIMAL -> new BigDecimal(text);
			case TEXT -> text;
			case UUID -> UUID.fromString(text);
			case BYTES -> Bytes.parse(text);
			case TIMESTAMP -> Instant.parse(text);
			case LOCAL_TIMESTAMP -> LocalDateTime.parse(text);
			case DATE -> LocalDate.parse(text);
			case TIME -> LocalTime.parse(text);
			case JSON -> new Json(text);
		};
	}

	private static boolean parseBoolean(String text) {
		return switch (text) {
			case "true" -> true;
			case "false" -> false;
			default -> throw new IllegalArgumentException("not a boolean");
		};
	}

}
