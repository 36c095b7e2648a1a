package io.coalestra.spring.boot.autoconfigure.metrics;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.coalestra.publish.ResourcePublisher;
import io.coalestra.signal.MetricSink;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.metrics.MicrometerMetricSink;
import io.coalestra.spring.boot.metrics.SnapshotBuilderMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MeterRegistryCustomizer;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * When there are meters, and which.
 */
class CoalestraMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(CoalestraAutoConfiguration.class, CoalestraMetricsAutoConfiguration.class, MetricsAutoConfiguration.class,
				SimpleMetricsExportAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class));

	private final ApplicationContextRunner stubbed = this.runner.withBean("snapshotBuilder", SnapshotBuilder.class,
			StubSnapshotBuilder::new);

	@Test
	void metersAreThereBeforeTheFirstBuild() {
		this.stubbed.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("coalestra.snapshot.build").tag("status", "success").timer().count()).isZero();
			assertThat(registry.get("coalestra.flights").gauge().value()).isEqualTo(5);
		});
	}

	@Test
	void buildsAndFetchesAreMeasured() {
		this.runner.withBean(Source.class, SampleSources.rest()::build).run((context) -> {
			SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
			builder.build(PRICE.key("BTC"));
			builder.build(PRICE.key("BTC"));
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("coalestra.snapshot.build").tag("status", "success").timer().count()).isOne();
			assertThat(registry.get("coalestra.snapshot.build.warm").functionTimer().count()).isOne();
			// Counted by the thread of the call, just after whoever waits has been woken.
			assertThat(awaited(() -> counted(
					registry.find("coalestra.source.fetch").tags("source", "rest", "status", "success").counter()))
				.count()).isOne();
			assertThat(registry.get("coalestra.cache.access").tags("status", "fresh").counter().count()).isOne();
		});
	}

	// It is there before it is counted up for the first time.
	private static Counter counted(Counter counter) {
		return (counter != null && counter.count() > 0) ? counter : null;
	}

	private static <T> T awaited(Supplier<T> find) {
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		T found = find.get();
		while (found == null && System.nanoTime() - end < 0) {
			Thread.onSpinWait();
			found = find.get();
		}
		return Objects.requireNonNull(found, "not there after half a minute");
	}

	@Test
	void histogramsAreThereWhereTheyAreAskedFor() {
		ApplicationContextRunner building = this.runner.withBean(Source.class, SampleSources.rest()::build);
		building.run((context) -> assertThat(buckets(context.getBean(SnapshotBuilder.class),
				context.getBean(MeterRegistry.class), "coalestra.snapshot.build"))
			.isZero());
		building
			.withPropertyValues("management.metrics.distribution.slo.coalestra.snapshot.build=10ms,100ms",
					"management.metrics.distribution.slo.coalestra.source.fetch.latency=1s")
			.run((context) -> {
				SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				assertThat(buckets(builder, registry, "coalestra.snapshot.build")).isEqualTo(2);
				assertThat(buckets(builder, registry, "coalestra.source.fetch.latency")).isOne();
			});
	}

	private static int buckets(SnapshotBuilder builder, MeterRegistry registry, String timer) {
		builder.build(PRICE.key("BTC"));
		return awaited(() -> registry.find(timer).timer()).takeSnapshot().histogramCounts().length;
	}

	@Test
	void aSinkOfTheApplicationsOwnReplacesOurs() {
		this.stubbed.withBean(MetricSink.class, () -> MetricSink.NONE)
			.run((context) -> assertThat(context).doesNotHaveBean(MicrometerMetricSink.class)
				.hasSingleBean(SnapshotBuilderMetrics.class));
	}

	@Test
	void withoutARegistryThereAreNoMeters() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CoalestraMetricsAutoConfiguration.class))
			.withBean(SnapshotBuilder.class, StubSnapshotBuilder::new)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(MetricSink.class)
				.doesNotHaveBean(SnapshotBuilderMetrics.class));
	}

	@Test
	void withoutMicrometerThereAreNoMeters() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CoalestraMetricsAutoConfiguration.class))
			.withBean(SnapshotBuilder.class, StubSnapshotBuilder::new)
			.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("coalestraMetricSink"));
	}

	@Test
	void disabledThereAreNoMeters() {
		this.stubbed.withPropertyValues("coalestra.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(MetricSink.class)
				.doesNotHaveBean(SnapshotBuilderMetrics.class));
	}

	@Test
	void aCustomizerOfTheRegistryMayItselfNeedTheBuilder() {
		this.runner.withUserConfiguration(CustomizerThatNeedsTheBuilder.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(CustomizerThatNeedsTheBuilder.class).customized).isTrue();
			context.getBean(ResourcePublisher.class).publish(PRICE.key("BTC"), "42", "feed");
			assertThat(context.getBean(MeterRegistry.class)
				.get("coalestra.resource.publish")
				.tag("source", "feed")
				.counter()
				.count()).isOne();
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizerThatNeedsTheBuilder {

		final AtomicBoolean customized = new AtomicBoolean();

		@Bean
		MeterRegistryCustomizer<SimpleMeterRegistry> customizer(SnapshotBuilder builder) {
			return (registry) -> this.customized.set(!builder.isClosed());
		}

	}

}
