package io.coalestra.spring.boot.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.failure.SourceFailure;
import io.coalestra.health.ComponentHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.source.ContextCarrier.Captured;
import io.coalestra.source.ContextCarrier.Scope;
import io.coalestra.source.Payload;
import org.jspecify.annotations.Nullable;

import org.springframework.cache.Cache;
import org.springframework.cache.support.SimpleValueWrapper;

/**
 * A cache of Spring's cache abstraction, whose values are read by the engine: callers who
 * miss the same key at a time share one call, and stale values serve as the cache's
 * freshness says.
 *
 * <p>
 * A value is made on the thread of the caller who leads; who joins waits for it, at most
 * until the manager's deadline. A value that comes after its key was evicted, or the
 * cache cleared, reaches those who wait and is not stored; one that was begun before a
 * {@code put} does not replace what was put. What a loader throws reaches all who wait,
 * unless a stale value may stand in, and is not remembered. Null is a value. Safe for
 * concurrent use.
 *
 * <p>
 * A cache that shares its values with other nodes asks the shared tier for what it has
 * not, and has all nodes evict what one does. There a value is made on a virtual thread,
 * with the caller's context and without its transaction, and a null that is put is
 * evicted instead.
 */
public final class CoalestraCache implements Cache {

	private final String name;

	private final ResourceType<Object> type;

	private final CacheKeyText keys;

	private final CacheEngine engine;

	private final LongAdder hits = new LongAdder();

	private final LongAdder misses = new LongAdder();

	private final LongAdder staleAnswers = new LongAdder();

	private final LongAdder loads = new LongAdder();

	private final LongAdder failedLoads = new LongAdder();

	private final LongAdder puts = new LongAdder();

	private final LongAdder evictions;

	private final @Nullable Class<?> sharedAs;

	/**
	 * Makes a cache.
	 * @param name its name
	 * @param engine reads its values; its store has room for them
	 * @param keys writes its keys
	 * @param evictions counts what made room
	 * @param sharedAs the class of the values that are shared with other nodes, or null
	 * if they are not
	 */
	CoalestraCache(String name, CacheEngine engine, CacheKeyText keys, LongAdder evictions,
			@Nullable Class<?> sharedAs) {
		this.name = name;
		this.type = (sharedAs != null) ? CacheEngine.typeOf(name, sharedAs) : CacheEngine.typeOf(name);
		this.keys = keys;
		this.engine = engine;
		this.evictions = evictions;
		this.sharedAs = sharedAs;
	}

	@Override
	public String getName() {
		return this.name;
	}

	/**
	 * Returns the snapshot builder behind all caches of the manager.
	 * @return the builder
	 */
	@Override
	public Object getNativeCache() {
		return this.engine.builder();
	}

	/**
	 * Returns what the cache has done.
	 * @return the counts
	 */
	public CacheCounts counts() {
		return new CacheCounts(this.engine.store().size(this.type), this.hits.sum(), this.misses.sum(),
				this.staleAnswers.sum(), this.loads.sum(), this.failedLoads.sum(), this.puts.sum(),
				this.evictions.sum());
	}

	/**
	 * Returns how the shared tier of this cache does.
	 * @return its report, or null where its values are not shared
	 */
	@Nullable ComponentHealth tierHealth() {
		return (this.sharedAs != null) ? this.engine.tierHealth() : null;
	}

	/**
	 * Returns a value that is fresh. A stale one counts as none, because nothing here
	 * could read it again.
	 */
	@Override
	public @Nullable ValueWrapper get(Object key) {
		return (this.sharedAs != null) ? shared(keyOf(key)) : local(keyOf(key));
	}

	private @Nullable ValueWrapper shared(ResourceKey<Object> key) {
		Snapshot found = this.engine.lookUp(key);
		if (found == null) {
			this.misses.increment();
			return null;
		}
		this.hits.increment();
		return new SimpleValueWrapper(valueIn(found, key));
	}

	private @Nullable ValueWrapper local(ResourceKey<Object> key) {
		Revision<?> found = this.engine.fresh(key);
		if (found == null) {
			this.misses.increment();
			return null;
		}
		this.hits.increment();
		return new SimpleValueWrapper(this.engine.valueOf(found));
	}

