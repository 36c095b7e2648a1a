package io.coalestra.spring.boot.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.coalestra.health.ComponentHealth;
import io.coalestra.health.HealthComponent;

/**
 * Reports the caches of a manager with a builder's health: what each has done, and the
 * methods that failed among its faults. Immutable and safe for concurrent use.
 */
public final class CachesHealth implements HealthComponent {

	private static final String SCHEMA = "coalestra.caches-health";

	private final CoalestraCacheManager caches;

	/**
	 * Makes a component.
	 * @param caches whose caches it reports
	 */
	public CachesHealth(CoalestraCacheManager caches) {
		this.caches = Objects.requireNonNull(caches, "caches");
	}

	@Override
	public String healthName() {
		return "caches";
	}

	@Override
	public ComponentHealth componentHealth() {
		Map<String, Object> reports = new TreeMap<>();
		long failures = 0;
		for (CoalestraCache cache : this.caches.caches()) {
			CacheCounts counts = cache.counts();
			failures += counts.failedLoads();
			reports.put(cache.getName(), report(counts));
		}
		return new ComponentHealth(SCHEMA, 1, Map.of("caches", reports), Map.of("cache_load_failures", failures),
				List.of());
	}

	private static Map<String, Long> report(CacheCounts counts) {
		Map<String, Long> report = new LinkedHashMap<>();
		report.put("entries", counts.entries());
		report.put("hits", counts.hits());
		report.put("misses", counts.misses());
		report.put("stale_answers", counts.staleAnswers());
		report.put("loads", counts.loads());
		report.put("load_failures", counts.failedLoads());
		report.put("puts", counts.puts());
		report.put("evictions", counts.evictions());
		return report;
	}

}
