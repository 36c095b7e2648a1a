package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;

import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.tier.SharedTier;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Keeps an application from starting that has several shared tiers and does not say which
 * one its builder uses: it would share nothing, and nobody would notice.
 */
final class SharedTierAmbiguityCheck {

	/**
	 * Checks.
	 * @param beanFactory what has the tiers
	 * @param use the name of the bean that has the builder use one of them
	 */
	SharedTierAmbiguityCheck(ConfigurableListableBeanFactory beanFactory, String use) {
		if (beanFactory.containsBean(use)) {
			return;
		}
		String names = String.join(", ", beanFactory.getBeanNamesForType(SharedTier.class, true, false));
		throw new InvalidConfigurationException(List.of(new ConfigurationFault("SharedTier",
				"is the type of several beans, and none of them is primary: " + names,
				"Mark the one that the builder is to use as @Primary; or share nothing by itself with "
						+ SharedTierRules.PREFIX + ".enabled: false, and hand a tier to the builder by a"
						+ " CoalestraCustomizer bean that calls sharedTier.")),
				null);
	}

}
