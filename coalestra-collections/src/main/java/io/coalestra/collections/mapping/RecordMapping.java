package io.coalestra.collections.mapping;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;

/**
 * Records as rows of the table that is derived from them.
 */
final class RecordMapping<K, R extends Record> implements RowMapping<K, R> {

	private final RecordShape<R> shape;

	private final KeyMapping<K> keys;

	RecordMapping(Class<K> keyType, RecordShape<R> shape) {
		this.shape = shape;
		this.keys = KeyMapping.of(shape.table(), keyType);
	}

	@Override
	public Table table() {
		return this.shape.table();
	}

	@Override
	public Class<K> keyType() {
		return this.keys.type();
	}

	@Override
	public Class<R> rowType() {
		return this.shape.type();
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
	public Row row(R value) {
		Row.Builder row = table().row();
		this.shape.write(value, row, false);
		return row.build();
	}

	@Override
	public Row newRow(R value) {
		Row.Builder row = table().row();
		this.shape.write(value, row, true);
		return row.build();
	}

	@Override
	public R value(Row row) {
		return this.shape.read(row::get);
	}

}
