package io.coalestra.spring.boot.autoconfigure.metrics;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.flush.BufferedWriteBehind;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfiguration;
import io.coalestra.spring.boot.metrics.CollectionMetrics;
import io.coalestra.tier.coherence.TierGate;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the meters of collections.
 */
@AutoConfiguration(after = CoalestraCollectionsAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass({ CollectionRegistry.class, MeterRegistry.class })
@ConditionalOnBean({ CollectionRegistry.class, BufferedWriteBehind.class, MeterRegistry.class })
public final class CoalestraCollectionsMetricsAutoConfiguration {

	CoalestraCollectionsMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	CollectionMetrics coalestraCollectionMetrics(CollectionRegistry registry, BufferedWriteBehind writeBehind,
			ObjectProvider<TierGate> sharedTier) {
		return new CollectionMetrics(registry, writeBehind, sharedTier.getIfUnique());
	}

}
