package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.List;

import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.coherence.TierGate;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Keeps an application from starting that has several shared tiers and does not say which
 * one its collections use: they would share nothing, and nobody would notice. Whether the
 * builder knows its own is another matter.
 */
final class TierAmbiguity {

	private static final String ENABLED = "coalestra.shared-tier.enabled";

	private TierAmbiguity() {
	}

	/**
	 * Throws where there is more than one to choose from. To be called where there is not
	 * just one gate.
	 */
	static void refuse(ListableBeanFactory beanFactory, Environment environment) {
		refuse(beanFactory.getBeanNamesForType(TierGate.class, true, false), "TierGate",
				"Mark the one that collections are to use as @Primary.");
		if (environment.getProperty(ENABLED, Boolean.class, true)) {
			refuse(beanFactory.getBeanNamesForType(SharedTier.class, true, false), "SharedTier",
					"Mark the one that collections are to use as @Primary; or declare a bean of type TierGate for it;"
							+ " or keep rows out of shared tiers with " + CollectionRules.PREFIX
							+ ".defaults.shared: false; or hand a tier to collections by a CollectionRegistryCustomizer"
							+ " bean, with " + ENABLED + ": false.");
		}
	}

	private static void refuse(String[] names, String type, String remedy) {
		if (names.length > 1) {
			throw new InvalidConfigurationException(List.of(new ConfigurationFault(type,
					"is the type of several beans, and none of them is primary, so that collections would use none: "
							+ String.join(", ", names),
					remedy)), null);
		}
	}

}
