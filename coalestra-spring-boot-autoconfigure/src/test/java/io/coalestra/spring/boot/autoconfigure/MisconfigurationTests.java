package io.coalestra.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.coalestra.key.ResourceGroup;
import io.coalestra.source.Source;
import io.coalestra.source.ValueFetch;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What an application that is misconfigured is told.
 */
class MisconfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class));

	@Test
	void twoSourcesOfOneNameAreToldByTheirBeans() {
		FailureAnalysis analysis = analyze(this.runner.withBean("prices", Source.class, SampleSources.rest()::build)
			.withBean("morePrices", Source.class, SampleSources.rest()::build));
		assertThat(analysis.getDescription()).isEqualTo("""
				Coalestra is misconfigured:

				source "rest" is there 2 times (expected: a name of its own for each), as beans 'prices', \
				'morePrices'""");
		assertThat(analysis.getAction()).isEqualTo("Change the first argument of Source.single, Source.batch or"
				+ " Source.derived, or the name of @ResourceSource, in all but one of these beans, for example to"
				+ " \"rest-2\".");
	}

	@Test
	void aSourceThatDeclaresNothingIsToldEveryRemedy() {
		FailureAnalysis analysis = analyze(
				this.runner.withBean("prices", Source.class, SampleSources.undeclared("legacy")::build));
		assertThat(analysis.getDescription())
			.contains("source \"legacy\" (bean 'prices') does not declare how its calls are sure to end");
		assertThat(analysis.getAction()).contains("transportTimeout(...)")
			.contains("nonBlocking()")
			.contains("coalestra.sources.legacy.transport-timeout, for example to 1750ms")
			.contains("coalestra.require-timeout-declarations=false");
	}

	@Test
	void aClientThatIsSlowerThanItsSourceIsTold() {
		FailureAnalysis analysis = analyze(this.runner.withBean("prices", Source.class, SampleSources.rest()::build)
			.withPropertyValues("coalestra.sources.rest.timeout=1s"));
		assertThat(analysis.getDescription()).contains(
				"source \"rest\" (bean 'prices') has the transport timeout 1750ms (expected: below its timeout 1s)");
		assertThat(analysis.getAction()).contains("coalestra.sources.rest.transport-timeout")
			.contains("coalestra.allow-unsafe-blocking-sources=true");
	}

	@Test
	void aSourceThatBlocksForAsLongAsItLikesIsTold() {
		FailureAnalysis analysis = analyze(this.runner.withBean("prices", Source.class,
				() -> SampleSources.undeclared("legacy").blocking().build()));
		assertThat(analysis.getDescription()).contains("source \"legacy\" (bean 'prices') blocks, and does not say how"
				+ " long its client lets it (expected: the time limit of that client)");
		assertThat(analysis.getAction()).contains("coalestra.sources.legacy.transport-timeout, for example to 1750ms")
			.contains("coalestra.allow-unsafe-blocking-sources=true");
	}

	@Test
	void anUndeclaredSourceIsRefusedAlsoWhereUnsafeOnesAreLetIn() {
		FailureAnalysis analysis = analyze(
				this.runner.withBean("prices", Source.class, SampleSources.undeclared("legacy")::build)
					.withPropertyValues("coalestra.allow-unsafe-blocking-sources=true"));
		assertThat(analysis.getDescription()).contains("does not declare");
	}

	@Test
	void settingsOfASourceThatIsNotThereAreToldWithThoseThatAre() {
		FailureAnalysis analysis = analyze(this.runner.withBean("prices", Source.class, SampleSources.rest()::build)
			.withBean("memory", Source.class, SampleSources.memory("in_memory")::build)
			.withPropertyValues("coalestra.sources.rset.timeout=1s"));
		assertThat(analysis.getDescription()).contains("coalestra.sources.rset is for no source"
				+ " (expected: one of [in_memory, rest], the names of the Source beans)");
		assertThat(analysis.getAction()).isEqualTo("Correct the name in coalestra.sources.rset, in brackets where it"
				+ " needs them, as \"[in_memory]\", or set coalestra.unknown-sources=warn.");
	}

	@Test
	void zeroTimeInPropertiesIsToldByItsProperty() {
		FailureAnalysis analysis = analyze(this.runner.withBean("prices", Source.class, SampleSources.rest()::build)
			.withPropertyValues("coalestra.sources.rest.queue-timeout=0s"));
		assertThat(analysis.getDescription())
			.contains("coalestra.sources.rest.queue-timeout is 0s (expected: more than zero)");
		assertThat(analysis.getAction())
			.isEqualTo("Correct coalestra.sources.rest.queue-timeout, for example to 500ms.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			coalestra.events.max-pending=0                        | is 0 (expected: 1 or more) | 10000
			coalestra.health.capacity-waiting-degraded=0          | is 0 (expected: 1 or more) | 1
			coalestra.health.buffer-backlog-degraded-ratio=2      | is 2.0 (expected: more than 0, at most 1) | 0.5
			coalestra.health.flight-age-degraded=0s               | is 0s (expected: more than zero) | 1m
			coalestra.health.baseline-age=-1s                     | is -1s (expected: not negative) | 60s
			coalestra.consistency.max-skew=-1s                    | is -1s (expected: not negative) | 2s
			coalestra.degradation.minimum-resolved=-1             | is -1 (expected: zero or more) | 1
			coalestra.degradation.minimum-resolved-required=-1    | is -1 (expected: zero or more) | 1
			coalestra.degradation.required-key=ignore             | is ignore (expected: degrade or reject) | degrade
			coalestra.shutdown.drain=-1s                          | is -1s (expected: not negative) | 5s
			coalestra.shutdown.sinks=-1s                          | is -1s (expected: not negative) | 5s
			""")
	void aValueOutOfItsBoundsIsToldWithWhatIsAllowed(String property, String problem, String example) {
		FailureAnalysis analysis = analyze(this.runner.withPropertyValues(property));
		String name = property.substring(0, property.indexOf('='));
		assertThat(analysis.getDescription()).contains(name + " " + problem);
		assertThat(analysis.getAction()).startsWith("Correct " + name + ", for example to " + example);
	}

	@Test
	void aDeclarationThatCannotBeTakenBackIsTold() {
		FailureAnalysis analysis = analyze(this.runner.withBean("prices", Source.class, SampleSources.rest()::build)
			.withPropertyValues("coalestra.sources.rest.non-blocking=false",
					"coalestra.sources.rest.remember-support=true"));
		assertThat(analysis.getDescription())
			.contains("coalestra.sources.rest.non-blocking is false (expected: true, or not set)")
			.contains("coalestra.sources.rest.remember-support is true (expected: false, or not set)");
	}

	@Test
	void aSourceThatIsNoSingletonIsTold() {
		FailureAnalysis analysis = analyze(this.runner.withUserConfiguration(PrototypeSource.class));
		assertThat(analysis.getDescription())
			.contains("bean 'prices' is a Source, and not a singleton (expected: one object for all calls)");
		assertThat(analysis.getAction()).contains("Take out the bean's scope");
	}

	@Test
	void severalFaultsAreToldAtOnce() {
		FailureAnalysis analysis = analyze(this.runner.withBean("prices", Source.class, SampleSources.rest()::build)
			.withBean("legacy", Source.class, SampleSources.undeclared("legacy")::build)
			.withPropertyValues("coalestra.sources.rset.timeout=1s", "coalestra.sources.rest.max-batch-size=0"));
		assertThat(analysis.getDescription().lines().filter((line) -> line.startsWith("- "))).hasSize(3);
		assertThat(analysis.getAction().lines()).hasSize(3);
	}

	@Test
	void limitsOfTheBuilderAreToldByTheirProperties() {
		FailureAnalysis analysis = analyze(this.runner.withPropertyValues("coalestra.max-concurrency=0",
				"coalestra.name=not a name", "coalestra.default-deadline=0s", "coalestra.cache.max-entries=0",
				"coalestra.observation.future-tolerance=-1s", "coalestra.transport-timeout-grace=-1ms"));
		assertThat(analysis.getDescription()).contains("coalestra.max-concurrency is 0 (expected: 1 or more)")
			.contains("coalestra.name is \"not a name\"")
			.contains("coalestra.default-deadline is 0s (expected: more than zero)")
			.contains("coalestra.cache.max-entries is 0 (expected: 1 or more)")
			.contains("coalestra.observation.future-tolerance is -1s (expected: not negative)")
			.contains("coalestra.transport-timeout-grace is -1ms (expected: not negative)");
	}

	@Test
	void freshnessThatContradictsItselfIsToldByItsProperty() {
		// As a map, because a pair in one string ends its name at the first colon.
		TestPropertyValues values = TestPropertyValues.of(Map.of("coalestra.freshness[market:*].ttl", "10s",
				"coalestra.freshness[market:*].max-stale", "1s", "coalestra.freshness[press:*].refresh-ahead", "1s"));
		FailureAnalysis analysis = analyze(this.runner.withInitializer(values::applyTo));
		assertThat(analysis.getDescription())
			.contains("coalestra.freshness[market:*].max-stale is 1s (expected: at least ttl 10s)")
			.contains("coalestra.freshness[press:*].refresh-ahead is 1s"
					+ " (expected: zero unless refreshMode is REFRESH_AHEAD)");
	}

	@Test
	void zeroTimeInABeanMethodIsToldByItsMethod() {
		FailureAnalysis analysis = analyzeBean(this.runner.withUserConfiguration(ZeroTimeout.class));
		assertThat(analysis.getDescription()).isEqualTo("The source of the bean 'slow' is misconfigured:\n\n"
				+ "source \"rest\": timeout: 0s (expected: more than zero)");
		assertThat(analysis.getAction())
			.isEqualTo("Correct the source in ZeroTimeout.slow, for example timeout to 2s.");
	}

	@Test
	void aSourceWithoutAnOperationIsToldByItsMethod() {
		FailureAnalysis analysis = analyzeBean(this.runner.withUserConfiguration(NoOperation.class));
		assertThat(analysis.getDescription()).isEqualTo("The source of the bean 'idle' is misconfigured:\n\n"
				+ "source \"idle\": operation: null (expected: a function that reads)");
		assertThat(analysis.getAction()).isEqualTo("Correct the source in NoOperation.idle.");
	}

	@Test
	void anExceptionThatIsNotOursIsLeftToOthers() {
		this.runner.withUserConfiguration(Broken.class)
			.run((context) -> assertThat(new SourceBeanFailureAnalyzer().analyze(context.getStartupFailure()))
				.isNull());
	}

	@Test
	void whatACustomizerGetsWrongIsToldByItsClass() {
		FailureAnalysis analysis = analyze(
				this.runner.withBean(CoalestraCustomizer.class, () -> (coalestra) -> coalestra.maxConcurrency(-1)));
		assertThat(analysis.getDescription()).contains("MisconfigurationTests")
			.contains("maxConcurrency: -1 (expected: 1 or more)");
	}

	@Test
	void whatOnlyTheCoreCanSeeIsToldInItsWords() {
		ResourceGroup one = ResourceGroup.of("one", SampleSources.PRICE, SampleSources.NEWS);
		ResourceGroup two = ResourceGroup.of("two", SampleSources.PRICE, SampleSources.NEWS);
		FailureAnalysis analysis = analyze(this.runner.withBean("one", ResourceGroup.class, () -> one)
			.withBean("two", ResourceGroup.class, () -> two));
		assertThat(analysis.getDescription()).contains("in one group at most");
		assertThat(analysis.getAction()).contains("ResourceGroup");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void anApplicationThatIsStartedPrintsIt(CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Misconfigured.class).web(WebApplicationType.NONE)
			.properties("coalestra.sources.rset.timeout=1s")
			.build();
		assertThatException().isThrownBy(application::run);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("coalestra.sources.rset is for no source")
			.contains("Correct the name in coalestra.sources.rset");
	}

	private static FailureAnalysis analyze(ApplicationContextRunner runner) {
		return analyze(runner, StartUpReport::of);
	}

	private static FailureAnalysis analyzeBean(ApplicationContextRunner runner) {
		return analyze(runner, (failure) -> new SourceBeanFailureAnalyzer().analyze(failure));
	}

	private static FailureAnalysis analyze(ApplicationContextRunner runner,
			Function<Throwable, FailureAnalysis> report) {
		List<FailureAnalysis> analyses = new ArrayList<>();
		runner.run((context) -> {
			assertThat(context).hasFailed();
			analyses.add(report.apply(context.getStartupFailure()));
		});
		assertThat(analyses).doesNotContainNull();
		return analyses.getFirst();
	}

	@Configuration(proxyBeanMethods = false)
	static class ZeroTimeout {

		@Bean
		Source slow() {
			return SampleSources.rest().timeout(Duration.ZERO).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoOperation {

		@Bean
		Source idle() {
			return Source.single("idle", SampleSources.PRICE, (ValueFetch<String>) null).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Broken {

		@Bean
		Source broken() {
			throw new IllegalArgumentException("no such host");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(CoalestraAutoConfiguration.class)
	static class Misconfigured {

		@Bean
		Source prices() {
			return SampleSources.rest().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrototypeSource {

		@Bean
		@Scope("prototype")
		Source prices() {
			return SampleSources.rest().build();
		}

	}

}
