package io.coalestra.collections.mapping;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.collections.row.Column;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;

/**
 * Keys as the application has them: one value, a record, or the table's own.
 */
interface KeyMapping<K> {

	Class<K> type();

	RowKey rowKey(K key);

	K key(RowKey key);

	static <K> KeyMapping<K> of(Table table, Class<K> type) {
		if (type == RowKey.class) {
			return new Own<>(type);
		}
		return type.isRecord() ? new OfRecord<>(table, type) : new Single<>(table, type);
	}

	/** The table's own keys. */
	record Own<K>(Class<K> type) implements KeyMapping<K> {

		@Override
		public RowKey rowKey(K key) {
			return (RowKey) key;
		}

		@Override
		public K key(RowKey key) {
			return this.type.cast(key);
		}

	}

	/** The value of the only key column. */
	final class Single<K> implements KeyMapping<K> {

		private final Table table;

		private final Class<K> type;

		private final ComponentType component;

		Single(Table table, Class<K> type) {
			this.table = table;
			this.type = type;
			if (table.keyColumns().size() != 1) {
				throw new IllegalArgumentException(
						"key type " + type.getName() + " (expected: a record with components for "
								+ table.keyColumns().stream().map(Column::name).toList() + ", or RowKey)");
			}
			Column column = table.keyColumns().getFirst();
			this.component = ComponentType.ofKey(type, column);
		}

		@Override
		public Class<K> type() {
			return this.type;
		}

		@Override
		public RowKey rowKey(K key) {
			return this.table.key(this.component.write(key));
		}

		@Override
		public K key(RowKey key) {
			return this.type.cast(this.component.read(key.values().getFirst()));
		}

	}

	/** A record with a component for each key column, in any order. */
	final class OfRecord<K> implements KeyMapping<K> {

		private final Table table;

		private final Class<K> type;

		private final RecordAccess<K> access;

		// By the places of the key columns: which component, and how it converts.
		private final List<Integer> components = new ArrayList<>();

		private final List<ComponentType> types = new ArrayList<>();

		OfRecord(Table table, Class<K> type) {
			this.table = table;
			this.type = type;
			this.access = new RecordAccess<>(type);
			Map<String, Integer> places = new HashMap<>();
			for (int i = 0; i < this.access.components().size(); i++) {
				places.put(RecordShape.columnName(this.access.components().get(i)), i);
			}
			for (Column column : table.keyColumns()) {
				Integer place = places.remove(column.name());
				if (place == null) {
					throw new IllegalArgumentException("key type " + type.getName() + ": no component for column "
							+ column.name() + " (expected: one for each of "
							+ table.keyColumns().stream().map(Column::name).toList() + ")");
				}
				this.components.add(place);
				this.types.add(ComponentType.ofKey(this.access.components().get(place).getType(), column));
			}
			if (!places.isEmpty()) {
				throw new IllegalArgumentException("key type " + type.getName() + ": components for " + places.keySet()
						+ " (expected: for the key columns of table " + table.name() + " alone)");
			}
		}

		@Override
		public Class<K> type() {
			return this.type;
		}

		@Override
		public RowKey rowKey(K key) {
			Object[] values = new Object[this.components.size()];
			for (int i = 0; i < values.length; i++) {
				Object value = this.access.get(key, this.components.get(i));
				if (value == null) {
					throw new IllegalArgumentException(
							"key column " + this.table.keyColumns().get(i).name() + ": null (expected: a value)");
				}
				values[i] = this.types.get(i).write(value);
			}
			return this.table.key(values);
		}

		@Override
		public K key(RowKey key) {
			Object[] values = new Object[this.components.size()];
			for (int i = 0; i < values.length; i++) {
				values[this.components.get(i)] = Objects.requireNonNull(this.types.get(i).read(key.values().get(i)));
			}
			return this.access.make(values);
		}

	}

}
