package io.coalestra.collections.mapping;

import java.lang.annotation.Annotation;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.ColumnTrait;
import io.coalestra.collections.row.Json;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.ScalarType;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * What columns a record's components are, and how they convert.
 *
 * @param <R> the record's class
 */
final class RecordShape<R> {

	private static final String DEFAULT_KEY = "id";

	/** Stands for the table of a record that is a part of another. */
	private static final Table NESTED = Table.named("nested").column(DEFAULT_KEY, ScalarType.TEXT).build();

	private final RecordAccess<R> access;

	// By the components' places; a key that is a record has a shape, any other component
	// a column.
	private final List<Part> parts = new ArrayList<>();

	private final Table table;

	RecordShape(Class<R> type, @Nullable JsonCodec json) {
		this.access = new RecordAccess<>(type);
		for (RecordComponent component : this.access.components()) {
			this.parts.add(part(component, json));
		}
		this.table = table(type);
	}

	// A part of another record, without a table of its own.
	private RecordShape(Class<R> type, Table none) {
		this.access = new RecordAccess<>(type);
		this.table = none;
		for (RecordComponent component : this.access.components()) {
			this.parts.add(part(component, null));
		}
	}

	private record Part(RecordComponent component, @Nullable Column column, @Nullable ComponentType type,
			@Nullable RecordShape<?> nested) {
	}

	private static Part part(RecordComponent component, @Nullable JsonCodec json) {
		try {
			if (component.isAnnotationPresent(KeyColumn.class) && component.getType().isRecord()) {
				return new Part(component, null, null, new RecordShape<>(component.getType(), NESTED));
			}
			ComponentType type = component.isAnnotationPresent(JsonColumn.class) ? json(component, json)
					: ComponentType.of(component.getGenericType(), enumType(component));
			return new Part(component, new Column(columnName(component), type.column(), traits(component, type)), type,
					null);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("component " + component.getName() + " of "
					+ component.getDeclaringRecord().getName() + ": " + ex.getMessage(), ex);
		}
	}

	private static ComponentType json(RecordComponent component, @Nullable JsonCodec json) {
		if (json == null) {
			throw new IllegalArgumentException("@JsonColumn, and no JSON codec (expected: one given with the record)");
		}
		return new ComponentType(ScalarType.JSON, json::write,
				(document) -> Frozen.of(json.read((Json) document, component.getGenericType())), false);
	}

	private static String enumType(RecordComponent component) {
		RowColumn column = component.getAnnotation(RowColumn.class);
		return (column != null) ? column.enumType() : "";
	}

	private static Set<ColumnTrait> traits(RecordComponent component, ComponentType type) {
		Set<ColumnTrait> traits = EnumSet.noneOf(ColumnTrait.class);
		RowColumn column = component.getAnnotation(RowColumn.class);
		if (column != null) {
			traits.addAll(List.of(column.traits()));
		}
		if (type.isOptional() || isNullable(component)) {
			traits.add(ColumnTrait.NULLABLE);
		}
		if (component.getType().isPrimitive() && traits.contains(ColumnTrait.NULLABLE)) {
			throw new IllegalArgumentException(
					"NULLABLE and " + component.getType() + " (expected: a type that may be null)");
		}
		return traits;
	}

	// Whoever's annotation it is; what the store gives may be null before, which says
	// nothing of the column.
	private static boolean isNullable(RecordComponent component) {
		RowColumn column = component.getAnnotation(RowColumn.class);
		Set<ColumnTrait> given = (column != null) ? Set.of(column.traits()) : Set.of();
		if (given.contains(ColumnTrait.SERVER_DEFAULTED) || given.contains(ColumnTrait.SERVER_KEPT)
				|| component.isAnnotationPresent(VersionColumn.class)) {
			return false;
		}
		return named(component.getAnnotations()) || named(component.getAnnotatedType().getAnnotations());
	}

	private static boolean named(Annotation[] annotations) {
		for (Annotation each : annotations) {
			if (each.annotationType().getSimpleName().equals("Nullable")) {
				return true;
			}
		}
		return false;
	}

	static String columnName(RecordComponent component) {
		RowColumn column = component.getAnnotation(RowColumn.class);
		return (column != null && !column.name().isEmpty()) ? column.name() : snakeCase(component.getName());
	}

