package io.coalestra.spring.boot.autoconfigure.context;

import java.util.Set;

import io.coalestra.source.ContextCarrier;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties;
import io.coalestra.spring.boot.context.MicrometerContextCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for
 * {@link MicrometerContextCarrier}.
 */
@AutoConfiguration(before = CoalestraAutoConfiguration.class)
@ConditionalOnClass(ContextSnapshotFactory.class)
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "coalestra.context.propagate", matchIfMissing = true)
@EnableConfigurationProperties(CoalestraProperties.class)
public final class CoalestraContextPropagationAutoConfiguration {

	CoalestraContextPropagationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(ContextCarrier.class)
	MicrometerContextCarrier coalestraContextCarrier(CoalestraProperties properties) {
		return new MicrometerContextCarrier(ContextRegistry.getInstance(),
				Set.copyOf(properties.context().excludedKeys()));
	}

}
