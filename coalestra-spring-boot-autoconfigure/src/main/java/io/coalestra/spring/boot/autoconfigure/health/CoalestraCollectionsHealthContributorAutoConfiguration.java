package io.coalestra.spring.boot.autoconfigure.health;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfiguration;
import io.coalestra.spring.boot.health.CollectionsHealth;
import io.coalestra.spring.boot.health.CollectionsHealthIndicator;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for
 * {@link CollectionsHealthIndicator}.
 */
@AutoConfiguration(after = CoalestraCollectionsAutoConfiguration.class,
		beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({ CollectionRegistry.class, HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(CollectionsHealth.class)
@ConditionalOnEnabledHealthIndicator("coalestra-collections")
public final class CoalestraCollectionsHealthContributorAutoConfiguration {

	CoalestraCollectionsHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = { "coalestraCollectionsHealthIndicator", "coalestraCollectionsHealthContributor" })
	CollectionsHealthIndicator coalestraCollectionsHealthContributor(CollectionsHealth collections) {
		return new CollectionsHealthIndicator(collections);
	}

}
