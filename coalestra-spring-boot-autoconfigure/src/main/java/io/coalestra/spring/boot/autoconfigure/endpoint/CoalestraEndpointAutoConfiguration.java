package io.coalestra.spring.boot.autoconfigure.endpoint;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link CoalestraEndpoint}.
 */
@AutoConfiguration(after = CoalestraAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnAvailableEndpoint(CoalestraEndpoint.class)
public final class CoalestraEndpointAutoConfiguration {

	CoalestraEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SnapshotBuilder.class)
	CoalestraEndpoint coalestraEndpoint(SnapshotBuilder snapshotBuilder) {
		return new CoalestraEndpoint(snapshotBuilder);
	}

}
