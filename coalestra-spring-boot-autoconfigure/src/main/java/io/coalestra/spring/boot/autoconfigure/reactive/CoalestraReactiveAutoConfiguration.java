package io.coalestra.spring.boot.autoconfigure.reactive;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.context.ReactorContextBinding;
import io.coalestra.spring.boot.reactive.ReactiveSnapshots;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link ReactiveSnapshots} in
 * reactive web applications.
 */
@AutoConfiguration(after = CoalestraAutoConfiguration.class)
@ConditionalOnClass(Mono.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(SnapshotBuilder.class)
public final class CoalestraReactiveAutoConfiguration {

	CoalestraReactiveAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	ReactiveSnapshots reactiveSnapshots(SnapshotBuilder snapshotBuilder,
			ObjectProvider<ReactiveSnapshots.ContextBinding> binding) {
		return new ReactiveSnapshots(snapshotBuilder,
				binding.getIfAvailable(() -> ReactiveSnapshots.ContextBinding.NONE));
	}

	/**
	 * What needs Micrometer's context propagation.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ContextSnapshotFactory.class)
	@ConditionalOnBooleanProperty(name = "coalestra.context.propagate", matchIfMissing = true)
	static class ContextConfiguration {

		@Bean
		@ConditionalOnMissingBean(ReactiveSnapshots.ContextBinding.class)
		ReactorContextBinding coalestraReactorContextBinding() {
			return new ReactorContextBinding(ContextRegistry.getInstance());
		}

	}

}
