package io.coalestra.spring.boot.autoconfigure;

import java.util.List;
import java.util.Set;

import io.coalestra.Coalestra;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceGroup;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Puts builders together: what properties say, then the beans that serve a builder, then
 * what customizers of the application say. Sources, groups, a cache and customizers
 * belong to one builder each; {@link BuilderServices} serve all.
 */
final class BuilderAssembly {

	private final ConfigurableListableBeanFactory beanFactory;

	private final BuilderMembership membership;

	private final BuilderServices services;

	private final ObjectProvider<Source> sources;

	private final ObjectProvider<ResourceGroup> groups;

	private final ObjectProvider<SnapshotCache> cache;

	private final ObjectProvider<CoalestraCustomizer> customizers;

	BuilderAssembly(ConfigurableListableBeanFactory beanFactory, Environment environment, BuilderServices services,
			ObjectProvider<Source> sources, ObjectProvider<ResourceGroup> groups, ObjectProvider<SnapshotCache> cache,
			ObjectProvider<CoalestraCustomizer> customizers) {
		this.beanFactory = beanFactory;
		this.membership = new BuilderMembership(beanFactory,
				beanFactory.containsBean(NamedBuilderFactory.BEAN) ? BuilderNames.of(environment) : Set.of());
		this.services = services;
		this.sources = sources;
		this.groups = groups;
		this.cache = cache;
		this.customizers = customizers;
	}

	/**
	 * Finds the sources of a builder.
	 * @param builder its name, or null for the one that has none
	 * @param properties what properties say of it
	 * @return the sources, the properties laid over them
	 */
	DiscoveredSources discover(@Nullable String builder, BuilderProperties properties) {
		return new SourceDiscovery(properties, this.beanFactory, this.membership, builder).discover(this.sources);
	}

	/**
	 * Makes a builder.
	 * @param builder its name, or null for the one that has none
	 * @param properties what properties say of it
	 * @param discovered its sources
	 * @return the builder
	 */
	SnapshotBuilder build(@Nullable String builder, BuilderProperties properties, DiscoveredSources discovered) {
		Coalestra coalestra = configure(builder, properties, discovered.asList(), new Faults());
		try {
			return coalestra.build();
		}
		catch (IllegalArgumentException ex) {
			throw refused("the configuration after all CoalestraCustomizer beans", ex);
		}
	}

	/**
	 * Applies to a builder that is at work what can change there, as if it were made anew
	 * with these properties.
	 * @param name its name, or null for the one that has none
	 * @param builder the builder
	 * @param properties what properties say of it now
	 * @param discovered its sources
	 */
	void reconfigure(@Nullable String name, SnapshotBuilder builder, BuilderProperties properties,
			DiscoveredSources discovered) {
		Faults faults = new Faults();
		List<Source> changed = discovered.changed(properties.mapper(faults).sourceRules(), faults);
		Coalestra coalestra = configure(name, properties, changed, faults);
		try {
			coalestra.reconfigure(builder);
		}
		catch (IllegalArgumentException ex) {
			throw refused("the configuration after all CoalestraCustomizer beans", ex);
		}
	}

	private Coalestra configure(@Nullable String builder, BuilderProperties properties, List<Source> own,
			Faults faults) {
		Coalestra coalestra = Coalestra.builder();
		properties.mapper(faults).apply(coalestra);
		faults.throwIfAny();
		coalestra.sources(own);
		this.membership.beansOf(builder, ResourceGroup.class, this.groups).forEach(coalestra::group);
		this.services.apply(builder, coalestra);
		applyCache(builder, coalestra);
		this.membership.beansOf(builder, CoalestraCustomizer.class, this.customizers)
			.forEach((customizer) -> customize(customizer, coalestra));
		return coalestra;
	}

	// A cache is for one builder at a time.
	private void applyCache(@Nullable String builder, Coalestra coalestra) {
		List<SnapshotCache> own = this.membership.beansOf(builder, SnapshotCache.class, this.cache).toList();
		if (own.size() > 1 && builder != null) {
			throw new NoUniqueBeanDefinitionException(SnapshotCache.class, own.size(),
					"expected one with the qualifier \"" + builder + "\"");
		}
		if (own.size() == 1) {
			coalestra.cache(own.getFirst());
		}
		else if (!own.isEmpty()) {
			this.cache.ifAvailable(coalestra::cache);
		}
	}

	private static void customize(CoalestraCustomizer customizer, Coalestra coalestra) {
		try {
			customizer.customize(coalestra);
		}
		catch (IllegalArgumentException ex) {
			throw refused("what " + customizer.getClass().getName() + " sets", ex);
		}
	}

	private static InvalidConfigurationException refused(String what, IllegalArgumentException ex) {
		return new InvalidConfigurationException(
				List.of(new ConfigurationFault(what + " is refused:", CoreMessage.readable(ex.getMessage()),
						"Correct the bean that sets it: a CoalestraCustomizer, a ResourceGroup or a Source.")),
				ex);
	}

}
