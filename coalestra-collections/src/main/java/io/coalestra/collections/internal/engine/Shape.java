package io.coalestra.collections.internal.engine;

import java.lang.reflect.RecordComponent;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

import io.coalestra.collections.access.Versioned;
import io.coalestra.collections.internal.local.Cell;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * How the keys and rows of a collection look to its users, and how the table has them.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
public final class Shape<K, R> {

	// Of these equal values are one key of the table, and different values two. Of
	// others,
	// decimal numbers and moments for example, several values stand for one key.
	private static final Set<Class<?>> EXACT = Set.of(RowKey.class, Long.class, Integer.class, Short.class,
			String.class, UUID.class, Boolean.class, LocalDate.class, long.class, int.class, short.class,
			boolean.class);

	private final RowMapping<K, R> mapping;

	private final boolean exact;

	/**
	 * Makes a shape.
	 * @param mapping converts
	 */
	public Shape(RowMapping<K, R> mapping) {
		this.mapping = Objects.requireNonNull(mapping, "mapping");
		this.exact = isExact(mapping.keyType());
	}

	private static boolean isExact(Class<?> type) {
		if (!type.isRecord()) {
			return EXACT.contains(type);
		}
		for (RecordComponent component : type.getRecordComponents()) {
			if (!EXACT.contains(component.getType())) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Returns the table of the rows.
	 * @return the table
	 */
	public Table table() {
		return this.mapping.table();
	}

	RowKey rowKey(K key) {
		return this.mapping.rowKey(Objects.requireNonNull(key, "key"));
	}

	K key(RowKey key) {
		return this.mapping.key(key);
	}

	Row row(R value) {
		return this.mapping.row(Objects.requireNonNull(value, "row"));
	}

	Row newRow(R value) {
		return this.mapping.newRow(Objects.requireNonNull(value, "row"));
	}

	R value(Row row) {
		return this.mapping.value(row);
	}

	/**
	 * Returns the key under which memory has a row: the user's own where that is exact,
	 * so that a read of memory makes no other.
	 */
	Object localKey(K key) {
		return this.exact ? Objects.requireNonNull(key, "key") : rowKey(key);
	}

	Object localKey(RowKey key) {
		return this.exact ? key(key) : key;
	}

	Cell<R> cell(Row row) {
		return cell(row, row.version());
	}

	Cell<R> cell(Row row, @Nullable RowVersion version) {
		return Cell.of(new Versioned<>(value(row), version), row);
	}

}
