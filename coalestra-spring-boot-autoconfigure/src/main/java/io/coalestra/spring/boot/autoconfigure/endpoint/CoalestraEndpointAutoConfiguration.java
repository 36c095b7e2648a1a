package io.coalestra.spring.boot.autoconfigure.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.coalestra.health.HealthPolicy;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraBuildersAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties;
import io.coalestra.spring.boot.autoconfigure.CoalestraSettings;
import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;
import io.coalestra.spring.boot.endpoint.CapabilitiesInfoContributor;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint.ManagedBuilder;
import io.coalestra.spring.boot.endpoint.CoalestraExplainEndpoint;
import io.coalestra.spring.boot.endpoint.CoalestraExplainEndpointWebExtension;
import io.coalestra.spring.boot.endpoint.RecentBuilds;
import io.coalestra.spring.boot.health.HealthHistories;
import io.coalestra.spring.boot.health.HealthHistory;
import io.coalestra.spring.boot.health.HealthJudgement;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link CoalestraEndpoint}.
 */
@AutoConfiguration(after = { CoalestraAutoConfiguration.class, CoalestraBuildersAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@EnableConfigurationProperties(CoalestraProperties.class)
public final class CoalestraEndpointAutoConfiguration {

	CoalestraEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SnapshotBuilder.class)
	@ConditionalOnAvailableEndpoint
	CoalestraEndpoint coalestraEndpoint(SnapshotBuilder snapshotBuilder, ObjectProvider<CoalestraSettings> settings,
			ObjectProvider<NamedSnapshotBuilders> namedBuilders, ObjectProvider<HealthPolicy> policies,
			ObjectProvider<HealthHistory> history, ObjectProvider<HealthHistories> histories, BeanFactory beanFactory) {
		CoalestraSettings replaceable = settings.getIfAvailable();
		HealthPolicy policy = policies.getIfAvailable(() -> HealthPolicy.DEFAULT);
		HealthHistory samples = history.getIfAvailable();
		HealthHistories namedSamples = histories.getIfAvailable();
		Map<String, ManagedBuilder> named = new LinkedHashMap<>();
		namedBuilders.ifAvailable((builders) -> builders.asMap()
			.forEach((name, builder) -> named.put(name, new ManagedBuilder(builder,
					BeanFactoryAnnotationUtils.qualifiedBeanOfType(beanFactory, CoalestraSettings.class, name)::reload,
					new HealthJudgement(policy, () -> (namedSamples != null) ? namedSamples.baseline(name) : null)))));
		return new CoalestraEndpoint(
				new ManagedBuilder(snapshotBuilder, (replaceable != null) ? replaceable::reload : null,
						new HealthJudgement(policy, (samples != null) ? samples::baseline : () -> null)),
				named);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnEnabledInfoContributor("coalestra")
	CapabilitiesInfoContributor coalestraInfoContributor() {
		return new CapabilitiesInfoContributor();
	}

	/**
	 * What explains the latest builds. The memory of them is the builder's listener, also
	 * where the endpoint is not exposed.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnExplain.class)
	static class ExplainConfiguration {

		@Bean
		@ConditionalOnMissingBean
		RecentBuilds coalestraRecentBuilds(CoalestraProperties properties) {
			return new RecentBuilds(properties.explain().size());
		}

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint
		CoalestraExplainEndpoint coalestraExplainEndpoint(RecentBuilds builds, Environment environment) {
			Binder binder = Binder.get(environment);
			String prefix = "management.endpoint.coalestraexplain.";
			return new CoalestraExplainEndpoint(builds,
					binder.bind(prefix + "show-values", Show.class).orElse(Show.NEVER),
					binder.bind(prefix + "roles", Bindable.setOf(String.class)).orElse(Set.of()));
		}

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnBean(CoalestraExplainEndpoint.class)
		@ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
		CoalestraExplainEndpointWebExtension coalestraExplainEndpointWebExtension(CoalestraExplainEndpoint endpoint) {
			return new CoalestraExplainEndpointWebExtension(endpoint);
		}

	}

	/**
	 * Whether builds are remembered.
	 */
	static class OnExplain extends SpringBootCondition {

		private static final String PROPERTY = "coalestra.explain.size";

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			int size = Binder.get(context.getEnvironment()).bind(PROPERTY, Integer.class).orElse(0);
			return new ConditionOutcome(size > 0,
					ConditionMessage.forCondition("Coalestra explain").because(PROPERTY + " is " + size));
		}

	}

}
