package io.coalestra.spring.boot.autoconfigure.batch;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BatcherProperties} of which some or none are set.
 */
class UnsetBatcherPropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraBatchAutoConfiguration.class));

	@Test
	void whatIsMadeWithoutBindingIsWhatBindingNothingComesTo() {
		BatcherProperties bound = new Binder(new MapConfigurationPropertySource()).bindOrCreate("coalestra",
				BatcherProperties.class);
		assertThat(BatcherProperties.unset()).isEqualTo(bound);
	}

	@Test
	void settingsOfAllBatchersAreBound() {
		this.runner.withPropertyValues("coalestra.batching.max-batch-size=7")
			.run((context) -> assertThat(context.getBean(BatcherProperties.class).batching().maxBatchSize())
				.isEqualTo(7));
	}

	@Test
	void settingsOfOneBatcherThatDoesNotExistAreRefused() {
		this.runner.withPropertyValues("coalestra.batchers.nobody.max-batch-size=7")
			.run((context) -> assertThat(context).hasFailed());
	}

}
