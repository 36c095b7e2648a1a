package io.coalestra.spring.boot.autoconfigure.observation;

import io.coalestra.signal.ActivityWatcher;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties;
import io.coalestra.spring.boot.autoconfigure.batch.CoalestraBatchAutoConfiguration;
import io.coalestra.spring.boot.observation.ActivityObservations;
import io.coalestra.spring.boot.observation.BatchObservations;
import io.coalestra.spring.boot.observation.BuildObservationConvention;
import io.coalestra.spring.boot.observation.LinkingTracingHandler;
import io.coalestra.spring.boot.observation.ObservationConventions;
import io.coalestra.spring.boot.observation.PublicationObservationConvention;
import io.coalestra.spring.boot.observation.RefreshObservationConvention;
import io.coalestra.spring.boot.observation.SourceCallObservationConvention;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for observations of builds, calls of
 * sources, refreshes and publications, and of bulk calls.
 */
@AutoConfiguration(after = CoalestraBatchAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBooleanProperty(name = { "coalestra.enabled", "coalestra.observations.enabled" }, matchIfMissing = true)
@ConditionalOnBean(ObservationRegistry.class)
@EnableConfigurationProperties(CoalestraProperties.class)
public final class CoalestraObservationAutoConfiguration {

	CoalestraObservationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	BatchObservations coalestraBatchObservations(ObjectProvider<ObservationRegistry> registry) {
		return new BatchObservations(registry::getObject);
	}

	@Bean
	@ConditionalOnMissingBean(ActivityWatcher.class)
	ActivityObservations coalestraActivityObservations(ObjectProvider<ObservationRegistry> registry,
			ObjectProvider<ObservationHandler<?>> handlers, CoalestraProperties properties,
			ObjectProvider<BuildObservationConvention> build, ObjectProvider<SourceCallObservationConvention> call,
			ObjectProvider<RefreshObservationConvention> refresh,
			ObjectProvider<PublicationObservationConvention> publication) {
		return new ActivityObservations(registry::getObject,
				new ObservationConventions(build.getIfAvailable(), call.getIfAvailable(), refresh.getIfAvailable(),
						publication.getIfAvailable(), properties.observations().keys()),
				new WarmBuilds(properties.observations().warmBuilds(), handlers));
	}

	/**
	 * The spans of what several have caused.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	static class TracingConfiguration {

		// Ahead of Spring Boot's handler for everything, which makes no links.
		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE - 2000)
		@ConditionalOnBean(Tracer.class)
		@ConditionalOnMissingBean
		LinkingTracingHandler coalestraLinkingTracingHandler(Tracer tracer) {
			return new LinkingTracingHandler(tracer);
		}

	}

}
