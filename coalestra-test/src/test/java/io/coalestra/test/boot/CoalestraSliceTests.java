package io.coalestra.test.boot;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.snapshot.SnapshotBuilder;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.context.ApplicationContext;

import static io.coalestra.test.CoalestraAssertions.assertThat;
import static io.coalestra.test.boot.PriceSources.BTC;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a slice has, and what it has not.
 */
@CoalestraTest(properties = "coalestra.name=sliced")
class CoalestraSliceTests {

	@Autowired
	private SnapshotBuilder builder;

	@Autowired
	private ApplicationContext context;

	@Test
	void sourcesAreScannedAndTheBuilderHasThem() {
		assertThat(this.builder.build(BTC)).hasValue(BTC, "price of BTC").isFrom(BTC, "exchange");
	}

	@Test
	void methodsThatAreSourcesAreScannedToo() {
		ResourceKey<String> news = ResourceType.of("press", "news", String.class).key("markets");
		assertThat(this.builder.build(news)).hasValue(news, "news of markets");
	}

	@Test
	void propertiesOfTheTestApply() {
		assertThat(this.builder.health().builder()).isEqualTo("sliced");
	}

	@Test
	void sinksAreThereAndOtherComponentsAreNot() {
		assertThat(this.context.getBeanProvider(CountingSink.class).getIfAvailable()).isNotNull();
		assertThat(this.context.getBeanProvider(ResourcePublisher.class).getIfAvailable()).isNotNull();
		assertThat(this.context.getBeanProvider(Unrelated.class).getIfAvailable()).isNull();
	}

	@Test
	void noOtherAutoConfigurationIsApplied() {
		assertThat(this.context.getBeanProvider(TaskExecutionAutoConfiguration.class).getIfAvailable()).isNull();
	}

}
