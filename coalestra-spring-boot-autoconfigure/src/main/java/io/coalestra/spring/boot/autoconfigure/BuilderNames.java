package io.coalestra.spring.boot.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.spring.boot.autoconfigure.fault.PropertyNames;
import io.coalestra.spring.boot.builder.PerBuilder;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;

/**
 * The names of the builders that properties describe, and what properties and beans of
 * such a builder are called.
 */
final class BuilderNames {

	static final String PREFIX = "coalestra.builders";

	private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

	// What is for all builders, and said below "coalestra" alone.

	private static final List<String> SHARED_SECTIONS = List.of("bases", "context", "explain", "health", "observations",
			"web");

	private static final List<String> SHARED_VALUES = List.of("enabled", "events.log-level", "events.publish");

	private BuilderNames() {
	}

	/**
	 * Returns the names.
	 * @param environment has the properties
	 * @return the names in the order of the properties
	 * @throws InvalidConfigurationException if a name cannot be one, or a property is set
	 * that is for all builders
	 */
	static Set<String> of(Environment environment) {
		Binder binder = Binder.get(environment);
		Set<String> names = new LinkedHashSet<>(binder.bind(PREFIX, Bindable.mapOf(String.class, Object.class))
			.map((map) -> map.keySet())
			.orElse(Set.of()));
		Faults faults = new Faults();
		names.forEach((name) -> check(name, binder, faults));
		faults.throwIfAny();
		return names;
	}

	private static void check(String name, Binder binder, Faults faults) {
		if (!NAME.matcher(name).matches() || name.equals(PerBuilder.DEFAULT)) {
			faults.add(PropertyNames.ofEntry(PREFIX, name),
					"is no name for a builder (expected: lower-case letters, digits and dashes, a letter first, and not \""
							+ PerBuilder.DEFAULT + "\")",
					"Rename it, for example to " + PREFIX + ".reports.");
			return;
		}
		ConfigurationPropertyName properties = ConfigurationPropertyName.of(propertiesOf(name));
		SHARED_SECTIONS.stream()
			.filter((section) -> binder.bind(properties.append(section), Bindable.mapOf(String.class, Object.class))
				.isBound())
			.forEach((section) -> refuse(properties.append(section), section, faults));
		SHARED_VALUES.stream()
			.filter((value) -> binder.bind(properties.append(value), Bindable.of(String.class)).isBound())
			.forEach((value) -> refuse(properties.append(value), value, faults));
	}

	private static void refuse(ConfigurationPropertyName property, String shared, Faults faults) {
		faults.add(property.toString(), "is set for one builder (expected: for all, below coalestra)",
				"Move it to coalestra." + shared + ".");
	}

	static String propertiesOf(String name) {
		return PREFIX + "." + name;
	}

	static String beanOf(String name, Class<?> type) {
		return name + type.getSimpleName();
	}

}
