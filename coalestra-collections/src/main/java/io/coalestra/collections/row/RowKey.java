package io.coalestra.collections.row;

import java.util.ArrayList;
import java.util.List;

/**
 * The identity of a row within its table: the values of the key columns.
 *
 * <p>
 * Its {@linkplain #text() text} is the same in every tier and every message. Keys are
 * equal when their texts are, so they are compared within one table only. Immutable and
 * safe for concurrent use.
 */
public final class RowKey implements Comparable<RowKey> {

	/** The most characters that the text form may have, inclusive. */
	public static final int MAX_LENGTH = 4096;

	private final List<Object> values;

	private final String text;

	private RowKey(List<Object> values, String text) {
		this.values = values;
		this.text = text;
	}

	static RowKey of(Table table, List<?> values) {
		List<Column> columns = table.keyColumns();
		if (values.size() != columns.size()) {
			throw new IllegalArgumentException(
					"key of table " + table.name() + ": " + values.size() + " values (expected: " + columns.size()
							+ ", for " + columns.stream().map(Column::name).toList() + ")");
		}
		List<Object> normal = new ArrayList<>(columns.size());
		for (int i = 0; i < columns.size(); i++) {
			Object value = columns.get(i).normalize(values.get(i));
			if (value == null) {
				throw new IllegalArgumentException(
						"key column " + columns.get(i).name() + ": null (expected: a value)");
			}
			normal.add(ValueText.canonical(value));
		}
		String text = ValueText.encode(normal);
		if (text.length() > MAX_LENGTH) {
			throw tooLong(table, text.length());
		}
		return new RowKey(List.copyOf(normal), text);
	}

	static RowKey parse(Table table, String text) {
		if (text.length() > MAX_LENGTH) {
			throw tooLong(table, text.length());
		}
		RowKey key = of(table, ValueText.decode(text, table.keyColumns()));
		if (!key.text.equals(text)) {
			throw new IllegalArgumentException("key of table " + table.name() + ": \"" + Names.printable(text)
					+ "\" (expected: a text that a key gave)");
		}
		return key;
	}

	private static IllegalArgumentException tooLong(Table table, int length) {
		return new IllegalArgumentException(
				"key of table " + table.name() + ": " + length + " characters (expected: at most " + MAX_LENGTH + ")");
	}

	/**
	 * Returns the values of the key columns, in their order.
	 * @return the values, immutable
	 */
	public List<Object> values() {
		return this.values;
	}

	/**
	 * Returns the key as text, which {@link Table#parseKey(String)} reads back.
	 * @return the text: different for different keys of a table
	 */
	public String text() {
		return this.text;
	}

	/**
	 * Orders by text.
	 */
	@Override
	public int compareTo(RowKey other) {
		return this.text.compareTo(other.text);
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof RowKey that && this.text.equals(that.text);
	}

	@Override
	public int hashCode() {
		return this.text.hashCode();
	}

	@Override
	public String toString() {
		return this.text;
	}

}
