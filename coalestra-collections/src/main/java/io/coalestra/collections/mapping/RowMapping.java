package io.coalestra.collections.mapping;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;

/**
 * Converts between what an application has and what a table has. Implementations are safe
 * for concurrent use, and give immutable objects: one that is read is shared by many.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
public interface RowMapping<K, R> {

	/**
	 * Returns the table.
	 * @return the table
	 */
	Table table();

	/**
	 * Returns the class of keys.
	 * @return the class
	 */
	Class<K> keyType();

	/**
	 * Returns the class of rows.
	 * @return the class
	 */
	Class<R> rowType();

	/**
	 * Returns an application's key as the table's.
	 * @param key the key
	 * @return the table's key
	 * @throws IllegalArgumentException if the key does not fit the table's
	 */
	RowKey rowKey(K key);

	/**
	 * Returns a table's key as the application's.
	 * @param key the table's key
	 * @return the key
	 */
	K key(RowKey key);

	/**
	 * Returns an application's row by columns, as a change of a row that there is.
	 * @param value the row
	 * @return its values; without those that are the store's to give
	 * @throws IllegalArgumentException if a value does not fit its column
	 */
	Row row(R value);

	/**
	 * Returns an application's row by columns, as one that is to be made. It differs from
	 * {@link #row} where the store has a default for what the application leaves empty:
	 * in a change an empty value is null.
	 * @param value the row
	 * @return its values; without those that the store is to give
	 * @throws IllegalArgumentException if a value does not fit its column
	 */
	default Row newRow(R value) {
		return row(value);
	}

	/**
	 * Returns a row as the application's.
	 * @param row the row by columns, complete
	 * @return the row
	 * @throws IllegalArgumentException if a value does not fit where it is to go
	 */
	R value(Row row);

	/**
	 * Returns a mapping of rows as they are, by keys as they are.
	 * @param table the table
	 * @return the mapping
	 */
	static RowMapping<RowKey, Row> of(Table table) {
		return of(table, RowKey.class);
	}

	/**
	 * Returns a mapping of rows as they are.
	 * @param <K> the keys' type
	 * @param table the table
	 * @param keyType the class of keys: that of the only key column, a record with a
	 * component for each key column, or {@link RowKey}
	 * @return the mapping
	 * @throws IllegalArgumentException if keys cannot be of the class
	 */
	static <K> RowMapping<K, Row> of(Table table, Class<K> keyType) {
		return new PlainRows<>(table, KeyMapping.of(table, keyType));
	}

	/**
	 * Returns a mapping of records, whose table is derived from the record.
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 * @param keyType the class of keys: that of the only key component, a record with a
	 * component for each key column, or {@link RowKey}
	 * @param rowType the class of rows: a record
	 * @return the mapping
	 * @throws IllegalArgumentException if a component cannot be kept in a column, or keys
	 * cannot be of the class
	 */
	static <K, R extends Record> RowMapping<K, R> of(Class<K> keyType, Class<R> rowType) {
		return new RecordMapping<>(keyType, new RecordShape<>(rowType, null));
	}

	/**
	 * Returns a mapping of records, some components of which are kept as JSON.
	 * @param <K> the keys' type
	 * @param <R> the rows' type
	 * @param keyType the class of keys, as in {@link #of(Class, Class)}
	 * @param rowType the class of rows: a record
	 * @param json reads and writes what is kept as JSON
	 * @return the mapping
	 * @throws IllegalArgumentException if a component cannot be kept in a column, or keys
	 * cannot be of the class
	 */
	static <K, R extends Record> RowMapping<K, R> of(Class<K> keyType, Class<R> rowType, JsonCodec json) {
		return new RecordMapping<>(keyType, new RecordShape<>(rowType, json));
	}

}
