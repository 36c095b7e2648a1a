package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;

import io.coalestra.redis.RedisTier;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.spring.boot.tier.RedisTierCustomizer;
import io.coalestra.tier.SharedTier;
import io.lettuce.core.RedisClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for a {@link SharedTier} on the
 * application's Redis.
 */
@AutoConfiguration(afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass({ RedisTier.class, RedisClient.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "coalestra.shared-tier.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(SharedTier.class)
@Conditional(OnTierEngineCondition.Redis.class)
@EnableConfigurationProperties(SharedTierProperties.class)
public final class CoalestraRedisTierAutoConfiguration {

	CoalestraRedisTierAutoConfiguration() {
	}

	@Bean
	RedisTier coalestraRedisTier(SharedTierProperties properties, ObjectProvider<RedisAccess> access,
			ObjectProvider<RedisTierCustomizer> customizers) {
		RedisAccess found = access.getIfAvailable();
		if (found == null) {
			throw new InvalidConfigurationException(List.of(RedisTierFaults.NO_CONNECTION), null);
		}
		RedisTier.Builder tier = found.tier();
		Faults faults = new Faults();
		apply(properties.redis(), tier, faults);
		faults.throwIfAny();
		customizers.orderedStream().forEach((customizer) -> customizer.customize(tier));
		return tier.build();
	}

	private static void apply(SharedTierProperties.RedisRule rule, RedisTier.Builder tier, Faults faults) {
		String prefix = SharedTierRules.PREFIX + ".redis";
		faults.set(prefix, rule.prefix(), tier::prefix);
		faults.set(prefix, rule.longestFill(), tier::longestFill);
		SharedTierRules.size(faults, prefix + ".max-payload", rule.maxPayload(), 1, tier::maxPayloadBytes);
	}

	/**
	 * By Spring Data's connection factory, or the details that it was made of.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ LettuceConnectionFactory.class, DataRedisConnectionDetails.class })
	static class AccessConfiguration {

		@Bean
		RedisAccess coalestraRedisAccess(ObjectProvider<LettuceConnectionFactory> factories,
				ObjectProvider<DataRedisConnectionDetails> details,
				ObjectProvider<RedisStaticMasterReplicaConfiguration> listedReplicas) {
			DataRedisConnectionDetails detail = details.getIfUnique();
			if ((detail != null && detail.getMasterReplica() != null) || listedReplicas.getIfAvailable() != null) {
				throw new InvalidConfigurationException(List.of(RedisTierFaults.LISTED_REPLICAS), null);
			}
			LettuceConnectionFactory factory = factories.getIfUnique();
			if (factory != null) {
				return FactoryRedisAccess.of(factory);
			}
			if (factories.stream().findAny().isPresent()) {
				throw new InvalidConfigurationException(List.of(RedisTierFaults.SEVERAL_CONNECTIONS), null);
			}
			if (detail == null) {
				throw new InvalidConfigurationException(List.of(RedisTierFaults.NO_CONNECTION), null);
			}
			return DetailsRedisAccess.of(detail);
		}

	}

}
