package io.coalestra.collections.access;

import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes visible in a collection: after the store has taken a write and its
 * transaction is committed, and when another node says that it has changed a row. Called
 * on the thread that writes or hears; must be quick, and what it throws is contained.
 *
 * @param <K> the keys' type
 * @param <R> the rows' type
 */
public interface RowListener<K, R> {

	/**
	 * This process has written a row, and nothing else was seen to happen to it while it
	 * did. What is written behind is told as invalidated when the store has it, as others
	 * may have changed the row since.
	 * @param key which row
	 * @param stored what it is now, or null where it was deleted
	 */
	void written(K key, @Nullable Versioned<? extends R> stored);

	/**
	 * What is known of a row no longer holds: another node has written it, or this one
	 * while others did, or it was invalidated here, or what became of a write is not
	 * known.
	 * @param key which row
	 */
	void invalidated(K key);

	/**
	 * What is known of all rows no longer holds: notices may have been missed.
	 */
	void invalidatedAll();

}
