package io.coalestra.spring.boot;

import io.coalestra.publish.ResourcePublisher;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ClassUtils;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that has none of the optional dependencies.
 */
class BareApplicationTests {

	@Test
	void nothingOptionalIsOnTheClassPath() {
		assertThat(new String[] { "io.micrometer.core.instrument.MeterRegistry",
				"org.springframework.boot.actuate.endpoint.annotation.Endpoint",
				"org.springframework.boot.health.contributor.HealthIndicator",
				"com.fasterxml.jackson.annotation.JsonInclude" })
			.noneMatch((name) -> ClassUtils.isPresent(name, getClass().getClassLoader()));
	}

	@Test
	void itStartsAndMakesSnapshots() {
		try (ConfigurableApplicationContext application = SpringApplication.run(Application.class)) {
			assertThat(application.getBean(SnapshotBuilder.class).build(PRICE.key("BTC")).get(PRICE.key("BTC")))
				.isEqualTo("memory BTC");
			assertThat(application.getBean(ResourcePublisher.class)).isNotNull();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Source memory() {
			return SampleSources.memory().build();
		}

	}

}
