package io.coalestra.spring.boot.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.coalestra.Coalestra;
import io.coalestra.cache.PayloadCopier;
import io.coalestra.json.JacksonPayloadCopier;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.source.ContextCarrier;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.cache.CacheManager;
import org.springframework.util.ClassUtils;

/**
 * Makes the caches of Spring's cache abstraction, all over one snapshot builder of their
 * own, which starts with the first of them. Each cache whose values are shared with other
 * nodes has one to itself.
 *
 * <p>
 * A cache is made when it is first asked for by name. Safe for concurrent use. Closing it
 * lets no load begin any more.
 */
public final class CoalestraCacheManager implements CacheManager, AutoCloseable {

	private final CacheSettings defaults;

	private final Map<String, CacheSettings> settings;

	private final CacheKeyText keys;

	private final Builder configuration;

	private final Map<String, CoalestraCache> caches = new ConcurrentHashMap<>();

	private final List<Consumer<CoalestraCache>> listeners = new CopyOnWriteArrayList<>();

	// Held while the engine, or a cache, is made, and told of.
	private final ReentrantLock making = new ReentrantLock();

	private final LoadGraph graph = new LoadGraph();

	// Written under the lock, once.
	private volatile @Nullable CacheEngine engine;

	private final List<CacheEngine> sharing = new CopyOnWriteArrayList<>();

	private CoalestraCacheManager(Builder builder) {
		this.configuration = builder;
		this.defaults = builder.defaults;
		this.settings = Map.copyOf(builder.settings);
		this.keys = new CacheKeyText(builder.writers);
	}

	/**
	 * Starts a configuration.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	@Override
	public CoalestraCache getCache(String name) {
		CoalestraCache cache = this.caches.get(name);
		return (cache != null) ? cache : make(name);
	}

	private CoalestraCache make(String name) {
		this.making.lock();
		try {
			CoalestraCache present = this.caches.get(name);
			if (present != null) {
				return present;
			}
			CoalestraCache made = made(name);
			this.caches.put(name, made);
			this.listeners.forEach((listener) -> listener.accept(made));
			return made;
		}
		finally {
			this.making.unlock();
		}
	}

	private CoalestraCache made(String name) {
		Class<?> sharedAs = this.configuration.sharedAs.get(name);
		LongAdder evictions = new LongAdder();
		long room = this.settings.getOrDefault(name, this.defaults).maxEntries();
		CacheEngine started = this.engine;
		if (sharedAs != null) {
			// The room first: other nodes may be heard as soon as the engine has started.
			CacheStore store = new CacheStore();
			store.add(CacheEngine.typeOf(name), room, evictions::increment);
			started = this.configuration.startSharing(name, store, this.graph);
			this.sharing.add(started);
		}
		else {
			if (started == null) {
				started = this.configuration.start(this.graph);
				this.engine = started;
			}
			started.store().add(CacheEngine.typeOf(name), room, evictions::increment);
		}
		return new CoalestraCache(name, started, this.keys, evictions, sharedAs);
	}

	/**
	 * Returns the names of the caches that were asked for or are configured.
	 */
	@Override
	public Collection<String> getCacheNames() {
		Collection<String> names = new TreeSet<>(this.settings.keySet());
		names.addAll(this.configuration.sharedAs.keySet());
		names.addAll(this.caches.keySet());
		return names;
	}

	/**
	 * Returns the caches that were asked for.
	 * @return the caches
	 */
	public Collection<CoalestraCache> caches() {
		return List.copyOf(this.caches.values());
	}

	/**
	 * Tells of each cache: those that there are during the call, others when they are
	 * made.
	 * @param listener is told, by one thread at a time
	 */
	public void onCache(Consumer<CoalestraCache> listener) {
		this.making.lock();
		try {
			this.listeners.add(Objects.requireNonNull(listener, "listener"));
			this.caches.values().forEach(listener);
		}
		finally {
			this.making.unlock();
		}
	}

	@Override
	public void close() {
		CacheEngine started = this.engine;
		if (started != null) {
			started.close();
		}
		this.sharing.forEach(CacheEngine::close);
	}

	/**
	 * Collects what configures a manager. Not safe for concurrent use.
	 */
	public static final class Builder {

		private static final String JACKSON = "tools.jackson.databind.json.JsonMapper";

		private CacheSettings defaults = CacheSettings.DEFAULT;

		private final Map<String, CacheSettings> settings = new LinkedHashMap<>();

		private final List<CacheKeyWriter> writers = new ArrayList<>();

		private CachedValues values = CachedValues.SHARED;

		private @Nullable PayloadCopier copier;

		private @Nullable Duration deadline;

		private TimeSource time = TimeSource.system();

		private ContextCarrier carrier = ContextCarrier.NONE;

		private final Map<String, Class<?>> sharedAs = new LinkedHashMap<>();

		private @Nullable SharedTier tier;

		private SharedTierOptions tierOptions = SharedTierOptions.DEFAULT;

		private Builder() {
		}

		/**
		 * Sets what applies to caches that are not named.
		 * @param value the settings
		 * @return this
		 */
		public Builder defaults(CacheSettings value) {
			this.defaults = Objects.requireNonNull(value, "defaults");
			return this;
		}

