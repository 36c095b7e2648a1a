package io.coalestra.spring.boot.autoconfigure.batch;

import java.util.List;
import java.util.function.BooleanSupplier;

import io.coalestra.batch.Batcher;
import io.coalestra.spring.boot.autoconfigure.UnsetProperties;
import io.coalestra.spring.boot.batch.BatcherCustomizer;
import io.coalestra.spring.boot.batch.SecurityCallerContext;
import io.coalestra.spring.boot.health.BatchersHealth;
import io.coalestra.time.TimeSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link Batcher batchers}: those
 * that beans declare by annotation, and the configuration of all.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@EnableConfigurationProperties(BatcherProperties.class)
@Import(CoalestraBatchAutoConfiguration.Unset.class)
public final class CoalestraBatchAutoConfiguration {

	private static final String OURS = "io.coalestra.spring.boot.autoconfigure.";

	CoalestraBatchAutoConfiguration() {
	}

	@Bean
	static BatchDeclarations coalestraBatchDeclarations() {
		return new BatchDeclarations();
	}

	@Bean
	BatcherRules coalestraBatcherConfigurer(BatcherProperties properties, BatchDeclarations declarations,
			ListableBeanFactory beanFactory, ObjectProvider<Batcher<?, ?>> batchers,
			ObjectProvider<BatcherCustomizer> customizers, ObjectProvider<TimeSource> timeSource,
			ObjectProvider<ReadWriteTransaction> transaction) {
		BooleanSupplier readWriteTransaction = transaction.getIfAvailable();
		return new BatcherRules(properties, declarations, beanFactory, batchers, customizers, timeSource,
				readWriteTransaction);
	}

	@Bean(BatchDeclarations.FACTORY)
	BatcherFactory coalestraBatcherFactory(BatchDeclarations declarations, BatcherRules configurer,
			BeanFactory beanFactory) {
		return new BatcherFactory(declarations, configurer, beanFactory);
	}

	@Bean
	BatchersLifecycle coalestraBatchersLifecycle(ObjectProvider<Batcher<?, ?>> batchers, ApplicationContext context) {
		return new BatchersLifecycle(batchers, context);
	}

	@Bean
	@ConditionalOnMissingBean
	BatchersHealth coalestraBatchersHealth(ObjectProvider<Batcher<?, ?>> batchers) {
		return new BatchersHealth(batchers);
	}

	// A condition would be asked before the batchers of annotated methods are declared.
	@Bean
	static BeanFactoryPostProcessor coalestraUnneededBatchersHealth() {
		return (beanFactory) -> {
			if (beanFactory instanceof BeanDefinitionRegistry registry
					&& beanFactory.getBeanNamesForType(Batcher.class, true, false).length == 0) {
				removeOurs(registry, "coalestraBatchersHealth");
				removeOurs(registry, "coalestraBatchersHealthContributor");
			}
		};
	}

	// What the application declares by that name stays.
	private static void removeOurs(BeanDefinitionRegistry registry, String name) {
		if (registry.containsBeanDefinition(name)) {
			String origin = registry.getBeanDefinition(name).getFactoryBeanName();
			if (origin != null && origin.startsWith(OURS)) {
				registry.removeBeanDefinition(name);
			}
		}
	}

	/**
	 * Binds nothing where nothing is set.
	 */
	static final class Unset extends UnsetProperties<BatcherProperties> {

		Unset(Environment environment) {
			super(environment, BatcherProperties.class, List.of(BatcherRules.BATCHING, BatcherRules.BATCHERS),
					BatcherProperties::unset);
		}

	}

	/**
	 * What is known of transactions.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(TransactionSynchronizationManager.class)
	static class TransactionConfiguration {

		@Bean
		ReadWriteTransaction coalestraReadWriteTransaction() {
			return new ReadWriteTransaction();
		}

	}

	/**
	 * The context of the name that users write in {@code group-by}.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SecurityContextHolder.class)
	static class SecurityConfiguration {

		@Bean("security")
		@ConditionalOnMissingBean(name = "security")
		SecurityCallerContext coalestraSecurityCallerContext() {
			return new SecurityCallerContext();
		}

	}

}
