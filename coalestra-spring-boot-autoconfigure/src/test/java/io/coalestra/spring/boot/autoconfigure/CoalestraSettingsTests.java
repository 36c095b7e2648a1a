package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.policy.RetryPolicy;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.fault.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What properties say can change while the application runs.
 */
class CoalestraSettingsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class))
		.withBean("prices", Source.class, SampleSources.rest()::build)
		.withPropertyValues("coalestra.sources.rest.max-concurrency=2",
				"coalestra.sources.rest.circuit.failure-threshold=4");

	@Test
	void limitsTimesAndCircuitsChange() {
		this.runner.run((context) -> {
			SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
			set(context.getSourceApplicationContext(),
					Map.of("coalestra.max-concurrency", "5", "coalestra.sources.rest.max-concurrency", "7",
							"coalestra.sources.rest.timeout", "3s", "coalestra.sources.rest.circuit.failure-threshold",
							"9"));
			context.getBean(CoalestraSettings.class).reload();
			SourceDescription rest = builder.sources().getFirst();
			assertThat(rest.settings().timeout()).isEqualTo(Duration.ofSeconds(3));
			assertThat(rest.resilience().circuit().failureThreshold()).isEqualTo(9);
			assertThat(builder.health().capacity().get("rest").limit()).isEqualTo(7);
			assertThat(builder.health().capacity().get("__global__").limit()).isEqualTo(5);
		});
	}

	@Test
	void freshnessChanges() {
		this.runner.run((context) -> {
			SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
			builder.build(PRICE.key("BTC"));
			set(context.getSourceApplicationContext(),
					Map.of("coalestra.freshness.default.ttl", "1ns", "coalestra.freshness.default.max-stale", "1ns"));
			context.getBean(CoalestraSettings.class).reload();
			assertThat(builder.build(PRICE.key("BTC")).value(PRICE.key("BTC")).fromCache()).isFalse();
		});
	}

	@Test
	void everyFaultIsToldAndNothingChanges() {
		this.runner.run((context) -> {
			SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
			set(context.getSourceApplicationContext(), Map.of("coalestra.max-concurrency", "0",
					"coalestra.sources.rest.max-concurrency", "7", "coalestra.sources.rest.queue-timeout", "0s"));
			assertThatExceptionOfType(InvalidConfigurationException.class)
				.isThrownBy(context.getBean(CoalestraSettings.class)::reload)
				.satisfies((thrown) -> assertThat(thrown).hasMessageContaining("coalestra.max-concurrency")
					.hasMessageContaining("coalestra.sources.rest.queue-timeout"));
			assertThat(builder.health().capacity().get("rest").limit()).isEqualTo(2);
		});
	}

	@Test
	void whatCannotChangeIsRefused() {
		this.runner.run((context) -> {
			set(context.getSourceApplicationContext(),
					Map.of("coalestra.sources.rest.priority", "5", "coalestra.sources.rest.max-concurrency", "7"));
			assertThatExceptionOfType(InvalidConfigurationException.class)
				.isThrownBy(context.getBean(CoalestraSettings.class)::reload)
				.withMessageContaining("coalestra.sources.rest.priority has changed from 100 to 5");
			assertThat(context.getBean(SnapshotBuilder.class).health().capacity().get("rest").limit()).isEqualTo(2);
		});
	}

	@Test
	void whatACustomizerSaysStaysAndWhatItOverridesToo() {
		this.runner
			.withBean(CoalestraCustomizer.class,
					() -> (coalestra) -> coalestra
						.sourceSettings("rest", (settings) -> settings.queueTimeout(Duration.ofMillis(700)))
						.resilience("rest", new Resilience(RetryPolicy.NONE, CircuitPolicy.NONE))
						.freshness((policies) -> policies.with(PRICE.key("BTC"), Freshness.ttl(Duration.ofMinutes(9))))
						.maxConcurrency(11))
			.run((context) -> {
				SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
				set(context.getSourceApplicationContext(),
						Map.of("coalestra.sources.rest.timeout", "3s", "coalestra.sources.rest.retry.max-attempts", "7",
								"coalestra.max-concurrency", "5", "coalestra.freshness.default.ttl", "1ns",
								"coalestra.freshness.default.max-stale", "1ns"));
				context.getBean(CoalestraSettings.class).reload();
				SourceDescription rest = builder.sources().getFirst();
				assertThat(rest.settings().timeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(rest.settings().queueTimeout()).isEqualTo(Duration.ofMillis(700));
				assertThat(rest.resilience()).isEqualTo(new Resilience(RetryPolicy.NONE, CircuitPolicy.NONE));
				assertThat(builder.health().capacity().get("__global__").limit()).isEqualTo(11);
				builder.build(PRICE.key("BTC"), PRICE.key("ETH"));
				assertThat(builder.build(PRICE.key("BTC")).value(PRICE.key("BTC")).fromCache()).isTrue();
				assertThat(builder.build(PRICE.key("ETH")).value(PRICE.key("ETH")).fromCache()).isFalse();
			});
	}

	@Test
	void defaultsOfFailuresChangeForSourcesThatSayNothing() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class))
			.withBean("prices", Source.class, SampleSources.rest()::build)
			.run((context) -> {
				set(context.getSourceApplicationContext(), Map.of("coalestra.defaults.retry.max-attempts", "6"));
				context.getBean(CoalestraSettings.class).reload();
				assertThat(
						context.getBean(SnapshotBuilder.class).sources().getFirst().resilience().retry().maxAttempts())
					.isEqualTo(6);
			});
	}

	@Test
	void aCustomizerThatIsRefusedAfterwardsIsToldAndNothingChanges() {
		AtomicInteger priority = new AtomicInteger(100);
		this.runner
			.withBean(CoalestraCustomizer.class,
					() -> (coalestra) -> coalestra.sourceSettings("rest",
							(settings) -> settings.priority(priority.get())))
			.run((context) -> {
				priority.set(7);
				set(context.getSourceApplicationContext(), Map.of("coalestra.sources.rest.timeout", "3s"));
				assertThatExceptionOfType(InvalidConfigurationException.class)
					.isThrownBy(context.getBean(CoalestraSettings.class)::reload)
					.withMessageContaining("source \"rest\": priority: 7 (expected: 100 as before");
				assertThat(context.getBean(SnapshotBuilder.class).sources().getFirst().settings().timeout())
					.isEqualTo(Duration.ofSeconds(2));
			});
	}

	@Test
	void aBuilderOfTheApplicationsOwnHasNone() {
		this.runner.withBean("own", SnapshotBuilder.class, StubSnapshotBuilder::new)
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraSettings.class));
	}

	@Test
	void submissionsAndAdaptiveLimitsAreProperties() {
		this.runner
			.withPropertyValues("coalestra.sources.rest.max-concurrency=", "coalestra.submissions.max-pending=7",
					"coalestra.bases.slow.adaptive-concurrency.maximum=4")
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).health().submissions().maxPending())
				.isEqualTo(7));
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class))
			.withBean("prices", Source.class, SampleSources.rest()::build)
			.withPropertyValues("coalestra.sources.rest.adaptive-concurrency.maximum=4")
			.run((context) -> assertThat(context.getBean(SnapshotBuilder.class).sources())
				.extracting((source) -> source.settings().adaptiveConcurrency().maximum())
				.isEqualTo(List.of(4)));
	}

	private static void set(ConfigurableApplicationContext context, Map<String, Object> values) {
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("changed", values));
	}

}
