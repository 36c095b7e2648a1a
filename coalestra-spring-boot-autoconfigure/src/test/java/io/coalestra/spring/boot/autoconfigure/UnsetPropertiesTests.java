package io.coalestra.spring.boot.autoconfigure;

import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UnsetProperties}.
 */
class UnsetPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class));

	@Test
	void whatIsMadeWithoutBindingIsWhatBindingNothingComesTo() {
		assertThat(CoalestraProperties.UNSET).isEqualTo(BoundProperties.of());
	}

	@Test
	void theDefaultsHoldWhereNothingIsSet() {
		this.runner.run((context) -> assertThat(context.getBean(CoalestraProperties.class))
			.isSameAs(CoalestraProperties.UNSET));
	}

	@Test
	void onePropertyThatIsSetIsBound() {
		this.runner.withPropertyValues("coalestra.health.baseline-age=7s")
			.run((context) -> assertThat(context.getBean(CoalestraProperties.class).health().baselineAge())
				.hasSeconds(7));
	}

	@Test
	void onePropertyOfTheSystemEnvironmentIsBound() {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of("COALESTRA_MAXCONCURRENCY", "3"))))
			.run((context) -> assertThat(context.getBean(CoalestraProperties.class).maxConcurrency()).isEqualTo(3));
	}

	@Test
	void onePropertyOfAPlaceholderConfigurerIsBound() {
		this.runner.withBean(PropertySourcesPlaceholderConfigurer.class, UnsetPropertiesTests::configurer)
			.run((context) -> assertThat(context.getBean(CoalestraProperties.class).maxConcurrency()).isEqualTo(5));
	}

	private static PropertySourcesPlaceholderConfigurer configurer() {
		Properties properties = new Properties();
		properties.setProperty("coalestra.max-concurrency", "5");
		PropertySourcesPlaceholderConfigurer configurer = new PropertySourcesPlaceholderConfigurer();
		configurer.setProperties(properties);
		return configurer;
	}

}
