package io.coalestra.collections.access;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.coalestra.collections.row.Row;
import io.coalestra.collections.row.RowVersion;
import io.coalestra.collections.row.Table;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table, read at the speed of memory and written through to where they
 * are kept for good.
 *
 * <p>
 * A read asks the memory of this process, then the shared tier, then the store, and
 * copies what it finds upwards. A write goes to the store first; then memory, the shared
 * tier and other nodes learn of it. A write that fails is seen by nobody. Inside a
 * transaction all but the store learn of it when the transaction is committed; until then
 * it is the transaction's own reads that see it.
 *
 * <p>
 * Blocking calls throw {@link LoadException} where a row could not be loaded and
 * {@link io.coalestra.collections.store.StoreException} where a write failed: neither is
 * ever taken for absence. Futures run the same calls on virtual threads, outside the
 * caller's transaction, and fail with what the call throws. Safe for concurrent use.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
public interface RowCollection<K, R> {

	/**
	 * Returns the collection's name.
	 * @return the name
	 */
	String name();

	/**
	 * Returns the table.
	 * @return the table
	 */
	Table table();

	/**
	 * Returns a key as text: the form in which all tiers and notices have it.
	 * @param key the key
	 * @return the text, different for different keys
	 */
	String keyText(K key);

	/**
	 * Reads a key's text.
	 * @param text what {@link #keyText} gave
	 * @return the key
	 * @throws IllegalArgumentException if the text is no key's
	 */
	K parseKey(String text);

	// --- reads ---

	/**
	 * Reads a row.
	 * @param key which row
	 * @return the row; empty if there is none
	 * @throws LoadException if that could not be found out
	 */
	Optional<R> find(K key);

	/**
	 * Reads a row and its version.
	 * @param key which row
	 * @return the row; empty if there is none
	 * @throws LoadException if that could not be found out
	 */
	Optional<Versioned<R>> findVersioned(K key);

	/**
	 * Reads a row that must be there.
	 * @param key which row
	 * @return the row
	 * @throws RowMissingException if there is none
	 * @throws LoadException if that could not be found out
	 */
	R require(K key);

	/**
	 * Reads rows, those that are not in memory all together.
	 * @param keys which rows; one that is given twice counts once
	 * @return the rows that there are, in the order of the keys, unmodifiable
	 * @throws LoadException if one could not be loaded
	 */
	Map<K, R> findAll(Collection<? extends K> keys);

	/**
	 * Reads rows and their versions, those that are not in memory all together.
	 * @param keys which rows; one that is given twice counts once
	 * @return the rows that there are, in the order of the keys, unmodifiable
	 * @throws LoadException if one could not be loaded
	 */
	Map<K, Versioned<R>> findAllVersioned(Collection<? extends K> keys);

	/**
	 * Reads a value of a row that must be there.
	 * @param <T> the value's class
	 * @param key which row
	 * @param column the column
	 * @param type the value's class
	 * @return the value; empty if it is null
	 * @throws RowMissingException if there is no such row
	 * @throws IllegalArgumentException if the table has no such column
	 * @throws ClassCastException if the value is of another class
	 * @throws LoadException if the row could not be loaded
	 */
	<T> Optional<T> field(K key, String column, Class<T> type);

	/**
	 * Reads a row from memory alone. Never waits.
	 * @param key which row
	 * @return the row; empty if it is not in memory, whether there is one or not
	 */
	Optional<R> peek(K key);

	/**
	 * Returns whether a row is in memory. Never waits, and loads nothing.
	 * @param key which row
	 * @return true if {@link #peek} would give it
	 */
	boolean contains(K key);

	/**
	 * Sees to it that a row is in memory.
	 * @param key which row
	 * @return true if there is such a row
	 * @throws LoadException if that could not be found out
	 */
	boolean ensure(K key);

	/**
	 * Reads a row without waiting for it.
	 * @param key which row
	 * @return the row; empty if there is none. Complete already where memory answers
	 */
	CompletableFuture<Optional<R>> findAsync(K key);

	/**
	 * Reads rows without waiting for them.
	 * @param keys which rows
	 * @return the rows that there are, in the order of the keys
	 */
	CompletableFuture<Map<K, R>> findAllAsync(Collection<? extends K> keys);

	// --- forgetting ---

	/**
	 * Takes a row out of the memory of this process alone; what a load that is in
	 * progress brings is not kept. A write that is pending stays.
	 * @param key which row
	 */
	void evict(K key);

	/**
	 * Takes a row out of all caches, and tells the other nodes: the next read asks the
	 * store. For rows that were written by other means. Inside a transaction this happens
	 * when it has ended.
	 * @param key which row
	 */
	void invalidate(K key);

	/**
	 * Takes rows out of all caches, as {@link #invalidate}.
	 * @param keys which rows
	 */
	void invalidateAll(Collection<? extends K> keys);

	// --- writes ---

	/**
	 * Inserts a row.
	 * @param row the row
	 * @return the row as it is stored, with what the store itself gives
	 * @throws RowExistsException if there is one of its key
	 */
	Versioned<R> insert(R row);

	/**
	 * Writes a row that was read and changed.
	 * @param changed the row, upon the version that was read; null as version for
	 * whatever is stored
	 * @return the row as it is stored now
	 * @throws RowConflictException if the stored row has another version, or is gone
	 */
	Versioned<R> save(Versioned<R> changed);

