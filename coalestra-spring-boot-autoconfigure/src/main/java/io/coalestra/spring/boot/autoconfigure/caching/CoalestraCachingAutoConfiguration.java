package io.coalestra.spring.boot.autoconfigure.caching;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.source.ContextCarrier;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.HealthComponentRegistrar;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.cache.CacheKeyWriter;
import io.coalestra.spring.boot.cache.CachesHealth;
import io.coalestra.spring.boot.cache.CoalestraCacheManager;
import io.coalestra.spring.boot.metrics.CacheMetrics;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.time.TimeSource;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link CoalestraCacheManager}.
 */
@AutoConfiguration(after = CoalestraAutoConfiguration.class,
		beforeName = "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration")
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("coalestra.caching.enabled")
@ConditionalOnMissingBean(CacheManager.class)
@EnableConfigurationProperties(CachingProperties.class)
@ImportRuntimeHints(CacheKeyHints.class)
public final class CoalestraCachingAutoConfiguration {

	CoalestraCachingAutoConfiguration() {
	}

	@Bean
	CoalestraCacheManager coalestraCacheManager(CachingProperties properties, ObjectProvider<CacheKeyWriter> keyWriters,
			ObjectProvider<PayloadCopier> payloadCopier, ObjectProvider<TimeSource> timeSource,
			ObjectProvider<ContextCarrier> contextCarrier, ObjectProvider<SharedTier> tier,
			ObjectProvider<SharedTierOptions> tierOptions, Environment environment) {
		CoalestraCacheManager.Builder manager = CoalestraCacheManager.builder();
		Faults faults = new Faults();
		CacheRules rules = new CacheRules(properties, faults);
		rules.apply(manager);
		boolean isTurnedOff = !environment.getProperty("coalestra.shared-tier.enabled", Boolean.class, true);
		rules.share(manager, isTurnedOff ? null : tier.getIfUnique(),
				tierOptions.getIfAvailable(() -> SharedTierOptions.DEFAULT), isTurnedOff);
		faults.throwIfAny();
		keyWriters.orderedStream().forEach(manager::keyWriter);
		payloadCopier.ifAvailable(manager::payloadCopier);
		timeSource.ifAvailable(manager::timeSource);
		contextCarrier.ifAvailable(manager::contextCarrier);
		return faults.makeOrThrow("coalestra.caching", manager::build);
	}

	@Bean
	static CacheableElementsPostProcessor coalestraCacheableElementsPostProcessor(Environment environment) {
		return new CacheableElementsPostProcessor(
				environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "coalestra.caching.coalesce-all", matchIfMissing = true)
	static CoalescingCacheOperations coalestraCoalescingCacheOperations() {
		return new CoalescingCacheOperations();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(HealthComponentRegistrar.class)
	CachesHealth coalestraCachesHealth(CoalestraCacheManager caches) {
		return new CachesHealth(caches);
	}

	/**
	 * What needs Micrometer.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		CacheMetrics coalestraCacheMetrics(CoalestraCacheManager caches) {
			return new CacheMetrics(caches);
		}

	}

}
