package io.coalestra.spring.boot.autoconfigure.health;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.coalestra.health.HealthPolicy;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraBuildersAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraProperties;
import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;
import io.coalestra.spring.boot.builder.PerBuilder;
import io.coalestra.spring.boot.health.CoalestraHealthIndicator;
import io.coalestra.spring.boot.health.HealthHistories;
import io.coalestra.spring.boot.health.HealthHistory;
import io.coalestra.spring.boot.health.HealthJudgement;
import io.coalestra.time.TimeSource;

import org.springframework.beans.factory.ObjectProvider;
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
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for
 * {@link CoalestraHealthIndicator}.
 */
@AutoConfiguration(after = { CoalestraAutoConfiguration.class, CoalestraBuildersAutoConfiguration.class },
		beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnEnabledHealthIndicator("coalestra")
@ConditionalOnSingleCandidate(SnapshotBuilder.class)
@EnableConfigurationProperties(CoalestraProperties.class)
public final class CoalestraHealthContributorAutoConfiguration {

	CoalestraHealthContributorAutoConfiguration() {
	}

	// A composite where several builders are to be told apart, as Spring Boot has it.
	@Bean
	@ConditionalOnMissingBean(name = { "coalestraHealthIndicator", "coalestraHealthContributor" })
	HealthContributor coalestraHealthContributor(SnapshotBuilder snapshotBuilder,
			ObjectProvider<NamedSnapshotBuilders> namedBuilders, ObjectProvider<HealthPolicy> policies,
			ObjectProvider<HealthHistory> history, ObjectProvider<HealthHistories> histories) {
		HealthPolicy policy = policies.getIfAvailable(() -> HealthPolicy.DEFAULT);
		HealthHistory samples = history.getIfAvailable();
		CoalestraHealthIndicator indicator = new CoalestraHealthIndicator(snapshotBuilder,
				new HealthJudgement(policy, (samples != null) ? samples::baseline : () -> null));
		NamedSnapshotBuilders named = namedBuilders.getIfAvailable();
		if (named == null) {
			return indicator;
		}
		HealthHistories namedSamples = histories.getIfAvailable();
		Map<String, HealthContributor> contributors = new LinkedHashMap<>();
		contributors.put(PerBuilder.DEFAULT, indicator);
		named.asMap()
			.forEach((name, builder) -> contributors.put(name, new CoalestraHealthIndicator(builder,
					new HealthJudgement(policy, () -> (namedSamples != null) ? namedSamples.baseline(name) : null))));
		return CompositeHealthContributor.fromMap(contributors);
	}

	@Bean
	@ConditionalOnMissingBean
	@Conditional(OnHealthBaseline.class)
	HealthHistory coalestraHealthHistory(SnapshotBuilder snapshotBuilder, ObjectProvider<TimeSource> timeSource,
			CoalestraProperties properties) {
		return new HealthHistory(snapshotBuilder, timeSource.getIfAvailable(TimeSource::system),
				properties.health().baselineAge());
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(NamedSnapshotBuilders.class)
	@Conditional(OnHealthBaseline.class)
	HealthHistories coalestraHealthHistories(NamedSnapshotBuilders builders, ObjectProvider<TimeSource> timeSource,
			CoalestraProperties properties) {
		Map<String, HealthHistory> histories = new LinkedHashMap<>();
		builders.asMap()
			.forEach((name, builder) -> histories.put(name, new HealthHistory(builder,
					timeSource.getIfAvailable(TimeSource::system), properties.health().baselineAge())));
		return new HealthHistories(histories);
	}

	/**
	 * Whether counters are compared with an earlier sample.
	 */
	static class OnHealthBaseline extends SpringBootCondition {

		private static final String PROPERTY = "coalestra.health.baseline-age";

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			Duration age = Binder.get(context.getEnvironment())
				.bind(PROPERTY, Duration.class)
				.orElse(Duration.ofMinutes(1));
			ConditionMessage.Builder message = ConditionMessage.forCondition("Coalestra health baseline");
			return (age.isZero() || age.isNegative())
					? ConditionOutcome.noMatch(message.because(PROPERTY + " is " + age))
					: ConditionOutcome.match(message.because(PROPERTY + " is " + age));
		}

	}

}
