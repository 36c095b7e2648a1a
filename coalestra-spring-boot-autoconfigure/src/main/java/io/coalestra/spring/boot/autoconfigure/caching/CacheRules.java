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
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import org.jspecify.annotations.Nullable;

/**
 * Lays {@link CachingProperties} over the configuration of a cache manager.
 */
final class CacheRules {

	private static final String PREFIX = "coalestra.caching";

	private static final String SHARED = PREFIX + ".shared";

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

	/**
	 * Has caches share their values.
	 * @param manager the manager's configuration
	 * @param tier the tier, or null where there is none
	 * @param options how it is used
	 * @param isTurnedOff whether the application wants none: then nothing is missed
	 */
	void share(CoalestraCacheManager.Builder manager, @Nullable SharedTier tier, SharedTierOptions options,
			boolean isTurnedOff) {
		if (this.properties.shared().isEmpty()) {
			return;
		}
		if (tier == null) {
			if (!isTurnedOff) {
				this.faults.add(SHARED,
						"names " + String.join(", ", this.properties.shared().keySet())
								+ ", but there is no shared tier",
						"Add io.coalestra:coalestra-redis or io.coalestra:coalestra-nats, declare a SharedTier bean, or"
								+ " keep these caches local with coalestra.shared-tier.enabled: false.");
			}
			return;
		}
		manager.sharedTier(tier, options);
		this.properties.shared().forEach((name, values) -> {
			try {
				manager.shared(name, values);
			}
			catch (IllegalArgumentException ex) {
				this.faults.add(PropertyNames.ofEntry(SHARED, name),
						"is " + values.getTypeName() + " (expected: a class without type parameters)",
						"Name the class of the values of the cache; let the method return a record that holds them where"
								+ " they are a collection or a map.");
			}
		});
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
