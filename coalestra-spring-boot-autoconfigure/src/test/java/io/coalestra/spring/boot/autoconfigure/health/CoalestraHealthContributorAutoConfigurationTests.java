package io.coalestra.spring.boot.autoconfigure.health;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.health.CoalestraHealthIndicator;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
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
		.withBean("snapshotBuilder", SnapshotBuilder.class, StubSnapshotBuilder::new);

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

}