	@Override
	@SuppressWarnings("unchecked") // checked against the class, if there is one
	public <T> @Nullable T get(Object key, @Nullable Class<T> wanted) {
		ValueWrapper wrapper = get(key);
		Object value = (wrapper != null) ? wrapper.get() : null;
		if (value != null && wanted != null && !wanted.isInstance(value)) {
			throw new IllegalStateException("cache \"" + this.name + "\": a value of " + value.getClass().getName()
					+ " (expected: one of " + wanted.getName() + ")");
		}
		return (T) value;
	}

	@Override
	@SuppressWarnings("unchecked") // what the caller's own loader makes
	public <T> @Nullable T get(Object key, Callable<T> loader) {
		return (T) read(keyOf(key), loader);
	}

	// What other nodes may have changed unnoticed is in doubt, which the engine knows.
	private @Nullable Revision<?> quiet(ResourceKey<Object> key) {
		return (this.sharedAs == null) ? this.engine.quiet(key) : null;
	}

	private @Nullable Object read(ResourceKey<Object> key, Callable<?> loader) {
		Revision<?> found = quiet(key);
		if (found != null) {
			this.hits.increment();
			return this.engine.valueOf(found);
		}
		Snapshot snapshot = this.engine.read(List.of(key), new SingleLoad(loader));
		if (snapshot == null) {
			return direct(key, loader);
		}
		count(snapshot, 1);
		throwIfFailed(snapshot, key, loader);
		return valueIn(snapshot, key);
	}

	// A method that asks for the very value that it makes would wait for itself: it is
	// called again, as it would be without a cache.
	private @Nullable Object direct(ResourceKey<Object> key, Callable<?> loader) {
		this.misses.increment();
		try {
			return called(loader);
		}
		catch (Exception ex) {
			throw new ValueRetrievalException(key, loader, ex);
		}
	}

	private @Nullable Object called(Callable<?> loader) throws Exception {
		this.loads.increment();
		try {
			return loader.call();
		}
		catch (Throwable ex) {
			this.failedLoads.increment();
			throw ex;
		}
	}

	private static @Nullable Object valueIn(Snapshot snapshot, ResourceKey<Object> key) {
		return snapshot.find(key).map(CacheEngine::unmarked).orElse(null);
	}

	private void count(Snapshot snapshot, int asked) {
		int fresh = snapshot.diagnostics().cacheHits() - snapshot.diagnostics().staleValues();
		this.hits.add(Math.max(0, fresh));
		this.misses.add(asked - Math.max(0, fresh));
		this.staleAnswers.add(snapshot.diagnostics().staleValues());
	}

	private static void throwIfFailed(Snapshot snapshot, ResourceKey<Object> key, Callable<?> loader) {
		ResourceFailure failure = snapshot.errorFor(key).orElse(null);
		if (failure == null) {
			return;
		}
		for (SourceFailure source : failure.sources()) {
			if (source.cause() != null) {
				throw new ValueRetrievalException(key, loader, source.cause());
			}
		}
		// Nothing was thrown: the deadline passed, or the application closes.
		throw new ValueRetrievalException(key, loader, new SnapshotBuildException(List.of(failure), snapshot));
	}

	/**
	 * Returns a value that is fresh: at once, or where it may be another node's, when
	 * that is known.
	 */
	@Override
	public @Nullable CompletableFuture<?> retrieve(Object key) {
		if (this.sharedAs != null) {
			ResourceKey<Object> resource = keyOf(key);
			return onVirtualThread(() -> shared(resource));
		}
		ValueWrapper found = get(key);
		return (found != null) ? CompletableFuture.completedFuture(found) : null;
	}

