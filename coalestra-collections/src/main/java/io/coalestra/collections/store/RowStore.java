package io.coalestra.collections.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowKey;
import io.coalestra.collections.row.Table;

/**
 * Where rows are kept for good: the truth that every cache follows.
 *
 * <p>
 * Calls block, and answer what the store holds. A store that cannot do what it is asked
 * throws {@link StoreException}: a failure never looks like an absent row. Inside a
 * transaction of the calling thread, where the store takes part in one, calls see and do
 * what that transaction sees and does. Implementations are safe for concurrent use.
 */
public interface RowStore {

	/**
	 * Returns the store's name, for health and metrics.
	 * @return the name, such as {@code postgresql}
	 */
	String name();

	/**
	 * Reads rows, all in as few round trips as the store can: one, for a database.
	 * @param table the table
	 * @param keys keys of the table, any number; the same one twice counts once
	 * @return the complete rows that there are, by key; what is not in it is not in the
	 * store
	 * @throws StoreException if the store fails
	 * @throws UnreadableRowsException if some of the rows cannot be read; it carries the
	 * others
	 */
	Map<RowKey, Row> fetch(Table table, Collection<RowKey> keys);

	/**
	 * Writes one row, by itself or not at all.
	 * @param write what to write
	 * @return what came of it
	 * @throws StoreException if the store fails; the exception's reason says whether the
	 * write may have taken effect
	 */
	WriteOutcome write(RowWrite write);

	/**
	 * Writes rows of one or several tables, in their order, all or none. Of several
	 * writes for one row the later ones see the earlier.
	 * @param writes what to write
	 * @return what came of them
	 * @throws StoreException if the store fails, and then none is written, unless the
	 * exception's reason says that it is not known
	 */
	GroupOutcome writeAll(List<? extends RowWrite> writes);

	/**
	 * Reads the rows that have given values.
	 * @param scan which rows, in what order, and how many
	 * @return the complete rows
	 * @throws StoreException if the store fails
	 */
	List<Row> scan(Scan scan);

	/**
	 * Gives all rows of one owner to another, as one write. Where the table has versions,
	 * those of the rows move forward.
	 * @param repointing which rows, and to whom
	 * @return the keys of the rows that were moved
	 * @throws StoreException if the store fails
	 */
	List<RowKey> repoint(Repointing repointing);

}
