package io.coalestra.collections.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * The types of single values, in the names of PostgreSQL.
 */
public enum ScalarType implements ColumnType {

	/** True or false: {@link Boolean}. */
	BOOLEAN(Boolean.class, "boolean", true),

	/** A whole number of 16 bits: {@link Short}. */
	SMALLINT(Short.class, "smallint", true),

	/** A whole number of 32 bits: {@link Integer}. */
	INTEGER(Integer.class, "integer", true),

	/** A whole number of 64 bits: {@link Long}. */
	BIGINT(Long.class, "bigint", true),

	/** A floating number of 32 bits: {@link Float}. */
	REAL(Float.class, "real", false),

	/** A floating number of 64 bits: {@link Double}. */
	DOUBLE(Double.class, "double precision", false),

	/** An exact decimal number: {@link BigDecimal}. */
	DECIMAL(BigDecimal.class, "numeric", true),

	/** A text without the character zero: {@link String}. */
	TEXT(String.class, "text", true),

	/** A universally unique identifier: {@link java.util.UUID}. */
	UUID(UUID.class, "uuid", true),

	/** Bytes: {@link Bytes}. */
	BYTES(Bytes.class, "bytea", true),

	/** A moment, cut to the microsecond: {@link Instant}. */
	TIMESTAMP(Instant.class, "timestamp with time zone", true),

	/** A date and time of no zone, cut to the microsecond: {@link LocalDateTime}. */
	LOCAL_TIMESTAMP(LocalDateTime.class, "timestamp without time zone", true),

	/** A date: {@link LocalDate}. */
	DATE(LocalDate.class, "date", true),

	/** A time of day of no zone, cut to the microsecond: {@link LocalTime}. */
	TIME(LocalTime.class, "time without time zone", true),

	/** A JSON document, {@code jsonb} in the database: {@link Json}. */
	JSON(Json.class, "jsonb", false);

	private final Class<?> javaType;

	private final String sqlName;

	private final boolean key;

	ScalarType(Class<?> javaType, String sqlName, boolean key) {
		this.javaType = javaType;
		this.sqlName = sqlName;
		this.key = key;
	}

	@Override
	public Class<?> javaType() {
		return this.javaType;
	}

	/**
	 * Returns the type's name in SQL.
	 * @return the name, such as {@code timestamp with time zone}
	 */
	public String sqlName() {
		return this.sqlName;
	}

	@Override
	public boolean isKey() {
		return this.key;
	}

	@Override
	public Object normalize(Object value) {
		Object normal = switch (this) {
			case SMALLINT -> whole(value, Short.MIN_VALUE, Short.MAX_VALUE) ? ((Number) value).shortValue() : value;
			case INTEGER -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE) ? ((Number) value).intValue() : value;
			case BIGINT -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE) ? ((Number) value).longValue() : value;
			case DOUBLE -> (value instanceof Float number) ? number.doubleValue() : value;
			case DECIMAL -> decimal(value);
			case TEXT -> (value instanceof String text) ? requireStorable(text) : value;
			case BYTES -> (value instanceof byte[] bytes) ? Bytes.of(bytes) : value;
			case TIMESTAMP ->
				(instant(value) instanceof Instant moment) ? moment.truncatedTo(ChronoUnit.MICROS) : value;
			case LOCAL_TIMESTAMP ->
				(value instanceof LocalDateTime moment) ? moment.truncatedTo(ChronoUnit.MICROS) : value;
			case TIME -> (value instanceof LocalTime moment) ? moment.truncatedTo(ChronoUnit.MICROS) : value;
			case BOOLEAN, REAL, UUID, DATE, JSON -> value;
		};
		if (!this.javaType.isInstance(normal)) {
			throw Names.mismatch(this, value);
		}
		return normal;
	}

	@Override
	public String toString() {
		return this.sqlName;
	}

	private static boolean whole(Object value, long least, long most) {
		return (value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long)
				&& ((Number) value).longValue() >= least && ((Number) value).longValue() <= most;
	}

	private static Object instant(Object value) {
		return switch (value) {
			case OffsetDateTime moment -> moment.toInstant();
			case ZonedDateTime moment -> moment.toInstant();
			default -> value;
		};
	}

	private static Object decimal(Object value) {
		return switch (value) {
			case BigInteger number -> new BigDecimal(number);
			case Byte number -> BigDecimal.valueOf(number);
			case Short number -> BigDecimal.valueOf(number);
			case Integer number -> BigDecimal.valueOf(number);
			case Long number -> BigDecimal.valueOf(number);
			default -> value;
		};
	}

	private static String requireStorable(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == 0) {
				throw new IllegalArgumentException("text with the character zero at " + i + " (expected: none)");
			}
			if (Character.isSurrogate(c)) {
				if (!Character.isHighSurrogate(c) || i + 1 == text.length()
						|| !Character.isLowSurrogate(text.charAt(i + 1))) {
					throw new IllegalArgumentException("text with an unpaired surrogate at " + i + " (expected: none)");
				}
				i++;
			}
		}
		return text;
	}

}
