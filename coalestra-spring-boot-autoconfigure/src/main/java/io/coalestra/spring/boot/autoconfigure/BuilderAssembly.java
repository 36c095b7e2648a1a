package io.coalestra.spring.boot.autoconfigure;

import java.util.List;
import java.util.Set;

import io.coalestra.Coalestra;
import io.coalestra.cache.PayloadCopier;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceGroup;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.BuildListener;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.ContextCarrier;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.autoconfigure.fault.ConfigurationFault;
import io.coalestra.spring.boot.autoconfigure.fault.CoreMessage;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import io.coalestra.spring.boot.builder.PerBuilder;
import io.coalestra.spring.boot.context.TaskDecoratorCarrier;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;

/**
 * Puts builders together: what properties say, then the beans that serve a builder, then
 * what customizers of the application say. Sources, groups, a cache and customizers
 * belong to one builder each; everything else serves all.
 */
final class BuilderAssembly {

	// By its name, for its class needs Micrometer's context propagation.
	private static final String CONTEXT_DECORATOR = "org.springframework.core.task.support.ContextPropagatingTaskDecorator";

	private final ConfigurableListableBeanFactory beanFactory;

	private final BuilderMembership membership;

	private final ObjectProvider<Source> sources;

	private final ObjectProvider<ResourceGroup> groups;

	private final ObjectProvider<EventSink> eventSinks;

	private final ObjectProvider<MetricSink> metricSink;

	private final ObjectProvider<ActivityWatcher> activityWatcher;

	private final ObjectProvider<BuildListener> buildListeners;

	private final ObjectProvider<PayloadCopier> payloadCopier;

	private final ObjectProvider<SnapshotCache> cache;

	private final ObjectProvider<TimeSource> timeSource;

	private final ObjectProvider<ContextCarrier> contextCarrier;

	private final ObjectProvider<TaskDecorator> taskDecorators;

	private final ObjectProvider<CoalestraCustomizer> customizers;

	private final CoalestraProperties shared;

	BuilderAssembly(ConfigurableListableBeanFactory beanFactory, Environment environment, CoalestraProperties shared,
			ObjectProvider<Source> sources, ObjectProvider<ResourceGroup> groups, ObjectProvider<EventSink> eventSinks,
			ObjectProvider<MetricSink> metricSink, ObjectProvider<ActivityWatcher> activityWatcher,
			ObjectProvider<BuildListener> buildListeners, ObjectProvider<PayloadCopier> payloadCopier,
			ObjectProvider<SnapshotCache> cache, ObjectProvider<TimeSource> timeSource,
			ObjectProvider<ContextCarrier> contextCarrier, ObjectProvider<TaskDecorator> taskDecorators,
			ObjectProvider<CoalestraCustomizer> customizers) {
		this.beanFactory = beanFactory;
		this.membership = new BuilderMembership(beanFactory,
				beanFactory.containsBean(NamedBuilderFactory.BEAN) ? BuilderNames.of(environment) : Set.of());
		this.shared = shared;
		this.sources = sources;
		this.groups = groups;
		this.eventSinks = eventSinks;
		this.metricSink = metricSink;
		this.activityWatcher = activityWatcher;
		this.buildListeners = buildListeners;
		this.payloadCopier = payloadCopier;
		this.cache = cache;
		this.timeSource = timeSource;
		this.contextCarrier = contextCarrier;
		this.taskDecorators = taskDecorators;
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
		this.eventSinks.orderedStream().forEach((sink) -> coalestra.eventSink(serving(builder, EventSink.class, sink)));
		this.metricSink.ifAvailable((sink) -> coalestra.metricSink(serving(builder, MetricSink.class, sink)));
		this.activityWatcher
			.ifAvailable((watcher) -> coalestra.activityWatcher(serving(builder, ActivityWatcher.class, watcher)));
		this.buildListeners.orderedStream()
			.forEach((listener) -> coalestra.buildListener(serving(builder, BuildListener.class, listener)));
		this.payloadCopier.ifAvailable(coalestra::payloadCopier);
		applyCache(builder, coalestra);
		this.timeSource.ifAvailable(coalestra::timeSource);
		coalestra.contextCarrier(carrier());
		this.membership.beansOf(builder, CoalestraCustomizer.class, this.customizers)
			.forEach((customizer) -> customize(customizer, coalestra));
		return coalestra;
	}

	private ContextCarrier carrier() {
		ContextCarrier carrier = this.contextCarrier.getIfAvailable(() -> ContextCarrier.NONE);
		if (!this.shared.context().taskDecorators()) {
			return carrier;
		}
		// Spring's own carries what the carrier does.
		List<TaskDecorator> decorators = this.taskDecorators.orderedStream()
			.filter((decorator) -> !decorator.getClass().getName().equals(CONTEXT_DECORATOR))
			.toList();
		return decorators.isEmpty() ? carrier : new TaskDecoratorCarrier(carrier, decorators);
	}

	private static <T> T serving(@Nullable String builder, Class<T> type, T bean) {
		return (builder != null && bean instanceof PerBuilder<?> several) ? type.cast(several.forBuilder(builder))
				: bean;
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
