package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.cache.SnapshotCache;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BuilderStart}.
 */
class BuilderStartTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class));

	@Test
	void withoutASourceTheBuilderIsLeftToWhoeverWantsIt() {
		this.runner.run((context) -> {
			assertThat(isMade(context)).isFalse();
			assertThat(context.getBean(SnapshotBuilder.class)).isNotNull();
			assertThat(isMade(context)).isTrue();
		});
	}

	@Test
	void withASourceItIsMadeAtTheStart() {
		this.runner.withBean(Source.class, SampleSources.rest()::build)
			.run((context) -> assertThat(isMade(context)).isTrue());
	}

	@Test
	void withAPropertyItIsMadeAtTheStartWhichTellsWhatIsWrong() {
		this.runner.withPropertyValues("coalestra.max-concurrency=2")
			.run((context) -> assertThat(isMade(context)).isTrue());
		this.runner.withPropertyValues("coalestra.max-concurrency=-2")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("coalestra.max-concurrency"));
	}

	@Test
	void withAPartOfTheApplicationsItIsMadeAtTheStart() {
		this.runner.withBean(SnapshotCache.class, () -> SnapshotCache.bounded(10))
			.run((context) -> assertThat(isMade(context)).isTrue());
		this.runner.withBean(CoalestraCustomizer.class, () -> (coalestra) -> {
		}).run((context) -> assertThat(isMade(context)).isTrue());
	}

	@Test
	void oneThatIsMadeLaterIsClosedWithTheApplication() {
		SnapshotBuilder[] made = new SnapshotBuilder[1];
		this.runner.run((context) -> made[0] = context.getBean(SnapshotBuilder.class));
		assertThat(made[0].isClosed()).isTrue();
	}

	private static boolean isMade(ConfigurableApplicationContext context) {
		return context.getBeanFactory().containsSingleton("snapshotBuilder");
	}

}
