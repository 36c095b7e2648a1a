package io.coalestra.spring.boot.autoconfigure.metrics;

import io.coalestra.batch.Batcher;
import io.coalestra.health.HealthPolicy;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.CoalestraBuildersAutoConfiguration;
import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;
import io.coalestra.spring.boot.builder.PerBuilder;
import io.coalestra.spring.boot.health.HealthHistories;
import io.coalestra.spring.boot.health.HealthHistory;
import io.coalestra.spring.boot.health.HealthJudgement;
import io.coalestra.spring.boot.metrics.BatcherMetrics;
import io.coalestra.spring.boot.metrics.MicrometerMetricSink;
import io.coalestra.spring.boot.metrics.NamedBuilderMetrics;
import io.coalestra.spring.boot.metrics.SnapshotBuilderMetrics;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the meters of a
 * {@link SnapshotBuilder} and of {@link Batcher batchers}.
 */
@AutoConfiguration(after = { CoalestraAutoConfiguration.class, CoalestraBuildersAutoConfiguration.class },
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "coalestra.enabled", matchIfMissing = true)
@ConditionalOnBean(MeterRegistry.class)
public final class CoalestraMetricsAutoConfiguration {

	CoalestraMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(MetricSink.class)
	MicrometerMetricSink coalestraMetricSink(ObjectProvider<MeterRegistry> registry) {
		return new MicrometerMetricSink(registry::getObject);
	}

	@Bean
	@ConditionalOnMissingBean
	BatcherMetrics coalestraBatcherMetrics(ObjectProvider<MeterRegistry> registry,
			ObjectProvider<Batcher<?, ?>> batchers) {
		return new BatcherMetrics(registry::getObject, batchers);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnSingleCandidate(SnapshotBuilder.class)
	SnapshotBuilderMetrics coalestraSnapshotBuilderMetrics(SnapshotBuilder snapshotBuilder,
			ObjectProvider<HealthPolicy> policies, ObjectProvider<HealthHistory> history) {
		HealthHistory samples = history.getIfAvailable();
		return new SnapshotBuilderMetrics(snapshotBuilder, PerBuilder.DEFAULT,
				new HealthJudgement(policies.getIfAvailable(() -> HealthPolicy.DEFAULT),
						(samples != null) ? samples::baseline : () -> null));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(NamedSnapshotBuilders.class)
	NamedBuilderMetrics coalestraNamedBuilderMetrics(NamedSnapshotBuilders builders,
			ObjectProvider<HealthPolicy> policies, ObjectProvider<HealthHistories> histories) {
		HealthPolicy policy = policies.getIfAvailable(() -> HealthPolicy.DEFAULT);
		HealthHistories samples = histories.getIfAvailable();
		return new NamedBuilderMetrics(builders,
				(name) -> new HealthJudgement(policy, () -> (samples != null) ? samples.baseline(name) : null));
	}

}
