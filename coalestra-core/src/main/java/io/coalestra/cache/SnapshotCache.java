package io.coalestra.cache;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
import org.jspecify.annotations.Nullable;

/**
 * What the engine needs of a local cache: a bounded map of revisions in memory, atomic by
 * key.
 *
 * <p>
 * The cache decides nothing: freshness, authority, versions and dependencies are the
 * engine's, and so are the same over every implementation. Implementations are safe for
 * concurrent use, never block on I/O, and answer with the very objects that they were
 * given. An exception reaches the caller of the build as it is.
 */
public interface SnapshotCache {

	/**
	 * Makes the default cache, bounded by a number of entries; over the bound the entry
	 * least likely to be used again goes (Window TinyLFU).
	 * @param maxEntries the most entries: 1 or more
	 * @return the cache
	 */
	static SnapshotCache bounded(long maxEntries) {
		return new CaffeineSnapshotCache(maxEntries);
	}

	/**
	 * Returns what is stored for a key. Called for each key of each build.
	 * @param key the key
	 * @return the revision, or null
	 */
	@Nullable Revision<?> get(ResourceKey<?> key);

	/**
	 * Returns what is stored for many keys, as long as none is missing: what every build
	 * asks first.
	 * @param keys the keys
	 * @param found takes the revisions, at the positions of their keys; undefined where
	 * one is missing
	 * @return false if one is missing
	 */
	default boolean getAll(ResourceKeys keys, @Nullable Revision<?>[] found) {
		for (int i = 0; i < found.length; i++) {
			found[i] = get(keys.get(i));
			if (found[i] == null) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Replaces what is stored for a key, atomically: no other change of the key comes
	 * between.
	 * @param key the key
	 * @param change answers what shall be stored, given what is; null removes. It is
	 * called once, must be quick, and must not touch the cache
	 * @return what is stored now, or null
	 */
	@Nullable Revision<?> compute(ResourceKey<?> key, UnaryOperator<@Nullable Revision<?>> change);

	/**
	 * Makes many changes in a row, which a cache may use to do its upkeep once instead of
	 * after each. Each change stays atomic by itself, and visible at once.
	 * @param changes makes them, on this thread
	 */
	default void inBulk(Runnable changes) {
		changes.run();
	}

	/**
	 * Removes what is stored for a key.
	 * @param key the key
	 * @return what was stored, or null
	 */
	@Nullable Revision<?> remove(ResourceKey<?> key);

	/**
	 * Removes a revision, if it is still the one that is stored.
	 * @param revision the revision, compared by identity
	 * @return true if it was removed
	 */
	boolean remove(Revision<?> revision);

	/**
	 * Visits every revision, in no order, while changes go on; each entry that is present
	 * throughout is visited once.
	 * @param visitor is handed the revisions
	 */
	void forEach(Consumer<Revision<?>> visitor);

	/**
	 * Removes everything.
	 */
	void clear();

	/**
	 * Returns the number of entries, which may include some about to be evicted.
	 * @return the number of entries
	 */
	long size();

	/**
	 * Returns the bound on entries.
	 * @return the most entries, or {@link Long#MAX_VALUE} for no bound
	 */
	long maxEntries();

	/**
	 * Asks to be told of entries that leave because of the bound. Called once, before the
	 * first entry.
	 * @param listener is handed each revision; quick, and does not touch the cache
	 */
	void onEviction(Consumer<Revision<?>> listener);

}
