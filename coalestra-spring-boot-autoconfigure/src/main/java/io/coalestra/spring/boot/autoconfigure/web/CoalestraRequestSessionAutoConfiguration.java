package io.coalestra.spring.boot.autoconfigure.web;

import java.util.List;

import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.web.RequestSessions;
import io.coalestra.spring.boot.web.SnapshotSessionArgumentResolver;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the {@link SnapshotSession} of a
 * web request.
 */
@AutoConfiguration(after = CoalestraAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ WebMvcConfigurer.class, HttpServletRequest.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(SnapshotBuilder.class)
@ConditionalOnMissingBean(SnapshotSession.class)
public final class CoalestraRequestSessionAutoConfiguration {

	CoalestraRequestSessionAutoConfiguration() {
	}

	@Bean
	RequestSessions coalestraRequestSessions(ObjectProvider<SnapshotBuilder> snapshotBuilder,
			ObjectProvider<SessionOptions> options) {
		return new RequestSessions(snapshotBuilder::getObject, options.getIfAvailable(() -> SessionOptions.DEFAULT));
	}

	// Closed by its opener, which knows when a request ends.
	@Bean(destroyMethod = "")
	SnapshotSession snapshotSession(RequestSessions sessions) {
		return sessions.session();
	}

	@Bean
	SessionArguments coalestraSessionArguments(RequestSessions sessions) {
		return new SessionArguments(new SnapshotSessionArgumentResolver(sessions::current));
	}

	/**
	 * Adds the resolver of arguments.
	 */
	static final class SessionArguments implements WebMvcConfigurer {

		private final SnapshotSessionArgumentResolver resolver;

		SessionArguments(SnapshotSessionArgumentResolver resolver) {
			this.resolver = resolver;
		}

		@Override
		public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
			resolvers.add(this.resolver);
		}

	}

}
