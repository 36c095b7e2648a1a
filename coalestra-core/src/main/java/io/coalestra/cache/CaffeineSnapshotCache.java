package io.coalestra.cache;

import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.coalestra.key.ResourceKey;
import org.jspecify.annotations.Nullable;

/**
 * The default cache, on Caffeine.
 *
 * <p>
 * Caffeine's own clock is not used: freshness is judged from one reading of the time a
 * build, not one a key. Its maintenance runs in small pieces on the threads that use the
 * cache, and only when its lock is free, so that a read starts no thread and never waits.
 */
final class CaffeineSnapshotCache implements SnapshotCache {

	private final Cache<ResourceKey<?>, Revision<?>> cache;

	private final ConcurrentMap<ResourceKey<?>, Revision<?>> map;

	private final long maxEntries;

	// Written once, before the first entry; read by whichever thread evicts.
	private volatile Consumer<Revision<?>> evictionListener = (revision) -> {
	};

	CaffeineSnapshotCache(long maxEntries) {
		if (maxEntries < 1) {
			throw new IllegalArgumentException("maxEntries: " + maxEntries + " (expected: 1 or more)");
		}
		this.maxEntries = maxEntries;
		this.cache = Caffeine.newBuilder()
			.maximumSize(maxEntries)
			.executor(Runnable::run)
			.evictionListener(this::evicted)
			.build();
		this.map = this.cache.asMap();
	}

	private void evicted(@Nullable ResourceKey<?> key, @Nullable Revision<?> revision, RemovalCause cause) {
		if (revision != null) {
			this.evictionListener.accept(revision);
		}
	}

	@Override
	public @Nullable Revision<?> get(ResourceKey<?> key) {
		return this.cache.getIfPresent(key);
	}

	@Override
	public @Nullable Revision<?> compute(ResourceKey<?> key, UnaryOperator<@Nullable Revision<?>> change) {
		return this.map.compute(key, (same, stored) -> change.apply(stored));
	}

	@Override
	public @Nullable Revision<?> remove(ResourceKey<?> key) {
		return this.map.remove(key);
	}

	@Override
	public boolean remove(Revision<?> revision) {
		// Revisions do not override equals, so this compares identity.
		return this.map.remove(revision.key(), revision);
	}

	@Override
	public void forEach(Consumer<Revision<?>> visitor) {
		this.map.values().forEach(visitor);
	}

	@Override
	public void clear() {
		this.cache.invalidateAll();
	}

	@Override
	public long size() {
		return this.cache.estimatedSize();
	}

	@Override
	public long maxEntries() {
		return this.maxEntries;
	}

	@Override
	public void onEviction(Consumer<Revision<?>> listener) {
		this.evictionListener = listener;
	}

}
