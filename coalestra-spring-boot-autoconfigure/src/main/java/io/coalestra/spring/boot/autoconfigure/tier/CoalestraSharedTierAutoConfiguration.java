package io.coalestra.spring.boot.autoconfigure.tier;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraCustomizer;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;
import io.coalestra.tier.coherence.TierGate;
import io.coalestra.time.TimeSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that has the builder, and
 * collections, use the {@link SharedTier} bean: the application's, or one that is
 * configured for it.
 */
@AutoConfiguration(before = CoalestraAutoConfiguration.class,
		after = { CoalestraRedisTierAutoConfiguration.class, CoalestraNatsTierAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "coalestra.shared-tier.enabled", matchIfMissing = true)
public final class CoalestraSharedTierAutoConfiguration {

	private static final String USE = "coalestraSharedTierCustomizer";

	CoalestraSharedTierAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(SharedTier.class)
	SharedTierCheck coalestraSharedTierCheck(Environment environment, ConfigurableListableBeanFactory beanFactory) {
		return new SharedTierCheck(TierModules.named(environment), beanFactory.getBeanClassLoader());
	}

	// A builder of the application's own has the tier that the application gave it.
	@Bean
	@ConditionalOnBean(SharedTier.class)
	@ConditionalOnMissingBean(SnapshotBuilder.class)
	SharedTierAmbiguityCheck coalestraSharedTierAmbiguityCheck(ConfigurableListableBeanFactory beanFactory) {
		return new SharedTierAmbiguityCheck(beanFactory, USE);
	}

	/**
	 * The use of the one tier.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(SharedTier.class)
	@EnableConfigurationProperties(SharedTierProperties.class)
	static class UseConfiguration {

		@Bean
		@ConditionalOnMissingBean
		SharedTierOptions coalestraSharedTierOptions(SharedTierProperties properties, ObjectProvider<TierCodec> codec) {
			Faults faults = new Faults();
			SharedTierOptions options = new SharedTierRules(properties, faults).options(codec.getIfAvailable());
			faults.throwIfAny();
			return options;
		}

		// First, so that what customizers of the application say counts.
		@Bean(USE)
		@Order(Ordered.HIGHEST_PRECEDENCE)
		CoalestraCustomizer coalestraSharedTierCustomizer(SharedTier tier, SharedTierOptions options) {
			return (coalestra) -> coalestra.sharedTier(tier, options);
		}

	}

	/**
	 * The way to the one tier for those beside the builder who keep copies of what it
	 * holds, as collections do.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnSingleCandidate(SharedTier.class)
	static class GateConfiguration {

		@Bean
		@ConditionalOnMissingBean
		TierGate coalestraTierGate(SharedTier tier, SharedTierOptions options, ObjectProvider<TimeSource> timeSource) {
			TierGate.Builder gate = TierGate.to(tier)
				.budget(options.budget())
				.writeLimit(options.writeLimit())
				.failureThreshold(options.failureThreshold())
				.recoveryTimeout(options.recoveryTimeout());
			timeSource.ifAvailable(gate::timeSource);
			return gate.build();
		}

	}

}
