package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.ArrayList;
import java.util.List;

import io.coalestra.key.ResourceType;
import io.coalestra.policy.KeyPattern;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraCustomizer;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierCodec;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that has the builder use a
 * {@link SharedTier} bean of the application's.
 */
@AutoConfiguration(before = CoalestraAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "coalestra.shared-tier.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(SharedTier.class)
@EnableConfigurationProperties(SharedTierProperties.class)
public final class CoalestraSharedTierAutoConfiguration {

	private static final String PREFIX = "coalestra.shared-tier";

	CoalestraSharedTierAutoConfiguration() {
	}

	// First, so that what customizers of the application say counts.
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	CoalestraCustomizer coalestraSharedTierCustomizer(SharedTier tier, SharedTierProperties properties,
			ObjectProvider<TierCodec> codec) {
		Faults faults = new Faults();
		SharedTierOptions options = options(properties, codec.getIfAvailable(), faults);
		faults.throwIfAny();
		return (coalestra) -> coalestra.sharedTier(tier, options);
	}

	private static SharedTierOptions options(SharedTierProperties properties, @Nullable TierCodec codec,
			Faults faults) {
		SharedTierOptions.Builder options = SharedTierOptions.builder();
		faults.set(PREFIX, properties.budget(), options::budget);
		faults.set(PREFIX, properties.writeLimit(), options::writeLimit);
		faults.set(PREFIX, properties.failureThreshold(), options::failureThreshold);
		faults.set(PREFIX, properties.recoveryTimeout(), options::recoveryTimeout);
		faults.set(PREFIX, properties.heartbeat(), options::heartbeat);
		faults.set(PREFIX, properties.maxLife(), options::maxLife);
		faults.set(PREFIX, properties.maxPending(), options::maxPending);
		faults.set(PREFIX, Math.toIntExact(properties.deflateFrom().toBytes()), options::deflateFrom);
		if (properties.types() != null) {
			List<KeyPattern> patterns = patterns(properties.types(), faults);
			options.types((ResourceType<?> type) -> patterns.stream().anyMatch((pattern) -> pattern.matches(type)));
		}
		if (codec != null) {
			options.codec(codec);
		}
		return faults.make(PREFIX, options::build, SharedTierOptions.DEFAULT);
	}

	private static List<KeyPattern> patterns(List<String> texts, Faults faults) {
		List<KeyPattern> patterns = new ArrayList<>();
		for (String text : texts) {
			try {
				patterns.add(KeyPattern.parse(text));
			}
			catch (IllegalArgumentException ex) {
				faults.add(PREFIX + ".types",
						"has \"" + text + "\" (expected: namespace:name, namespace:*, *:name or *)",
						"Correct " + PREFIX + ".types, for example to \"market:*, ledger:account\".");
			}
		}
		return patterns;
	}

}