		/**
		 * Sets what applies to a cache.
		 * @param name the cache's name
		 * @param value the settings
		 * @return this
		 */
		public Builder cache(String name, CacheSettings value) {
			this.settings.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "settings"));
			return this;
		}

		/**
		 * Adds a writer of keys.
		 * @param writer the writer; the first that knows a class writes it
		 * @return this
		 */
		public Builder keyWriter(CacheKeyWriter writer) {
			this.writers.add(Objects.requireNonNull(writer, "keyWriter"));
			return this;
		}

		/**
		 * Sets what callers get.
		 * @param value the rule; {@link CachedValues#SHARED} where none is set
		 * @return this
		 */
		public Builder values(CachedValues value) {
			this.values = Objects.requireNonNull(value, "values");
			return this;
		}

		/**
		 * Sets what copies values where they are {@link CachedValues#COPIED copied} and
		 * not proven immutable.
		 * @param value the copier; one that knows beans by Jackson where none is set
		 * @return this
		 */
		public Builder payloadCopier(PayloadCopier value) {
			this.copier = Objects.requireNonNull(value, "payloadCopier");
			return this;
		}

		/**
		 * Sets how long a caller waits at most for a value that another makes. Who makes
		 * it is on its own thread and not interrupted.
		 * @param span the limit: more than zero; without one where none is set
		 * @return this
		 * @throws IllegalArgumentException if it is not positive
		 */
		public Builder deadline(Duration span) {
			if (span.isZero() || span.isNegative()) {
				throw new IllegalArgumentException("deadline: " + span + " (expected: more than zero)");
			}
			this.deadline = span;
			return this;
		}

		/**
		 * Sets where time comes from.
		 * @param value the time source
		 * @return this
		 */
		public Builder timeSource(TimeSource value) {
			this.time = Objects.requireNonNull(value, "timeSource");
			return this;
		}

		/**
		 * Sets what carries the context of callers to refreshes in the background, and to
		 * calls that are made for futures.
		 * @param value the carrier
		 * @return this
		 */
		public Builder contextCarrier(ContextCarrier value) {
			this.carrier = Objects.requireNonNull(value, "contextCarrier");
			return this;
		}

		/**
		 * Has a cache share its values with the same cache of other nodes, by the
		 * {@link #sharedTier shared tier}.
		 * @param name the cache's name
		 * @param values the class of its values, of which the tier's codec must know how
		 * to write and read them: no interface of several, and without type parameters,
		 * which a class alone does not tell
		 * @return this
		 * @throws IllegalArgumentException if the class does not say what its values are
		 */
		public Builder shared(String name, Class<?> values) {
			Objects.requireNonNull(name, "name");
			if (values == Object.class || values.isPrimitive() || values.getTypeParameters().length > 0) {
				throw new IllegalArgumentException("shared." + name + ": " + values.getTypeName()
						+ " (expected: a class without type parameters, such as a record that holds the value)");
			}
			this.sharedAs.put(name, values);
			return this;
		}

		/**
		 * Sets by what caches share their values. Each has a part of the tier to itself.
		 * @param value the tier, which stays the caller's
		 * @param options how it is used; which types and which part of it is of no
		 * consequence
		 * @return this
		 */
		public Builder sharedTier(SharedTier value, SharedTierOptions options) {
			this.tier = Objects.requireNonNull(value, "sharedTier");
			this.tierOptions = Objects.requireNonNull(options, "options");
			return this;
		}

		/**
		 * Makes the manager. It does not start before its first cache.
		 * @return the manager
		 * @throws IllegalArgumentException if values are to be copied and nothing can, or
		 * to be shared and there is no tier
		 */
		public CoalestraCacheManager build() {
			if (this.tier == null && !this.sharedAs.isEmpty()) {
				throw new IllegalArgumentException("shared: " + String.join(", ", this.sharedAs.keySet())
						+ " (expected: none, unless there is a shared tier)");
			}
			boolean copies = this.values == CachedValues.COPIED && this.copier == null;
			if (copies && !ClassUtils.isPresent(JACKSON, getClass().getClassLoader())) {
				throw new IllegalArgumentException(
						"values: COPIED (expected: SHARED, unless there is a payloadCopier or Jackson is on the class path)");
			}
			return new CoalestraCacheManager(this);
		}

		private CacheEngine start(LoadGraph graph) {
			return start(Coalestra.builder().name("cache"), new CacheStore(), graph);
		}

		// No name: nodes are told apart by it.
		private CacheEngine startSharing(String cache, CacheStore store, LoadGraph graph) {
			SharedTierOptions options = this.tierOptions.toBuilder()
				.space("cache." + cache)
				.types((type) -> true)
				.build();
			return start(Coalestra.builder().sharedTier(Objects.requireNonNull(this.tier), options), store, graph);
		}

		private CacheEngine start(Coalestra coalestra, CacheStore store, LoadGraph graph) {
			Map<String, CacheSettings> byName = Map.copyOf(this.settings);
			coalestra.freshness(KeyPolicies.of(this.defaults.freshness()).with((key) -> {
				CacheSettings own = byName.get(key.name());
				return (own != null) ? own.freshness() : null;
			}));
			return new CacheEngine(coalestra, store, new LoadScope(this.carrier), graph, copier(), this.time,
					this.deadline);
		}

		private PayloadCopier copier() {
			if (this.values == CachedValues.SHARED) {
				return new SharingCopier();
			}
			return (this.copier != null) ? this.copier : new JacksonPayloadCopier();
		}

	}

	/**
	 * Copies nothing.
	 */
	private static final class SharingCopier implements PayloadCopier {

		@Override
		public <T> T copy(T payload) {
			return payload;
		}

	}

}
