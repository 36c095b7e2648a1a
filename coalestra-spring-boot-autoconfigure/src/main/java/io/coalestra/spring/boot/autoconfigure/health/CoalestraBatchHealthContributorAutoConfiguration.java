package io.coalestra.spring.boot.autoconfigure.health;

import io.coalestra.batch.Batcher;
import io.coalestra.spring.boot.autoconfigure.batch.CoalestraBatchAutoConfiguration;
import io.coalestra.spring.boot.health.BatchersHealthIndicator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
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
	@ConditionalOnMissingBean(name = { "coalestraBatchersHealthIndicator", "coalestraBatchersHealthContributor" })
	BatchersHealthIndicator coalestraBatchersHealthContributor(ObjectProvider<Batcher<?, ?>> batchers) {
		return new BatchersHealthIndicator(batchers);
	}

	// A condition would be asked before the batchers of annotated methods are declared.
	@Bean
	static BeanFactoryPostProcessor coalestraUnneededBatchersHealthContributor() {
		return (beanFactory) -> {
			String contributor = "coalestraBatchersHealthContributor";
			if (beanFactory instanceof BeanDefinitionRegistry registry && registry.containsBeanDefinition(contributor)
					&& beanFactory.getBeanNamesForType(Batcher.class, true, false).length == 0
					&& isOurs(beanFactory, contributor)) {
				registry.removeBeanDefinition(contributor);
			}
		};
	}

	private static boolean isOurs(ConfigurableListableBeanFactory beanFactory, String name) {
		Class<?> type = beanFactory.getType(name, false);
		return type != null && BatchersHealthIndicator.class.isAssignableFrom(type);
	}

}
