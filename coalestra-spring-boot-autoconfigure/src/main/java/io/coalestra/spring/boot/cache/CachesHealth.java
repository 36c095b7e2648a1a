package io.coalestra.spring.boot.cache;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.coalestra.health.ComponentHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthComponent;
import org.jspecify.annotations.Nullable;

/**
 * Reports the caches of a manager with a builder's health: what each has done, how its
 * shared tier does, and the methods that failed among its faults. Immutable and safe for
 * concurrent use.
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
		List<Finding> findings = new ArrayList<>();
		long failures = 0;
		for (CoalestraCache cache : this.caches.caches()) {
			CacheCounts counts = cache.counts();
			failures += counts.failedLoads();
			Map<String, @Nullable Object> report = report(counts);
			ComponentHealth tier = cache.tierHealth();
			if (tier != null) {
				Map<String, @Nullable Object> shared = new LinkedHashMap<>(tier.fields());
				shared.putAll(tier.faults());
				report.put("shared_tier", shared);
				tier.findings().forEach((finding) -> findings.add(about(cache, finding)));
			}
			reports.put(cache.getName(), report);
		}
		return new ComponentHealth(SCHEMA, 1, Map.of("caches", reports), Map.of("cache_load_failures", failures),
				findings);
	}

	private static Finding about(CoalestraCache cache, Finding finding) {
		return new Finding(finding.severity(), finding.reason(), cache.getName(), finding.metric(), finding.observed(),
				finding.threshold(), finding.message());
	}

	private static Map<String, @Nullable Object> report(CacheCounts counts) {
		Map<String, @Nullable Object> report = new LinkedHashMap<>();
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
