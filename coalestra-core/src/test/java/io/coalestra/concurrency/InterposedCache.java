package io.coalestra.concurrency;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceKey;

/**
 * A cache that a test can stop at its reads and writes.
 */
public class InterposedCache implements SnapshotCache {

	private final SnapshotCache cache;

	/**
	 * Makes a cache that passes everything on.
	 * @param cache the cache
	 */
	public InterposedCache(SnapshotCache cache) {
		this.cache = cache;
	}

	void beforeWrite() {
	}

	@Override
	public Revision<?> get(ResourceKey<?> key) {
		return this.cache.get(key);
	}

	@Override
	public Revision<?> compute(ResourceKey<?> key, UnaryOperator<Revision<?>> change) {
		beforeWrite();
		return this.cache.compute(key, change);
	}

	@Override
	public Revision<?> remove(ResourceKey<?> key) {
		return this.cache.remove(key);
	}

	@Override
	public boolean remove(Revision<?> revision) {
		return this.cache.remove(revision);
	}

	@Override
	public void forEach(Consumer<Revision<?>> visitor) {
		this.cache.forEach(visitor);
	}

	@Override
	public void clear() {
		this.cache.clear();
	}

	@Override
	public long size() {
		return this.cache.size();
	}

	@Override
	public long maxEntries() {
		return this.cache.maxEntries();
	}

	@Override
	public void onEviction(Consumer<Revision<?>> listener) {
		this.cache.onEviction(listener);
	}

}
