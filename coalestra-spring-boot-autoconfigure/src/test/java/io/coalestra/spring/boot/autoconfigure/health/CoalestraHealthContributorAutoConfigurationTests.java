package io.coalestra.spring.boot.autoconfigure.health;

import java.time.Duration;

import io.coalestra.health.HealthPolicy;
import io.coalestra.spring.boot.SampleHealth;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.health.CoalestraHealthIndicator;
import io.coalestra.spring.boot.health.HealthHistory;
import io.coalestra.tier.ServerProcess;
import io.coalestra.time.SteerableTimeSource;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When there is a health contributor.
 */
class CoalestraHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraHealthContributorAutoConfiguration.class,
				HealthContributorAutoConfiguration.class))
		.withBean("snapshotBuilder", StubSnapshotBuilder.class, StubSnapshotBuilder::new);

	@Test
	void theBuilderHasAHealthContributor() {
		this.runner.run((context) -> assertThat(context).hasBean("coalestraHealthContributor")
			.hasSingleBean(CoalestraHealthIndicator.class));
	}

	@Test
	void itCanBeDisabledAsEveryOther() {
		this.runner.withPropertyValues("management.health.coalestra.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraHealthIndicator.class));
	}

	@Test
	void itIsDisabledWithTheLibrary() {
		this.runner.withPropertyValues("coalestra.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraHealthIndicator.class));
	}

	@Test
	void anIndicatorOfTheApplicationsOwnReplacesIt() {
		this.runner.withBean("coalestraHealthIndicator", HealthIndicator.class, () -> () -> Health.up().build())
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraHealthIndicator.class));
	}

	@Test
	void withoutABuilderThereIsNone() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(CoalestraHealthContributorAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(CoalestraHealthIndicator.class));
	}

	@Test
	void withoutTheHealthModuleThereIsNone() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("coalestraHealthContributor"));
	}

	@Test
	void countersAreComparedWithASampleOfAMinuteAgo() {
		SteerableTimeSource time = new SteerableTimeSource();
		this.runner.withBean(TimeSource.class, () -> time).run((context) -> {
			assertThat(context.getBean(HealthHistory.class).isRunning()).isTrue();
			StubSnapshotBuilder builder = context.getBean(StubSnapshotBuilder.class);
			builder.health = new SampleHealth().sourceTimeouts(100).build();
			CoalestraHealthIndicator indicator = context.getBean(CoalestraHealthIndicator.class);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
			for (int i = 0; i < 8; i++) {
				time.advance(Duration.ofSeconds(10));
				// A sample is taken on a thread of its own, which then waits for the
				// next.
				assertThat(ServerProcess.within(() -> time.pendingTimers() == 1)).isTrue();
			}
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void thePolicyIsThatOfTheContext() {
		this.runner
			.withBean(HealthPolicy.class,
					() -> HealthPolicy.DEFAULT
						.with((policy) -> policy.counterDeltaCritical(1000).counterDeltaDegraded(1000)))
			.run((context) -> {
				context.getBean(StubSnapshotBuilder.class).health = new SampleHealth().sourceTimeouts(100).build();
				assertThat(context.getBean(CoalestraHealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
			});
	}

	@Test
	void itTakesPartInGroups() {
		this.runner
			.withConfiguration(AutoConfigurations.of(HealthContributorRegistryAutoConfiguration.class,
					HealthEndpointAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=health",
					"management.endpoint.health.group.serving.include=coalestra",
					"management.endpoint.health.group.serving.show-components=always")
			.run((context) -> {
				context.getBean(StubSnapshotBuilder.class).health = new SampleHealth().closed().build();
				assertThat(context.getBean(HealthEndpoint.class).healthForPath("serving").getStatus())
					.isEqualTo(Status.DOWN);
				assertThat(context.getBean(HealthEndpoint.class).healthForPath("serving", "coalestra")).isNotNull();
			});
	}

	@Test
	void withoutAnAgeNothingIsSampled() {
		this.runner.withPropertyValues("coalestra.health.baseline-age=0s")
			.run((context) -> assertThat(context).hasSingleBean(CoalestraHealthIndicator.class)
				.doesNotHaveBean(HealthHistory.class));
	}

}
