package io.coalestra.spring.boot.autoconfigure.caching;

import java.time.Duration;

import io.coalestra.policy.Freshness;
import io.coalestra.policy.RefreshMode;
import io.coalestra.policy.Spread;
import io.coalestra.spring.boot.autoconfigure.Defaulted;
import io.coalestra.spring.boot.autoconfigure.caching.CachingProperties.CacheRule;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import io.coalestra.spring.boot.cache.CacheSettings;
import io.coalestra.spring.boot.cache.CoalestraCacheManager;

/**
 * Lays {@link CachingProperties} over the configuration of a cache manager.
 */
final class CacheRules {

	private static final String PREFIX = "coalestra.caching";

	private final CachingProperties properties;

	private final Faults faults;

	CacheRules(CachingProperties properties, Faults faults) {
		this.properties = properties;
		this.faults = faults;
	}

	void apply(CoalestraCacheManager.Builder manager) {
		CacheSettings defaults = over(CacheSettings.DEFAULT, PREFIX + ".defaults", this.properties.defaults());
		manager.defaults(defaults).values(this.properties.values());
		this.faults.set(PREFIX, this.properties.deadline(), manager::deadline);
		this.properties.caches()
			.forEach((name, rule) -> manager.cache(name,
					over(defaults, PropertyNames.ofEntry(PREFIX + ".caches", name), rule)));
	}

	private CacheSettings over(CacheSettings lower, String property, CacheRule rule) {
		return this.faults.make(property, () -> new CacheSettings(over(lower.freshness(), rule),
				Defaulted.of(rule.maxEntries(), lower.maxEntries())), lower);
	}

	private static Freshness over(Freshness lower, CacheRule rule) {
		Duration ttl = Defaulted.of(rule.ttl(), lower.ttl());
		// A shorter time to live alone is also the end of a value; unless an age beyond
		// the one of the level below was stated there.
		Duration inherited = lower.maxStale().equals(lower.ttl()) ? ttl : Defaulted.longer(lower.maxStale(), ttl);
		RefreshMode mode = Defaulted.of(rule.refreshMode(), lower.refreshMode());
		Duration ahead = (mode == RefreshMode.REFRESH_AHEAD) ? Defaulted.shorter(lower.refreshAhead(), ttl)
				: Duration.ZERO;
		Duration absent = lower.absentTtl().equals(lower.ttl()) ? ttl : Defaulted.shorter(lower.absentTtl(), ttl);
		Spread spread = new Spread(Defaulted.of(rule.jitter(), lower.spread().jitter()),
				Defaulted.of(rule.earlyRefresh(), lower.spread().earliness()));
		return new Freshness(ttl, Defaulted.of(rule.maxStale(), inherited),
				Defaulted.of(rule.staleOnError(), lower.staleOnError()), mode, Defaulted.of(rule.refreshAhead(), ahead),
				spread, Defaulted.of(rule.absentTtl(), absent));
	}

}