	static String snakeCase(String name) {
		return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
			.replaceAll("([A-Z])([A-Z][a-z])", "$1_$2")
			.toLowerCase(Locale.ROOT);
	}

	private Table table(Class<R> type) {
		TableRow named = type.getAnnotation(TableRow.class);
		String name = (named != null && !named.name().isEmpty()) ? named.name() : snakeCase(type.getSimpleName());
		Table.Builder builder = Table.named(name);
		if (named != null && !named.schema().isEmpty()) {
			builder.schema(named.schema());
		}
		List<String> key = new ArrayList<>();
		for (Part part : this.parts) {
			declare(part, builder, key);
		}
		return builder.key(key.isEmpty() ? new String[] { DEFAULT_KEY } : key.toArray(String[]::new)).build();
	}

	private static void declare(Part part, Table.Builder builder, List<String> key) {
		if (part.nested != null) {
			for (Part inner : part.nested.parts) {
				Column column = Objects.requireNonNull(inner.column, "a key record holds plain components");
				builder.column(column);
				key.add(column.name());
			}
			return;
		}
		Column column = Objects.requireNonNull(part.column);
		builder.column(column);
		if (part.component.isAnnotationPresent(KeyColumn.class)) {
			key.add(column.name());
		}
		if (part.component.isAnnotationPresent(VersionColumn.class)) {
			builder.version(column.name());
		}
		ParentColumn parent = part.component.getAnnotation(ParentColumn.class);
		if (parent != null) {
			builder.parent(column.name(), parent.table());
		}
	}

	Class<R> type() {
		return this.access.type();
	}

	Table table() {
		return this.table;
	}

	/**
	 * Writes a record.
	 * @param record the record
	 * @param row what is written
	 * @param isNew whether the row is to be made, so that the store's defaults stand in
	 */
	void write(Object record, Row.Builder row, boolean isNew) {
		for (int i = 0; i < this.parts.size(); i++) {
			Part part = this.parts.get(i);
			Object value = this.access.get(record, i);
			if (part.nested != null) {
				part.nested.write(Objects.requireNonNull(value, part.component.getName()), row, isNew);
			}
			else {
				write(value, part, row, isNew);
			}
		}
	}

	private static void write(@Nullable Object given, Part part, Row.Builder row, boolean isNew) {
		Column column = Objects.requireNonNull(part.column);
		ComponentType type = Objects.requireNonNull(part.type);
		Object value = (given instanceof Optional<?> optional) ? optional.orElse(null) : given;
		if (value != null) {
			row.set(column.name(), type.write(value));
		}
		else if (!isGivenByStore(column, part, isNew)) {
			row.set(column.name(), null);
		}
	}

	// A default that may be null stands in for what is not given when the row is made;
	// later, null is a value as any other.
	private static boolean isGivenByStore(Column column, Part part, boolean isNew) {
		return column.is(ColumnTrait.SERVER_KEPT) || part.component.isAnnotationPresent(VersionColumn.class)
				|| (column.is(ColumnTrait.SERVER_DEFAULTED)
						&& (isNew || !column.is(ColumnTrait.NULLABLE) || column.is(ColumnTrait.INSERT_ONLY)));
	}

	R read(Function<String, @Nullable Object> values) {
		@Nullable Object[] components = new Object[this.parts.size()];
		for (int i = 0; i < components.length; i++) {
			Part part = this.parts.get(i);
			components[i] = (part.nested != null) ? part.nested.read(values) : read(values, part);
		}
		return this.access.make(components);
	}

	private @Nullable Object read(Function<String, @Nullable Object> values, Part part) {
		String column = Objects.requireNonNull(part.column).name();
		ComponentType type = Objects.requireNonNull(part.type);
		Object value = values.apply(column);
		if (value == null && part.component.getType().isPrimitive()) {
			throw new IllegalArgumentException("component " + part.component.getName() + " of " + type().getName()
					+ ": no value (expected: " + type.column() + ")");
		}
		try {
			UnaryOperator<Object> reading = type.reading();
			Object converted = (value != null) ? reading.apply(value) : null;
			return type.isOptional() ? Optional.ofNullable(converted) : converted;
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw new IllegalArgumentException(
					"component " + part.component.getName() + " of " + type().getName() + ": " + ex.getMessage(), ex);
		}
	}

}
