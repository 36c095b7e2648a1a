package io.coalestra.spring.boot.autoconfigure.health;

import io.coalestra.spring.boot.autoconfigure.batch.CoalestraBatchAutoConfiguration;
import io.coalestra.spring.boot.health.BatchersHealth;
import io.coalestra.spring.boot.health.BatchersHealthIndicator;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link BatchersHealthIndicator}.
 */
@AutoConfiguration(after = CoalestraBatchAutoConfiguration.class,
		beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnEnabledHealthIndicator("coalestra-batchers")
public final class CoalestraBatchHealthContributorAutoConfiguration {

	CoalestraBatchHealthContributorAutoConfiguration() {
	}

	@Bean
	@ConditionalOnBean(BatchersHealth.class)
	@ConditionalOnMissingBean(name = { "coalestraBatchersHealthIndicator", "coalestraBatchersHealthContributor" })
	BatchersHealthIndicator coalestraBatchersHealthContributor(BatchersHealth batchers) {
		return new BatchersHealthIndicator(batchers);
	}

}
