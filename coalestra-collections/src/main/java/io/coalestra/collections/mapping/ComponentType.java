package io.coalestra.collections.mapping;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.coalestra.collections.row.Bytes;
import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnType;
import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * How values of a Java type go into a column and come back.
 *
 * @param column the column's type
 * @param writing makes a column's value
 * @param reading makes a value of the Java type
 * @param isOptional whether absence is an empty {@link Optional}
 */
record ComponentType(ColumnType column, UnaryOperator<Object> writing, UnaryOperator<Object> reading,
		boolean isOptional) {

	private static final Map<Class<?>, ScalarType> PLAIN = Map.ofEntries(Map.entry(Boolean.class, ScalarType.BOOLEAN),
			Map.entry(Short.class, ScalarType.SMALLINT), Map.entry(Integer.class, ScalarType.INTEGER),
			Map.entry(Long.class, ScalarType.BIGINT), Map.entry(Float.class, ScalarType.REAL),
			Map.entry(Double.class, ScalarType.DOUBLE), Map.entry(BigDecimal.class, ScalarType.DECIMAL),
			Map.entry(String.class, ScalarType.TEXT), Map.entry(UUID.class, ScalarType.UUID),
			Map.entry(Bytes.class, ScalarType.BYTES), Map.entry(Instant.class, ScalarType.TIMESTAMP),
			Map.entry(LocalDateTime.class, ScalarType.LOCAL_TIMESTAMP), Map.entry(LocalDate.class, ScalarType.DATE),
			Map.entry(LocalTime.class, ScalarType.TIME), Map.entry(Json.class, ScalarType.JSON));

	private static final Map<Class<?>, Class<?>> BOXES = Map.of(boolean.class, Boolean.class, short.class, Short.class,
			int.class, Integer.class, long.class, Long.class, float.class, Float.class, double.class, Double.class);

	/**
	 * Returns how a Java type is kept.
	 * @param type the type
	 * @param enumType the name of the database's own enumeration, or empty
	 * @throws IllegalArgumentException if it cannot be
	 */
	static ComponentType of(Type type, String enumType) {
		if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
			ComponentType value = of(generic.getActualTypeArguments()[0], enumType);
			return new ComponentType(value.column, value.writing, value.reading, true);
		}
		if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
			ComponentType element = of(generic.getActualTypeArguments()[0], enumType);
			return new ComponentType(new ColumnType.ArrayOf(element.column), (list) -> each(list, element.writing),
					(list) -> each(list, element.reading), false);
		}
		if (!(type instanceof Class<?> plain)) {
			throw refused(type, "a type that a column can hold, or @JsonColumn");
		}
		return ofClass(BOXES.getOrDefault(plain, plain), enumType);
	}

	private static ComponentType ofClass(Class<?> type, String enumType) {
		ScalarType scalar = PLAIN.get(type);
		if (scalar != null) {
			return new ComponentType(scalar, UnaryOperator.identity(), UnaryOperator.identity(), false);
		}
		if (type.isEnum()) {
			ColumnType column = enumType.isEmpty() ? ScalarType.TEXT : new ColumnType.EnumOf(enumType);
			return new ComponentType(column, (value) -> ((Enum<?>) value).name(), (name) -> constant(type, name),
					false);
		}
		if (type == BigInteger.class) {
			return new ComponentType(ScalarType.DECIMAL, UnaryOperator.identity(),
					(number) -> ((BigDecimal) number).toBigIntegerExact(), false);
		}
		if (type == OffsetDateTime.class) {
			return new ComponentType(ScalarType.TIMESTAMP, UnaryOperator.identity(),
					(moment) -> ((Instant) moment).atOffset(ZoneOffset.UTC), false);
		}
		if (type == float[].class || type == double[].class) {
			throw refused(type, "no vector: columns of vectors are not supported; List<Float> for an array of numbers");
		}
		if (type == byte[].class) {
			throw refused(type, Bytes.class.getName() + ", because rows are shared and must not change");
		}
		throw refused(type, "a type that a column can hold, or @JsonColumn");
	}

	/**
	 * Returns how a Java type stands for a key column.
	 * @throws IllegalArgumentException if it cannot
	 */
	static ComponentType ofKey(Class<?> type, Column column) {
		ComponentType component = of(type, (column.type() instanceof ColumnType.EnumOf named) ? named.typeName() : "");
		if (!component.column.equals(column.type())) {
			throw new IllegalArgumentException("key column " + column.name() + ": " + type.getName() + " (expected: "
					+ column.type() + ", in Java " + column.type().javaType().getName() + ")");
		}
		return component;
	}

	private static IllegalArgumentException refused(Type type, String expected) {
		return new IllegalArgumentException(type.getTypeName() + " (expected: " + expected + ")");
	}

	private static Object each(Object list, UnaryOperator<Object> conversion) {
		List<@Nullable Object> converted = new ArrayList<>(((List<?>) list).size());
		for (Object element : (List<?>) list) {
			converted.add((element != null) ? conversion.apply(element) : null);
		}
		return Collections.unmodifiableList(converted);
	}

	private static Object constant(Class<?> type, Object name) {
		for (Object constant : type.getEnumConstants()) {
			if (((Enum<?>) constant).name().equals(name)) {
				return constant;
			}
		}
		throw new IllegalArgumentException("no constant of " + type.getName() + " (expected: one of its names)");
	}

	Object write(Object value) {
		return this.writing.apply(value);
	}

	Object read(Object value) {
		return this.reading.apply(value);
	}

}
