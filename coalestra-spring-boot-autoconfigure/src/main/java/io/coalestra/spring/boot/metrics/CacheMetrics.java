package io.coalestra.spring.boot.metrics;

import java.util.Objects;
import java.util.function.ToDoubleFunction;

import io.coalestra.spring.boot.cache.CacheCounts;
import io.coalestra.spring.boot.cache.CoalestraCache;
import io.coalestra.spring.boot.cache.CoalestraCacheManager;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The caches of a manager as meters, by the names that Micrometer gives those of other
 * caches; also of caches that are made later. Safe for concurrent use.
 */
public final class CacheMetrics implements MeterBinder {

	private final CoalestraCacheManager caches;

	/**
	 * Makes a binder.
	 * @param caches whose caches are measured
	 */
	public CacheMetrics(CoalestraCacheManager caches) {
		this.caches = Objects.requireNonNull(caches, "caches");
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.caches.onCache((cache) -> bind(cache, registry));
	}

	private static void bind(CoalestraCache cache, MeterRegistry registry) {
		Gauge.builder("cache.size", cache, (asked) -> asked.counts().entries())
			.description("Entries of the cache")
			.tags(tags(cache))
			.register(registry);
		count(cache, registry, "cache.gets", "Look-ups by what they found", Tags.of("result", "hit"),
				CacheCounts::hits);
		count(cache, registry, "cache.gets", "Look-ups by what they found", Tags.of("result", "miss"),
				CacheCounts::misses);
		count(cache, registry, "cache.puts", "Values that were put", Tags.empty(), CacheCounts::puts);
		count(cache, registry, "cache.evictions", "Entries that left because of the bound", Tags.empty(),
				CacheCounts::evictions);
		count(cache, registry, "cache.stale.answers", "Misses that were answered with a stale value", Tags.empty(),
				CacheCounts::staleAnswers);
		count(cache, registry, "cache.loads", "Calls of cached methods", Tags.of("result", "success"),
				(counts) -> counts.loads() - counts.failedLoads());
		count(cache, registry, "cache.loads", "Calls of cached methods", Tags.of("result", "failure"),
				CacheCounts::failedLoads);
	}

	private static Tags tags(CoalestraCache cache) {
		return Tags.of("cache", cache.getName(), "cache.manager", "coalestra");
	}

	private static void count(CoalestraCache cache, MeterRegistry registry, String name, String description, Tags tags,
			ToDoubleFunction<CacheCounts> count) {
		FunctionCounter.builder(name, cache, (asked) -> count.applyAsDouble(asked.counts()))
			.description(description)
			.tags(tags(cache).and(tags))
			.register(registry);
	}

}
