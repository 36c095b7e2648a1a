package io.coalestra.spring.boot.autoconfigure.observation;

import io.coalestra.spring.boot.autoconfigure.CoalestraBatchAutoConfiguration;
import io.coalestra.spring.boot.observation.BatchObservations;
import io.coalestra.spring.boot.observation.BatchTracingHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for observations of bulk calls.
 */
@AutoConfiguration(after = CoalestraBatchAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBean(ObservationRegistry.class)
public final class CoalestraBatchObservationAutoConfiguration {

	CoalestraBatchObservationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	BatchObservations coalestraBatchObservations(ObjectProvider<ObservationRegistry> registry) {
		return new BatchObservations(registry::getObject);
	}

	/**
	 * The spans of bulk calls.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	static class TracingConfiguration {

		// Ahead of Spring Boot's handler for everything, which makes no links.
		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE - 2000)
		@ConditionalOnBean(Tracer.class)
		@ConditionalOnMissingBean
		BatchTracingHandler coalestraBatchTracingHandler(Tracer tracer) {
			return new BatchTracingHandler(tracer);
		}

	}

}
