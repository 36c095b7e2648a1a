package io.coalestra.spring.boot.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.coalestra.Coalestra;
import io.coalestra.cache.PayloadCopier;
import io.coalestra.cache.Revision;
import io.coalestra.cache.WriteRule;
import io.coalestra.health.ComponentHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.KeyPattern;
import io.coalestra.policy.Resilience;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.ContextCarrier.Captured;
import io.coalestra.source.ContextCarrier.Scope;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot builder behind all caches of one manager, with its one source: what the
 * caller brings along.
 *
 * <p>
 * It is a builder of its own because a cached method may call another. With permits and
 * circuits, whose calls are those of an application's sources, the one would wait for a
 * permit that the other holds. Here the source is inline: the method runs on its caller's
 * thread, as without a cache, in the caller's transaction and at the caller's expense.
 * With a shared tier it runs where the tier's answer is taken, with what the scope
 * carries.
 */
final class CacheEngine implements AutoCloseable {

	private static final String NAME = "cache";

	private static final Load LOOK_UP = (keys) -> {
		throw new NothingFoundException();
	};

	private final CacheStore store;

	private final LoadScope scope;

	private final LoadGraph graph;

	private final PayloadCopier copier;

	private final TimeSource time;

	private final @Nullable Duration deadline;

	private final SnapshotBuilder builder;

	CacheEngine(Coalestra coalestra, CacheStore store, LoadScope scope, LoadGraph graph, PayloadCopier copier,
			TimeSource time, @Nullable Duration deadline) {
		this.store = store;
		this.scope = scope;
		this.graph = graph;
		this.copier = copier;
		this.time = time;
		this.deadline = deadline;
		this.builder = coalestra
			.source(Source.<Object>batch(NAME, typeOf("*"), (keys, context) -> lead(keys))
				.supports((key) -> key.namespace().equals(NAME))
				.alsoFor(new KeyPattern(NAME, "*"))
				.maxBatchSize(Integer.MAX_VALUE)
				.resilience(Resilience.NONE)
				.inline()
				.build())
			.cache(store)
			.payloadCopier(copier)
			.timeSource(time)
			.contextCarrier(scope)
			.maxConcurrency(Integer.MAX_VALUE)
			.build();
	}

	static ResourceType<Object> typeOf(String cache) {
		return typeOf(cache, Object.class);
	}

	@SuppressWarnings("unchecked") // values are checked where they are made and put
	static ResourceType<Object> typeOf(String cache, Class<?> values) {
		return (ResourceType<Object>) ResourceType.of(NAME, cache, values);
	}

	SnapshotBuilder builder() {
		return this.builder;
	}

	TimeSource time() {
		return this.time;
	}

	CacheStore store() {
		return this.store;
	}

	Captured captured() {
		return this.scope.captureApplication();
	}

	private Map<ResourceKey<Object>, Payload<Object>> lead(List<ResourceKey<Object>> keys) throws Exception {
		Load load = LoadScope.current();
		if (load == null) {
			throw new IllegalStateException("a cached value was asked for without the call that makes it"
					+ " (expected: reads through the cache or its cached method)");
		}
		Scope outside = LoadScope.bind(null);
		AutoCloseable leading = this.graph.lead(keys);
		try {
			return load.load(keys);
		}
		finally {
			leading.close();
			outside.close();
		}
	}

	/**
	 * Returns what is cached, if it is fresh.
	 * @param key the key
	 * @return the revision, or null; it may be due to be read again soon
	 */
	@Nullable Revision<?> fresh(ResourceKey<Object> key) {
		Revision<?> found = this.store.get(key);
		return (found != null && this.time.epochNanos() <= found.lifetime().freshUntil()) ? found : null;
	}

	/**
	 * Returns what is cached, if there is nothing to be done about it.
	 * @param key the key
	 * @return the revision, or null
	 */
	@Nullable Revision<?> quiet(ResourceKey<Object> key) {
		Revision<?> found = this.store.get(key);
		return (found != null && this.time.epochNanos() <= found.lifetime().quietUntil()) ? found : null;
	}

	@Nullable Object valueOf(Revision<?> revision) {
		Object payload = revision.payload();
		if (payload == null) {
			return null;
		}
		return unmarked(revision.isShareable() ? payload : this.copier.copy(payload));
	}

	static @Nullable Object unmarked(Object payload) {
		return (payload != StoredNull.INSTANCE) ? payload : null;
	}

	/**
	 * Reads keys, and has made what is missing.
	 * @param keys the keys, at least one
	 * @param load makes values
	 * @return what came of them, or null if the calling thread must not wait, because
	 * that what it would wait for waits for it
	 */
	@Nullable Snapshot read(Collection<ResourceKey<Object>> keys, Load load) {
		Snapshot snapshot = readOnce(keys, load);
		// Who joined a look-up that found nothing has its own load still to be called.
		while (snapshot != null && hasJoinedLookUp(snapshot)) {
			snapshot = readOnce(keys, load);
		}
		return snapshot;
	}

	private static boolean hasJoinedLookUp(Snapshot snapshot) {
		return snapshot.errors()
			.values()
			.stream()
			.flatMap((failure) -> failure.sources().stream())
			.anyMatch((source) -> source.cause() instanceof NothingFoundException);
	}

	/**
	 * Looks a key up, also in the shared tier, without anything that could make a value.
	 * @param key the key
	 * @return what was found, if it is fresh; null if nothing was
	 */
	@Nullable Snapshot lookUp(ResourceKey<Object> key) {
		Snapshot snapshot = readOnce(List.of(key), LOOK_UP);
		return (snapshot != null && snapshot.errors().isEmpty() && snapshot.diagnostics().staleValues() == 0) ? snapshot
				: null;
	}

	private @Nullable Snapshot readOnce(Collection<ResourceKey<Object>> keys, Load load) {
		LoadGraph.Chain chain = LoadGraph.current();
		Runnable waiting = (chain != null) ? this.graph.await(chain, keys) : () -> {
		};
		if (waiting == null) {
			return null;
		}
		SnapshotRequest request = SnapshotRequest.prefer(keys);
		Scope bound = LoadScope.bind(load);
		try {
			return this.builder.build((this.deadline != null) ? request.deadline(this.deadline) : request);
		}
		finally {
			bound.close();
			waiting.run();
		}
	}

	void put(ResourceKey<Object> key, @Nullable Object value) {
		this.builder.publisher()
			.publishAll(List.of(ResourceUpdate.of(key, (value != null) ? value : StoredNull.INSTANCE, NAME)),
					WriteRule.FORCE);
	}

	boolean remove(ResourceKey<Object> key) {
		return this.builder.publisher().invalidate(key);
	}

	int removeAll(ResourceType<Object> type) {
		return this.builder.publisher().invalidateIf((key) -> key.type().equals(type));
	}

	void removeEverywhere() {
		this.builder.publisher().clear();
	}

	/**
	 * Returns how the shared tier does.
	 * @return its report, or null where there is none
	 */
	@Nullable ComponentHealth tierHealth() {
		return this.builder.health()
			.components()
			.entrySet()
			.stream()
			.filter((component) -> component.getKey().startsWith("shared-tier."))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	@Override
	public void close() {
		this.builder.close();
	}

	/**
	 * Says that a look-up found nothing. Nobody but the engine sees it.
	 */
	private static final class NothingFoundException extends Exception {

		private static final long serialVersionUID = 1L;

		NothingFoundException() {
			super("nothing is cached", null, false, false);
		}

	}

}
