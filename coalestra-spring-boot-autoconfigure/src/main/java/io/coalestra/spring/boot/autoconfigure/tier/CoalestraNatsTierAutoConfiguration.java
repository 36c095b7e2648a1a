package io.coalestra.spring.boot.autoconfigure.tier;

import io.coalestra.nats.NatsTier;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.tier.CoalestraNatsConnectionDetails;
import io.coalestra.spring.boot.tier.NatsOptionsCustomizer;
import io.coalestra.spring.boot.tier.NatsTierCustomizer;
import io.coalestra.tier.SharedTier;
import io.nats.client.Connection;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for a {@link SharedTier} on NATS.
 */
@AutoConfiguration(afterName = "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration")
@ConditionalOnClass({ NatsTier.class, Connection.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "coalestra.shared-tier.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(SharedTier.class)
@Conditional(OnTierEngineCondition.Nats.class)
@EnableConfigurationProperties(SharedTierProperties.class)
public final class CoalestraNatsTierAutoConfiguration {

	CoalestraNatsTierAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(CoalestraNatsConnectionDetails.class)
	PropertiesNatsConnectionDetails coalestraNatsConnectionDetails(SharedTierProperties properties,
			ObjectProvider<SslBundles> bundles) {
		return new PropertiesNatsConnectionDetails(properties.nats(), bundles.getIfAvailable());
	}

	@Bean
	NatsTier coalestraNatsTier(SharedTierProperties properties, CoalestraNatsConnectionDetails details,
			ObjectProvider<Connection> connection, ObjectProvider<NatsOptionsCustomizer> optionsCustomizers,
			ObjectProvider<NatsTierCustomizer> customizers) {
		NatsTier.Builder tier = new NatsAccess(properties.nats(), details, optionsCustomizers.orderedStream())
			.tier(connection.getIfUnique());
		Faults faults = new Faults();
		apply(properties.nats(), tier, faults);
		faults.throwIfAny();
		customizers.orderedStream().forEach((customizer) -> customizer.customize(tier));
		return tier.build();
	}

	private static void apply(SharedTierProperties.NatsRule rule, NatsTier.Builder tier, Faults faults) {
		String prefix = SharedTierRules.PREFIX + ".nats";
		faults.set(prefix, rule.bucket(), tier::bucket);
		faults.set(prefix, rule.replicas(), tier::replicas);
		faults.set(prefix, rule.maxAge(), tier::maxAge);
		faults.set(prefix, rule.longestFill(), tier::longestFill);
		faults.set(prefix, rule.clockAllowance(), tier::clockAllowance);
		SharedTierRules.largeSize(faults, prefix + ".max-bucket-size", rule.maxBucketSize(), tier::maxBucketBytes);
		SharedTierRules.size(faults, prefix + ".max-payload", rule.maxPayload(), 1, tier::maxPayloadBytes);
	}

}
