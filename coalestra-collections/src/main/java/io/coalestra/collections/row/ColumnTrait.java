package io.coalestra.collections.row;

/**
 * Who gives a column its value, where that is not the writer each time.
 */
public enum ColumnTrait {

	/** Given by the insert and never changed after. */
	INSERT_ONLY,

	/** Given by the store at the insert where the writer gives none. */
	SERVER_DEFAULTED,

	/**
	 * Given by the store with every write, by a trigger for example, and never by the
	 * writer.
	 */
	SERVER_KEPT,

	/** May be null. */
	NULLABLE

}
