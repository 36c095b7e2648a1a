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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.coalestra.Coalestra;
import io.coalestra.cache.PayloadCopier;
import io.coalestra.json.JacksonPayloadCopier;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.source.ContextCarrier;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.cache.CacheManager;
import org.springframework.util.ClassUtils;

/**
 * Makes the caches of Spring's cache abstraction, all over one snapshot builder of their
 * own, which starts with the first of them.
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

	// Written under the lock, once.
	private volatile @Nullable CacheEngine engine;

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
			CacheEngine started = this.engine;
			if (started == null) {
				started = this.configuration.start();
				this.engine = started;
			}
			CoalestraCache made = new CoalestraCache(name, this.settings.getOrDefault(name, this.defaults), this.keys,
					started);
			this.caches.put(name, made);
			this.listeners.forEach((listener) -> listener.accept(made));
			return made;
		}
		finally {
			this.making.unlock();
		}
	}

	/**
	 * Returns the names of the caches that were asked for or are configured.
	 */
	@Override
	public Collection<String> getCacheNames() {
		Collection<String> names = new TreeSet<>(this.settings.keySet());
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
		 * Makes the manager. It does not start before its first cache.
		 * @return the manager
		 * @throws IllegalArgumentException if values are to be copied and nothing can
		 */
		public CoalestraCacheManager build() {
			boolean copies = this.values == CachedValues.COPIED && this.copier == null;
			if (copies && !ClassUtils.isPresent(JACKSON, getClass().getClassLoader())) {
				throw new IllegalArgumentException(
						"values: COPIED (expected: SHARED, unless there is a payloadCopier or Jackson is on the class path)");
			}
			return new CoalestraCacheManager(this);
		}

		private CacheEngine start() {
			Map<String, CacheSettings> byName = Map.copyOf(this.settings);
			Coalestra coalestra = Coalestra.builder()
				.name("cache")
				.freshness(KeyPolicies.of(this.defaults.freshness()).with((key) -> {
					CacheSettings own = byName.get(key.name());
					return (own != null) ? own.freshness() : null;
				}));
			return new CacheEngine(coalestra, new CacheStore(), new LoadScope(this.carrier), copier(), this.time,
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
