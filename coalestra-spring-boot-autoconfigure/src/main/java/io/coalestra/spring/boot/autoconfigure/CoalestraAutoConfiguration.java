package io.coalestra.spring.boot.autoconfigure;

import java.util.List;

import io.coalestra.cache.PayloadCopier;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.health.HealthComponent;
import io.coalestra.health.HealthPolicy;
import io.coalestra.key.ResourceGroup;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.signal.ActivityWatcher;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.BuildListener;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.ContextCarrier;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.autoconfigure.fault.Faults;
import io.coalestra.spring.boot.autoconfigure.lifecycle.SnapshotBuilderLifecycle;
import io.coalestra.spring.boot.event.ApplicationEventSink;
import io.coalestra.spring.boot.event.LoggingEventSink;
import io.coalestra.time.TimeSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LogLevel;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.task.TaskDecorator;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link SnapshotBuilder}.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoalestraProperties.class)
@Import(CoalestraAutoConfiguration.Unset.class)
public final class CoalestraAutoConfiguration {

	CoalestraAutoConfiguration() {
	}

	// The builder owns its publisher, which must not be closed on its own.
	@Bean(destroyMethod = "")
	@Lazy
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SnapshotBuilder.class)
	ResourcePublisher resourcePublisher(SnapshotBuilder snapshotBuilder) {
		return snapshotBuilder.publisher();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SnapshotBuilder.class)
	HealthComponentRegistrar coalestraHealthComponents(ObjectProvider<SnapshotBuilder> snapshotBuilder,
			ObjectProvider<HealthComponent> components) {
		return new HealthComponentRegistrar(snapshotBuilder, components);
	}

	@Bean
	@ConditionalOnMissingBean
	HealthPolicy coalestraHealthPolicy(CoalestraProperties properties) {
		Faults faults = new Faults();
		HealthPolicy policy = new PropertiesMapper(properties, faults).healthPolicy();
		faults.throwIfAny();
		return policy;
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty("coalestra.events.log-level")
	LoggingEventSink coalestraLoggingEventSink(CoalestraProperties properties) {
		return new LoggingEventSink(Defaulted.of(properties.events().logLevel(), LogLevel.OFF));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty("coalestra.events.publish")
	ApplicationEventSink coalestraApplicationEventSink(ApplicationEventPublisher publisher) {
		return new ApplicationEventSink(publisher);
	}

	@Bean
	BuilderServices coalestraBuilderServices(CoalestraProperties properties, ObjectProvider<EventSink> eventSinks,
			ObjectProvider<MetricSink> metricSink, ObjectProvider<ActivityWatcher> activityWatcher,
			ObjectProvider<BuildListener> buildListeners, ObjectProvider<PayloadCopier> payloadCopier,
			ObjectProvider<TimeSource> timeSource, ObjectProvider<ContextCarrier> contextCarrier,
			ObjectProvider<TaskDecorator> taskDecorators) {
		return new BuilderServices(properties, eventSinks, metricSink, activityWatcher, buildListeners, payloadCopier,
				timeSource, contextCarrier, taskDecorators);
	}

	@Bean
	BuilderAssembly coalestraBuilderAssembly(ConfigurableListableBeanFactory beanFactory, Environment environment,
			BuilderServices services, ObjectProvider<Source> sources, ObjectProvider<ResourceGroup> groups,
			ObjectProvider<SnapshotCache> cache, ObjectProvider<CoalestraCustomizer> customizers) {
		return new BuilderAssembly(beanFactory, environment, services, sources, groups, cache, customizers);
	}

	/**
	 * Binds nothing where nothing is set.
	 */
	static final class Unset extends UnsetProperties<CoalestraProperties> {

		Unset(Environment environment) {
			super(environment, CoalestraProperties.class, List.of(PropertiesMapper.PREFIX),
					() -> CoalestraProperties.UNSET);
		}

	}

	/**
	 * The shared builder, unless the application makes its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(SnapshotBuilder.class)
	static class SnapshotBuilderConfiguration {

		private static final String BUILDER = "snapshotBuilder";

		@Bean
		DiscoveredSources coalestraSources(CoalestraProperties properties, BuilderAssembly assembly) {
			return assembly.discover(null, BuilderProperties.of(properties));
		}

		@Bean(BUILDER)
		@Lazy
		SnapshotBuilder snapshotBuilder(CoalestraProperties properties, BuilderAssembly assembly,
				DiscoveredSources sources) {
			return assembly.build(null, BuilderProperties.of(properties), sources);
		}

		@Bean
		BuilderStart coalestraBuilderStart(CoalestraProperties properties, DiscoveredSources sources,
				ConfigurableListableBeanFactory beanFactory) {
			return new BuilderStart(properties, sources, beanFactory, BUILDER);
		}

		@Bean
		@Lazy
		CoalestraSettings coalestraSettings(SnapshotBuilder snapshotBuilder, BuilderAssembly assembly,
				DiscoveredSources sources, Environment environment) {
			return CoalestraSettings.of(null, snapshotBuilder, assembly, sources, environment);
		}

		@Bean
		SnapshotBuilderLifecycle coalestraLifecycle(ConfigurableListableBeanFactory beanFactory,
				CoalestraProperties properties, ApplicationContext context) {
			return new SnapshotBuilderLifecycle(() -> (SnapshotBuilder) beanFactory.getSingleton(BUILDER),
					new PropertiesMapper(properties, new Faults()).closeOptions(), context);
		}

	}

}
