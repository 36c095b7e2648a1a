package io.coalestra.cache;

import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;
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

	private static final int LOCK_BITS = 8;

	// Set by a thread for the time of its own bulk: Caffeine asks for upkeep on the
	// thread
	// that writes, and does it there and then, whoever has put it off, when its buffer is
	// full.
	private static final ThreadLocal<@Nullable Postponed> POSTPONED = new ThreadLocal<>();

	private final Cache<ResourceKey<?>, Revision<?>> cache;

	private final ConcurrentMap<ResourceKey<?>, Revision<?>> map;

	private final long maxEntries;

	// Each guards the changes of the keys that fall to it; reads take none.
	private final Object[] locks = Stream.generate(Object::new).limit(1L << LOCK_BITS).toArray();

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
			.executor(this::maintain)
			.evictionListener(this::evicted)
			.build();
		this.map = this.cache.asMap();
	}

	private void maintain(Runnable upkeep) {
		Postponed bulk = POSTPONED.get();
		if (bulk != null && bulk.cache == this) {
			bulk.upkeep = upkeep;
		}
		else {
			upkeep.run();
		}
	}

	@Override
	public void inBulk(Runnable changes) {
		Postponed bulk = new Postponed(this);
		POSTPONED.set(bulk);
		try {
			changes.run();
		}
		finally {
			POSTPONED.remove();
			Runnable upkeep = bulk.upkeep;
			if (upkeep != null) {
				upkeep.run();
			}
		}
	}

	private void evicted(@Nullable ResourceKey<?> key, @Nullable Revision<?> revision, RemovalCause cause) {
		if (revision != null) {
			this.evictionListener.accept(revision);
		}
	}

	private Object lockOf(ResourceKey<?> key) {
		int hash = key.hashCode() * 0x9E3779B9;
		return this.locks[hash >>> (Integer.SIZE - LOCK_BITS)];
	}

	@Override
	public @Nullable Revision<?> get(ResourceKey<?> key) {
		return this.cache.getIfPresent(key);
	}

	@Override
	public boolean getAll(ResourceKeys keys, @Nullable Revision<?>[] found) {
		// Once, not once a key: nothing is known to be final across the reads.
		Cache<ResourceKey<?>, Revision<?>> reading = this.cache;
		for (int i = 0; i < found.length; i++) {
			Revision<?> revision = reading.getIfPresent(keys.get(i));
			if (revision == null) {
				return false;
			}
			found[i] = revision;
		}
		return true;
	}

	@Override
	public @Nullable Revision<?> compute(ResourceKey<?> key, UnaryOperator<@Nullable Revision<?>> change) {
		synchronized (lockOf(key)) {
			Revision<?> stored = this.cache.getIfPresent(key);
			Revision<?> changed = change.apply(stored);
			if (changed == null) {
				this.map.remove(key);
			}
			else if (changed != stored) {
				this.cache.put(key, changed);
			}
			return changed;
		}
	}

	@Override
	public @Nullable Revision<?> remove(ResourceKey<?> key) {
		synchronized (lockOf(key)) {
			return this.map.remove(key);
		}
	}

	@Override
	public boolean remove(Revision<?> revision) {
		// Revisions do not override equals, so this compares identity.
		synchronized (lockOf(revision.key())) {
			return this.map.remove(revision.key(), revision);
		}
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

	/**
	 * The upkeep that a bulk of changes has put off. Touched by its own thread only.
	 */
	private static final class Postponed {

		private final CaffeineSnapshotCache cache;

		private @Nullable Runnable upkeep;

		private Postponed(CaffeineSnapshotCache cache) {
			this.cache = cache;
		}

	}

}
