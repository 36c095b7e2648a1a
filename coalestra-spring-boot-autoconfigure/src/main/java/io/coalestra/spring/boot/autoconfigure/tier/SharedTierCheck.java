package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an application from starting without a shared tier that it means to have: where
 * an engine is named whose module is missing, or there are several and none is named.
 */
final class SharedTierCheck {

	SharedTierCheck(SharedTierProperties.@Nullable Engine named, @Nullable ClassLoader loader) {
		List<TierModules> present = Arrays.stream(TierModules.values())
			.filter((module) -> module.isPresent(loader))
			.toList();
		if (named != null && !present.contains(TierModules.of(named))) {
			String module = TierModules.of(named).module();
			throw refused(
					"is " + named.name().toLowerCase(Locale.ROOT) + ", but " + module + " is not on the class path",
					"Add the dependency io.coalestra:" + module + ", or remove " + SharedTierProperties.ENGINE + ".");
		}
		if (named == null && present.size() > 1) {
			throw refused(
					"is not set, and there is more than one engine on the class path: "
							+ present.stream().map(TierModules::module).collect(Collectors.joining(", ")),
					"Set " + SharedTierProperties.ENGINE
							+ " to redis or nats, declare a SharedTier bean of your own, or share nothing with "
							+ SharedTierRules.PREFIX + ".enabled: false.");
		}
	}

	private static InvalidConfigurationException refused(String problem, String remedy) {
		return new InvalidConfigurationException(
				List.of(new ConfigurationFault(SharedTierProperties.ENGINE, problem, remedy)), null);
	}

}
