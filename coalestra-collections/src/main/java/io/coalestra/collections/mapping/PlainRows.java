package io.coalestra.collections.mapping;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;

/**
 * Rows as they are.
 */
final class PlainRows<K> implements RowMapping<K, Row> {

	private final Table table;

	private final KeyMapping<K> keys;

	PlainRows(Table table, KeyMapping<K> keys) {
		this.table = table;
		this.keys = keys;
	}

	@Override
	public Table table() {
		return this.table;
	}

	@Override
	public Class<K> keyType() {
		return this.keys.type();
	}

	@Override
	public Class<Row> rowType() {
		return Row.class;
	}

	@Override
	public RowKey rowKey(K key) {
		return this.keys.rowKey(key);
	}

	@Override
	public K key(RowKey key) {
		return this.keys.key(key);
	}

	@Override
	@SuppressWarnings("ReferenceEquality") // tables are compared by identity
	public Row row(Row value) {
		if (value.table() != this.table) {
			throw new IllegalArgumentException(
					"row of table " + value.table() + " (expected: a row of this table " + this.table + ")");
		}
		return value;
	}

	@Override
	public Row value(Row row) {
		return row;
	}

}
