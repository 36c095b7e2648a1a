package io.coalestra.spring.boot.autoconfigure.web;

import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties;
import io.coalestra.spring.boot.web.SnapshotProblemAdvice;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ControllerAdvice;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link SnapshotProblemAdvice}.
 */
@AutoConfiguration(after = CoalestraAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass({ ControllerAdvice.class, ProblemDetail.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "coalestra.web.problem-details", matchIfMissing = true)
@EnableConfigurationProperties(CoalestraProperties.class)
public final class CoalestraWebAutoConfiguration {

	CoalestraWebAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	SnapshotProblemAdvice coalestraProblemAdvice(CoalestraProperties properties) {
		return new SnapshotProblemAdvice(properties.web().keys());
	}

}