	/**
	 * Writes a row whether there is one of its key or not: the last writer wins.
	 * @param row the row
	 * @return the row as it is stored now
	 */
	Versioned<R> put(R row);

	/**
	 * Writes one value of a row, and leaves all others as they are stored.
	 * @param key which row
	 * @param column the column
	 * @param value the value
	 * @return the row as it is stored now
	 * @throws RowMissingException if there is no such row
	 * @throws IllegalArgumentException if the table has no such column, or the value does
	 * not fit it, or it is not the writer's to change
	 */
	Versioned<R> set(K key, String column, @Nullable Object value);

	/**
	 * Changes a row that must be there, and tries again while other writers are faster.
	 * Changes of one row wait for each other within this process. A function that gives
	 * back what it was given writes nothing.
	 * @param key which row
	 * @param change makes the row what it is to be; called again for each try, so without
	 * effects of its own, and not to write this row by other means
	 * @return the row as it is stored now
	 * @throws RowMissingException if there is no such row
	 * @throws RowConflictException if other writers were faster each time
	 * @throws RowBusyException if it was not this change's turn in time
	 */
	Versioned<R> update(K key, UnaryOperator<R> change);

	/**
	 * Changes a row, or makes or deletes it, and tries again while other writers are
	 * faster: what is answered was decided upon the very row that it replaces.
	 * @param key which row
	 * @param change decides, given the row or nothing; called again for each try
	 * @return the row as it is now; empty if there is none
	 * @throws RowConflictException if other writers were faster each time
	 * @throws RowBusyException if it was not this change's turn in time
	 */
	Optional<Versioned<R>> compute(K key, Function<? super Optional<R>, Change<R>> change);

	/**
	 * Deletes a row, whatever its version.
	 * @param key which row
	 * @return true if there was one
	 */
	boolean delete(K key);

	/**
	 * Deletes a row of a version.
	 * @param key which row
	 * @param expected the version that it must have
	 * @throws RowConflictException if it has another, or is gone
	 */
	void delete(K key, RowVersion expected);

	/**
	 * Gives all rows of one owner to another, in one statement, past what is pending.
	 * What is known of these rows is forgotten everywhere: at once, or inside a
	 * transaction when that is committed. Where the store is lost before it has answered,
	 * this process reads all rows anew, and looks the new owner's up as soon as the store
	 * answers again, to take them out of all caches; until then other nodes may serve
	 * them as they were.
	 * @param column the column that names the owner
	 * @param from the present owner
	 * @param to the owner to be
	 * @return the keys of the rows that have changed hands
	 * @throws IllegalArgumentException if the column is unknown or not the writer's to
	 * change, or if an owner does not fit it
	 */
	List<K> repoint(String column, Object from, Object to);

	/**
	 * Does as {@link #insert}, without waiting.
	 * @param row the row
	 * @return what the store has made of it
	 */
	CompletableFuture<Versioned<R>> insertAsync(R row);

	/**
	 * Does as {@link #put}, without waiting.
	 * @param row the row
	 * @return what the store has made of it
	 */
	CompletableFuture<Versioned<R>> putAsync(R row);

	/**
	 * Does as {@link #set}, without waiting.
	 * @param key which row
	 * @param column the column
	 * @param value the value
	 * @return what the store has made of it
	 */
	CompletableFuture<Versioned<R>> setAsync(K key, String column, @Nullable Object value);

	/**
	 * Does as {@link #compute}, without waiting.
	 * @param key which row
	 * @param change decides, given the row or nothing; called again for each try
	 * @return what the store has made of it
	 */
	CompletableFuture<Optional<Versioned<R>>> computeAsync(K key, Function<? super Optional<R>, Change<R>> change);

	/**
	 * Does as {@link #save}, without waiting.
	 * @param changed the row
	 * @return what the store has made of it
	 */
	CompletableFuture<Versioned<R>> saveAsync(Versioned<R> changed);

	/**
	 * Does as {@link #update}, without waiting.
	 * @param key which row
	 * @param change makes the row what it is to be
	 * @return what the store has made of it
	 */
	CompletableFuture<Versioned<R>> updateAsync(K key, UnaryOperator<R> change);

	/**
	 * Does as {@link #delete(Object)}, without waiting.
	 * @param key which row
	 * @return whether there was one
	 */
	CompletableFuture<Boolean> deleteAsync(K key);

	// --- drafts ---

	/**
	 * Begins to edit a row.
	 * @param key which row
	 * @return a draft of it
	 * @throws RowMissingException if there is none
	 * @throws LoadException if that could not be found out
	 */
	Draft<K, R> draft(K key);

	/**
	 * Begins a new row. Nobody sees it until it is saved.
	 * @param values the values to begin with, not necessarily of all columns
	 * @return a draft
	 */
	Draft<K, R> draftNew(Row values);

	// --- what goes on ---

	/**
	 * Lets a listener be told what becomes visible.
	 * @param listener the listener
	 * @return ends that when closed
	 */
	Subscription onChange(RowListener<? super K, ? super R> listener);

	/**
	 * Returns what has happened so far.
	 * @return the counts
	 */
	CollectionStatistics statistics();

	/**
	 * A listener's subscription.
	 */
	interface Subscription extends AutoCloseable {

		/**
		 * Ends the subscription. May be called any number of times.
		 */
		@Override
		void close();

	}

}
