package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import io.coalestra.publish.ResourcePublisher;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.source.SourceDescription;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.endpoint.CoalestraEndpointAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.health.CoalestraHealthContributorAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.metrics.CoalestraMetricsAutoConfiguration;
import io.coalestra.spring.boot.builder.NamedSnapshotBuilders;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint.Action;
import io.coalestra.spring.boot.health.CoalestraHealthIndicator;
import io.coalestra.spring.boot.health.HealthHistories;
import io.coalestra.spring.boot.metrics.NamedBuilderMetrics;
import io.coalestra.spring.boot.source.ResourceSource;
import io.coalestra.spring.boot.source.Subject;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application with several builders.
 */
class CoalestraBuildersAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraBuildersAutoConfiguration.class))
		.withUserConfiguration(Application.class)
		.withPropertyValues("coalestra.builders.reports.max-concurrency=3");

	@Test
	void withoutNamesThereIsOneBuilder() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraBuildersAutoConfiguration.class))
			.run((context) -> assertThat(context).hasSingleBean(SnapshotBuilder.class)
				.doesNotHaveBean(NamedSnapshotBuilders.class));
	}

	@Test
	void whoAsksWithoutANameGetsTheOneThatHasNone() {
		this.runner.run((context) -> {
			Consumers consumers = context.getBean(Consumers.class);
			assertThat(consumers.builder).isSameAs(context.getBean("snapshotBuilder"));
			assertThat(consumers.publisher).isSameAs(consumers.builder.publisher());
			assertThat(consumers.reports).isNotSameAs(consumers.builder)
				.isSameAs(context.getBean("reportsSnapshotBuilder"))
				.isSameAs(context.getBean(NamedSnapshotBuilders.class).get("reports"));
			assertThat(consumers.reportsPublisher).isSameAs(consumers.reports.publisher());
		});
	}

	@Test
	void sourcesBelongToTheBuilderOfTheirQualifier() {
		this.runner.run((context) -> {
			assertThat(names(context.getBean(SnapshotBuilder.class))).containsExactly("rest", "note");
			assertThat(names(reports(context))).containsExactlyInAnyOrder("archive", "summary", "total");
		});
	}

	@Test
	void theyAreIndependent() {
		this.runner.run((context) -> {
			SnapshotBuilder builder = context.getBean(SnapshotBuilder.class);
			builder.publisher().publish(ResourceUpdate.of(PRICE.key("BTC"), "published", "feed"));
			assertThat(builder.build(PRICE.key("BTC")).get(PRICE.key("BTC"))).isEqualTo("published");
			assertThat(reports(context).build(PRICE.key("BTC")).get(PRICE.key("BTC"))).isEqualTo("archive BTC");
			assertThat(reports(context).health().capacity().get("__global__").limit()).isEqualTo(3);
			assertThat(builder.health().capacity().get("__global__").limit()).isEqualTo(16);
		});
	}

	@Test
	void settingsOfSourcesAreTheBuildersOwnOverSharedBases() {
		this.runner
			.withPropertyValues("coalestra.bases.slow.timeout=9s",
					"coalestra.builders.reports.sources.archive.base=slow",
					"coalestra.builders.reports.sources.archive.retry.max-attempts=5")
			.run((context) -> {
				SourceDescription archive = reports(context).sources()
					.stream()
					.filter((source) -> source.name().equals("archive"))
					.findFirst()
					.orElseThrow();
				assertThat(archive.settings().timeout()).isEqualTo(Duration.ofSeconds(9));
				assertThat(archive.resilience().retry().maxAttempts()).isEqualTo(5);
			});
	}

	@Test
	void customizersBelongToTheBuilderOfTheirQualifier() {
		this.runner.withUserConfiguration(Customized.class).run((context) -> {
			assertThat(context.getBean(SnapshotBuilder.class).health().builder()).isEqualTo("first");
			assertThat(reports(context).health().builder()).isEqualTo("second");
		});
	}

	@Test
	void aNameThatCannotBeOneIsTold() {
		this.runner.withPropertyValues("coalestra.builders.default.max-concurrency=3")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("coalestra.builders.default is no name for a builder"));
	}

	@Test
	void whatIsForAllBuildersIsRefusedForOne() {
		this.runner.withPropertyValues("coalestra.builders.reports.explain.size=5")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("coalestra.builders.reports.explain is set for one builder"
						+ " (expected: for all, below coalestra)"));
	}

	@Test
	void faultsAreToldByTheBuildersOwnProperties() {
		this.runner
			.withPropertyValues("coalestra.builders.reports.max-concurrency=0",
					"coalestra.builders.reports.cache.max-entries=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("coalestra.builders.reports.max-concurrency is 0")
				.hasMessageContaining("coalestra.builders.reports.cache.max-entries is 0"));
		this.runner.withPropertyValues("coalestra.builders.reports.sources.rest.timeout=1s")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("coalestra.builders.reports.sources.rest is for no source"
						+ " (expected: one of [archive, summary, total]"));
	}

	@Test
	void eachHasItsSettingsAtRunTime() {
		this.runner.run((context) -> {
			context.getSourceApplicationContext()
				.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("changed",
						Map.of("coalestra.builders.reports.max-concurrency", "5", "coalestra.max-concurrency", "6")));
			BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getBeanFactory(), CoalestraSettings.class, "reports")
				.reload();
			assertThat(reports(context).health().capacity().get("__global__").limit()).isEqualTo(5);
			assertThat(context.getBean(SnapshotBuilder.class).health().capacity().get("__global__").limit())
				.isEqualTo(16);
		});
	}

	@Test
	void allAreClosedWithTheApplication() {
		SnapshotBuilder[] builders = new SnapshotBuilder[2];
		this.runner.run((context) -> {
			builders[0] = context.getBean(SnapshotBuilder.class);
			builders[1] = reports(context);
		});
		assertThat(builders).allSatisfy((builder) -> assertThat(builder.isClosed()).isTrue());
	}

	@Test
	void aBuilderOfTheApplicationsOwnLeavesThemAlone() {
		this.runner.withBean("own", SnapshotBuilder.class, StubSnapshotBuilder::new).run((context) -> {
			assertThat(context.getBean(SnapshotBuilder.class)).isInstanceOf(StubSnapshotBuilder.class);
			assertThat(names(reports(context))).contains("archive");
		});
	}

	@Test
	void healthTellsThemApart() {
		this.runner.withConfiguration(AutoConfigurations.of(CoalestraHealthContributorAutoConfiguration.class))
			.run((context) -> {
				CompositeHealthContributor health = context.getBean("coalestraHealthContributor",
						CompositeHealthContributor.class);
				assertThat(health.stream()).extracting((entry) -> entry.name()).containsExactly("default", "reports");
				assertThat(health.getContributor("reports")).isInstanceOf(CoalestraHealthIndicator.class);
				assertThat(context.getBean(HealthHistories.class).isRunning()).isTrue();
				assertThat(context.getBean(HealthHistories.class).baseline("reports")).isNotNull();
			});
	}

	@Test
	void metersTellThemApart() {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		this.runner.withBean(MeterRegistry.class, () -> meters)
			.withConfiguration(AutoConfigurations.of(CoalestraMetricsAutoConfiguration.class))
			.run((context) -> {
				context.getBean(NamedBuilderMetrics.class).bindTo(meters);
				reports(context).build(PRICE.key("BTC"));
				assertThat(meters.get("coalestra.snapshot.build").tag("builder", "reports").timer().count()).isOne();
				assertThat(meters.get("coalestra.cache.entries").tag("builder", "reports").gauge().value()).isOne();
			});
	}

	@Test
	void theEndpointTellsThemApart() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=coalestra")
			.withConfiguration(AutoConfigurations.of(CoalestraEndpointAutoConfiguration.class))
			.run((context) -> {
				CoalestraEndpoint endpoint = context.getBean(CoalestraEndpoint.class);
				assertThat(endpoint.coalestra().builders()).containsOnlyKeys("reports");
				assertThat(endpoint.source("archive", "reports")).isNotNull();
				assertThat(endpoint.source("archive", null)).isNull();
				assertThat(endpoint.act(Action.RELOAD, null, null, "reports").affected()).isEqualTo(3);
			});
	}

	@Test
	@CompileWithForkedClassLoader
	void theyAreThereInAnApplicationThatWasProcessedAheadOfTime() {
		TestPropertyValues properties = TestPropertyValues.of("coalestra.builders.reports.max-concurrency=3");
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		properties.applyTo(context);
		context.register(CoalestraAutoConfiguration.class, CoalestraBuildersAutoConfiguration.class, Application.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext processed = new GenericApplicationContext()) {
				properties.applyTo(processed);
				@SuppressWarnings("unchecked") // It is made for such a context.
				ApplicationContextInitializer<GenericApplicationContext> initializer = compiled
					.getInstance(ApplicationContextInitializer.class);
				initializer.initialize(processed);
				processed.refresh();
				assertThat(processed.getBean(Consumers.class).reports).isSameAs(reports(processed));
				assertThat(names(reports(processed))).contains("archive", "summary");
			}
		});
	}

	@Test
	void oneThatIsNotThereIsNotInjected() {
		this.runner.run((context) -> assertThatExceptionOfType(NoSuchBeanDefinitionException.class)
			.isThrownBy(() -> BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getBeanFactory(),
					SnapshotBuilder.class, "nobody")));
	}

	private static SnapshotBuilder reports(ApplicationContext context) {
		return BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getAutowireCapableBeanFactory(),
				SnapshotBuilder.class, "reports");
	}

	private static Iterable<String> names(SnapshotBuilder builder) {
		return builder.sources().stream().map(SourceDescription::name).toList();
	}

	static class Consumers {

		private final SnapshotBuilder builder;

		private final SnapshotBuilder reports;

		private final ResourcePublisher publisher;

		private final ResourcePublisher reportsPublisher;

		Consumers(SnapshotBuilder builder, @Qualifier("reports") SnapshotBuilder reports, ResourcePublisher publisher,
				@Qualifier("reports") ResourcePublisher reportsPublisher) {
			this.builder = builder;
			this.reports = reports;
			this.publisher = publisher;
			this.reportsPublisher = reportsPublisher;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		Consumers consumers(SnapshotBuilder builder, @Qualifier("reports") SnapshotBuilder reports,
				ResourcePublisher publisher, @Qualifier("reports") ResourcePublisher reportsPublisher) {
			return new Consumers(builder, reports, publisher, reportsPublisher);
		}

		@Bean
		Source prices() {
			return SampleSources.rest().build();
		}

		@Bean
		@Qualifier("reports")
		Source archivedPrices() {
			return SampleSources.memory("archive").build();
		}

		@Bean
		Notes notes() {
			return new Notes();
		}

		@Bean
		@Qualifier("reports")
		Totals totals() {
			return new Totals();
		}

	}

	static class Notes {

		@ResourceSource(type = "notes:note", nonBlocking = true)
		String note(@Subject String subject) {
			return "note " + subject;
		}

		@Qualifier("reports")
		@ResourceSource(type = "notes:summary", nonBlocking = true)
		String summary(@Subject String subject) {
			return "summary " + subject;
		}

	}

	static class Totals {

		@ResourceSource(type = "notes:total", nonBlocking = true)
		String total(@Subject String subject) {
			return "total " + subject;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customized {

		@Bean
		CoalestraCustomizer first() {
			return (coalestra) -> coalestra.name("first");
		}

		@Bean
		@Qualifier("reports")
		CoalestraCustomizer second() {
			return (coalestra) -> coalestra.name("second");
		}

	}

}