	/**
	 * Returns a value, which is made on a virtual thread if it is missing: the loader's
	 * own future may need the calling one.
	 */
	@Override
	@SuppressWarnings("unchecked") // what the caller's own loader makes
	public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> loader) {
		ResourceKey<Object> resource = keyOf(key);
		Revision<?> found = quiet(resource);
		if (found != null) {
			this.hits.increment();
			return (CompletableFuture<T>) CompletableFuture.completedFuture(this.engine.valueOf(found));
		}
		return (CompletableFuture<T>) onVirtualThread(() -> read(resource, () -> awaited(loader.get())));
	}

	private <T extends @Nullable Object> CompletableFuture<T> onVirtualThread(Supplier<T> reading) {
		CompletableFuture<T> promise = new CompletableFuture<>();
		Captured captured = this.engine.captured();
		Thread.ofVirtual().name("coalestra-cache-" + this.name).start(() -> {
			Scope scope = captured.bind();
			try {
				promise.complete(reading.get());
			}
			catch (ValueRetrievalException ex) {
				promise.completeExceptionally(Objects.requireNonNullElse(ex.getCause(), ex));
			}
			catch (Throwable ex) {
				promise.completeExceptionally(ex);
			}
			finally {
				scope.close();
			}
		});
		return promise;
	}

	private static <T> @Nullable T awaited(CompletableFuture<T> future) throws Exception {
		try {
			return future.get();
		}
		catch (ExecutionException | CompletionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw ex;
		}
	}

	/**
	 * Returns the values of many keys; those that are missing are made in one call, but
	 * for those that others are making already.
	 * @param <K> the keys' type
	 * @param <V> the values' type
	 * @param wanted the keys
	 * @param loader makes missing values
	 * @return the values by key, in the order of the keys; a key whose value does not
	 * exist is left out
	 * @throws org.springframework.cache.Cache.ValueRetrievalException if a value can
	 * neither be made nor be stood in for
	 */
	public <K, V> Map<K, V> getAll(Collection<? extends K> wanted, BulkLoader<K, V> loader) {
		return getAll(wanted, (key) -> key, loader);
	}

	/**
	 * Returns the values of many elements, as {@link #getAll(Collection, BulkLoader)}
	 * does, that are cached under other keys than themselves.
	 * @param <K> the elements' type
	 * @param <V> the values' type
	 * @param wanted the elements
	 * @param cacheKey says under which key an element's value is cached
	 * @param loader makes missing values
	 * @return the values by element, in the order of the elements
	 * @throws org.springframework.cache.Cache.ValueRetrievalException if a value can
	 * neither be made nor be stood in for
	 */
	@SuppressWarnings("unchecked") // what the caller's own loader makes
	public <K, V> Map<K, V> getAll(Collection<? extends K> wanted, Function<? super K, ?> cacheKey,
			BulkLoader<K, V> loader) {
		Map<ResourceKey<Object>, K> elements = new LinkedHashMap<>();
		Map<ResourceKey<Object>, @Nullable Object> values = new HashMap<>();
		List<ResourceKey<Object>> missing = new ArrayList<>();
		for (K element : wanted) {
			ResourceKey<Object> key = keyOf(cacheKey.apply(element));
			if (elements.putIfAbsent(key, element) == null) {
				Revision<?> found = quiet(key);
				if (found != null) {
					values.put(key, this.engine.valueOf(found));
				}
				else {
					missing.add(key);
				}
			}
		}
		this.hits.add(values.size());
		if (!missing.isEmpty()) {
			readAll(missing, elements, loader, values);
		}
		Map<K, V> answer = new LinkedHashMap<>();
		elements.forEach((key, element) -> {
			Object value = values.get(key);
			if (value != null) {
				answer.put(element, (V) value);
			}
		});
		return answer;
	}

	private <K, V> void readAll(List<ResourceKey<Object>> missing, Map<ResourceKey<Object>, K> elements,
			BulkLoader<K, V> loader, Map<ResourceKey<Object>, @Nullable Object> values) {
		ElementsLoad<K, V> load = new ElementsLoad<>(elements, loader);
		Callable<?> shown = () -> load.load(missing);
		Snapshot snapshot = this.engine.read(missing, load);
		if (snapshot == null) {
			this.misses.add(missing.size());
			try {
				load.load(missing).forEach((key, payload) -> values.put(key, payload.value()));
			}
			catch (Exception ex) {
				throw new ValueRetrievalException(missing, shown, ex);
			}
			return;
		}
		count(snapshot, missing.size());
		for (ResourceKey<Object> key : missing) {
			throwIfFailed(snapshot, key, shown);
			values.put(key, valueIn(snapshot, key));
		}
	}

	@Override
	public void put(Object key, @Nullable Object value) {
		this.puts.increment();
		ResourceKey<Object> resource = keyOf(key);
		if (value == null && this.sharedAs != null) {
			// Has no form in the tier; whoever asks next has it made.
			this.engine.remove(resource);
			return;
		}
		this.engine.put(resource, required(value));
	}

	private @Nullable Object required(@Nullable Object value) {
		if (value != null && this.sharedAs != null && !this.sharedAs.isInstance(value)) {
			throw new IllegalArgumentException("cache \"" + this.name + "\": a value of " + value.getClass().getName()
					+ " (expected: one of " + this.sharedAs.getName() + ", as which its values are shared)");
		}
		return value;
	}

	/**
	 * Puts a value where there is none that could serve, atomically; waits for one that
	 * is being made.
	 */
	@Override
	public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
		AtomicBoolean stored = new AtomicBoolean();
		ResourceKey<Object> resource = keyOf(key);
		Snapshot snapshot = this.engine.read(List.of(resource), (keys) -> {
			stored.set(true);
			return Map.of(resource, payloadOf(value));
		});
		if (snapshot == null) {
			// The value is being made by a call that made this one.
			ValueWrapper present = get(key);
			if (present == null) {
				put(key, value);
			}
			return present;
		}
		if (stored.get()) {
			this.puts.increment();
		}
		return stored.get() ? null : new SimpleValueWrapper(valueIn(snapshot, resource));
	}

	@Override
	public void evict(Object key) {
		this.engine.remove(keyOf(key));
	}

	@Override
	public boolean evictIfPresent(Object key) {
		return this.engine.remove(keyOf(key));
	}

	@Override
	public void clear() {
		if (this.sharedAs != null) {
			this.engine.removeEverywhere();
		}
		else {
			this.engine.removeAll(this.type);
		}
	}

	@Override
	public boolean invalidate() {
		if (this.sharedAs != null) {
			boolean isFilled = this.engine.store().size(this.type) > 0;
			this.engine.removeEverywhere();
			return isFilled;
		}
		return this.engine.removeAll(this.type) > 0;
	}

	private ResourceKey<Object> keyOf(@Nullable Object key) {
		if (key == null) {
			throw new IllegalArgumentException("cache \"" + this.name + "\": key: null (expected: a key)");
		}
		return this.keys.keyOf(this.type, key);
	}

	private Payload<Object> payloadOf(@Nullable Object made) {
		Object value = required(made);
		return (value != null) ? Payload.of(value) : Payload.absent();
	}

	/**
	 * Calls a loader, once: what Spring hands to a cache goes on with an invocation,
	 * which a second call would enter behind its other interceptors.
	 */
	private final class SingleLoad implements Load {

		private final Callable<?> loader;

		private final AtomicBoolean used = new AtomicBoolean();

		SingleLoad(Callable<?> loader) {
			this.loader = loader;
		}

		@Override
		public Map<ResourceKey<Object>, Payload<Object>> load(List<ResourceKey<Object>> asked) throws Exception {
			if (!this.used.compareAndSet(false, true)) {
				throw new IllegalStateException(
						"cache \"" + CoalestraCache.this.name + "\": a loader was to be called twice (expected: once)");
			}
			return Map.of(asked.getFirst(), payloadOf(called(this.loader)));
		}

	}

	/**
	 * Calls a loader for some of the elements; as often as need be, since some may be
	 * missing now and others due in the background.
	 */
	private final class ElementsLoad<K, V> implements Load {

		private final Map<ResourceKey<Object>, K> elements;

		private final BulkLoader<K, V> loader;

		ElementsLoad(Map<ResourceKey<Object>, K> elements, BulkLoader<K, V> loader) {
			this.elements = elements;
			this.loader = loader;
		}

		@Override
		public Map<ResourceKey<Object>, Payload<Object>> load(List<ResourceKey<Object>> asked) throws Exception {
			List<K> wanted = new ArrayList<>(asked.size());
			asked.forEach((key) -> wanted.add(Objects.requireNonNull(this.elements.get(key))));
			Object answer = called(() -> this.loader.load(wanted));
			if (!(answer instanceof Map<?, ?> made)) {
				throw new IllegalStateException(
						"cache \"" + CoalestraCache.this.name + "\": null (expected: a map by element)");
			}
			Map<ResourceKey<Object>, Payload<Object>> payloads = new LinkedHashMap<>();
			for (int i = 0; i < wanted.size(); i++) {
				payloads.put(asked.get(i), payloadOf(made.get(wanted.get(i))));
			}
			return payloads;
		}

	}

}
