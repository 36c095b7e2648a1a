package io.coalestra.spring.boot.autoconfigure.web;

import java.util.List;

import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.web.RequestSessions;
import io.coalestra.spring.boot.web.SnapshotSessionArgumentResolver;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.web.context.WebApplicationContext;
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
@ImportRuntimeHints(RequestSessionHints.class)
public final class CoalestraRequestSessionAutoConfiguration {

	private static final String SESSION = "snapshotSession";

	CoalestraRequestSessionAutoConfiguration() {
	}

	@Bean
	RequestSessions coalestraRequestSessions(SnapshotBuilder snapshotBuilder, ObjectProvider<SessionOptions> options) {
		return new RequestSessions(snapshotBuilder, options.getIfAvailable(() -> SessionOptions.DEFAULT));
	}

	// Closed by its opener, which knows when an asynchronous request ends.
	@Bean(name = SESSION, destroyMethod = "")
	@Scope(scopeName = WebApplicationContext.SCOPE_REQUEST, proxyMode = ScopedProxyMode.INTERFACES)
	SnapshotSession snapshotSession(RequestSessions sessions) {
		return sessions.open();
	}

	@Bean
	SessionArguments coalestraSessionArguments(BeanFactory beanFactory) {
		String target = ScopedProxyUtils.getTargetBeanName(SESSION);
		return new SessionArguments(
				new SnapshotSessionArgumentResolver(() -> beanFactory.getBean(target, SnapshotSession.class)));
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
