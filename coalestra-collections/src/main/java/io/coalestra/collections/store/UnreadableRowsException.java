package io.coalestra.collections.store;

import java.util.Map;
import java.util.Set;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;

/**
 * Thrown when rows that were read cannot be taken for rows of their table: a value of
 * another kind than is declared, or null where there must be none. The others of the same
 * read are well, and come with it.
 */
public class UnreadableRowsException extends StoreException {

	private static final long serialVersionUID = 1L;

	/** The rows that could be read. */
	private final transient Map<RowKey, Row> rows;

	/** Which rows could not be read. */
	private final transient Set<RowKey> unreadable;

	/**
	 * Makes an exception.
	 * @param store the store's name
	 * @param message what was read, without values of rows
	 * @param rows the rows that could be read, by key
	 * @param unreadable the keys of those that could not
	 * @param cause what is wrong with one of these
	 */
	public UnreadableRowsException(String store, String message, Map<RowKey, Row> rows, Set<RowKey> unreadable,
			Throwable cause) {
		super(store, Reason.UNREADABLE, message, cause);
		this.rows = Map.copyOf(rows);
		this.unreadable = Set.copyOf(unreadable);
	}

	/**
	 * Returns the rows that could be read.
	 * @return the complete rows, by key, immutable
	 */
	public Map<RowKey, Row> rows() {
		return this.rows;
	}

	/**
	 * Returns which rows are there and could not be read.
	 * @return their keys, immutable
	 */
	public Set<RowKey> unreadable() {
		return this.unreadable;
	}

}
