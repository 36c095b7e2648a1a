package io.coalestra.spring.boot.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

import io.coalestra.cache.Revision;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Gives each cache room of its own, so that a large one does not crowd out the others.
 *
 * <p>
 * Rooms are added with their caches, before the first key of theirs, and never removed;
 * everything else is theirs.
 */
final class CacheStore implements SnapshotCache {

	private final Map<ResourceType<?>, SnapshotCache> rooms = new ConcurrentHashMap<>();

	private final AtomicReference<Consumer<Revision<?>>> listener = new AtomicReference<>((revision) -> {
	});

	void add(ResourceType<?> type, long maxEntries, Runnable onEviction) {
		this.rooms.computeIfAbsent(type, (added) -> {
			SnapshotCache room = SnapshotCache.bounded(maxEntries);
			room.onEviction((revision) -> {
				onEviction.run();
				this.listener.get().accept(revision);
			});
			return room;
		});
	}

	private SnapshotCache room(ResourceKey<?> key) {
		SnapshotCache room = this.rooms.get(key.type());
		if (room == null) {
			throw new IllegalStateException("cache: " + key.type() + " (expected: a cache that was asked for by name)");
		}
		return room;
	}

	long size(ResourceType<?> type) {
		SnapshotCache room = this.rooms.get(type);
		return (room != null) ? room.size() : 0;
	}

	@Override
	public @Nullable Revision<?> get(ResourceKey<?> key) {
		return room(key).get(key);
	}

	@Override
	public @Nullable Revision<?> compute(ResourceKey<?> key, UnaryOperator<@Nullable Revision<?>> change) {
		return room(key).compute(key, change);
	}

	@Override
	public @Nullable Revision<?> remove(ResourceKey<?> key) {
		return room(key).remove(key);
	}

	@Override
	public boolean remove(Revision<?> revision) {
		return room(revision.key()).remove(revision);
	}

	@Override
	public void forEach(Consumer<Revision<?>> visitor) {
		this.rooms.values().forEach((room) -> room.forEach(visitor));
	}

	@Override
	public void clear() {
		this.rooms.values().forEach(SnapshotCache::clear);
	}

	@Override
	public long size() {
		return sum(SnapshotCache::size);
	}

	@Override
	public long maxEntries() {
		return sum(SnapshotCache::maxEntries);
	}

	private long sum(ToLongFunction<SnapshotCache> number) {
		return this.rooms.values().stream().mapToLong(number).sum();
	}

	@Override
	public void onEviction(Consumer<Revision<?>> told) {
		this.listener.set(told);
	}

}
