package io.coalestra.spring.boot.autoconfigure.collections;

import java.util.Optional;
import java.util.function.Consumer;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.mapping.JsonCodec;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.spring.boot.collections.RowRepository;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What an application is told whose interfaces for rows are not as they must be, or that
 * has none where it needs one.
 */
class RowRepositoryFaultTests {

	private final CollectionRegistry registry = CollectionRegistry.builder().build();

	record Account(long id, int points) {
	}

	@RowRepository
	interface Good extends RowCollection<Long, Account> {

	}

	interface Raw<K> extends RowCollection<K, Account> {

	}

	interface OfText extends RowCollection<Long, String> {

	}

	interface Query extends RowCollection<Long, Account> {

		Optional<Account> findByPoints(int points);

	}

	interface OtherKey extends RowCollection<String, Account> {

	}

	abstract static class NoInterface implements RowCollection<Long, Account> {

	}

	private <T> FailureAnalysis analyze(Class<T> type, ConfigurableListableBeanFactory beans) {
		RowRepositoryFactoryBean<T> factory = new RowRepositoryFactoryBean<>(type,
				beans.getBeanProvider(CollectionRegistry.class), beans.getBeanProvider(JsonCodec.class));
		return StartUpReport.of(catchThrowable(factory::getObject));
	}

	private void refused(Class<?> type, String description, String action) {
		try (StaticApplicationContext context = new StaticApplicationContext()) {
			context.getBeanFactory().registerSingleton("registry", this.registry);
			FailureAnalysis analysis = analyze(type, context.getBeanFactory());
			assertThat(analysis.getDescription()).contains("The row repository " + type.getName() + " " + description);
			assertThat(analysis.getAction()).contains(action);
		}
	}

	@Test
	void whatCannotBeACollectionIsRefusedWithTheRemedy() {
		refused(Raw.class, "does not say which rows it has", "for example RowCollection<Long, Account>");
		refused(OfText.class, "does not say which rows it has", "the record of its rows");
		refused(Query.class, "declares what nothing implements: findByPoints", "Make it a default method");
		refused(NoInterface.class, "is no interface", "Make it an interface that extends RowCollection");
		refused(OtherKey.class, "cannot be made: ", "Correct the interface or its record");
	}

	@Test
	void twoOfOneTableNeedAName() {
		this.registry.rows(RowMapping.of(Long.class, Account.class));
		refused(Good.class, "cannot be made: collection: \"account\", registered already", "@RowRepository(\"...\")");
	}

	@Test
	void withoutAStoreTheRemedyIsToAddOne() {
		try (StaticApplicationContext context = new StaticApplicationContext()) {
			FailureAnalysis analysis = analyze(Good.class, context.getBeanFactory());
			assertThat(analysis.getDescription()).contains("has no store to keep its rows in");
			assertThat(analysis.getAction()).contains("spring-boot-starter-jdbc", "org.postgresql:postgresql",
					"spring.datasource.url");
		}
	}

	// --- what is needed and is not there ---

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class));

	private static void analyzed(ApplicationContextRunner runner, Consumer<FailureAnalysis> check) {
		ConfigurableApplicationContext[] last = new ConfigurableApplicationContext[1];
		runner.withInitializer((context) -> last[0] = context).run((context) -> {
			assertThat(context).hasFailed();
			Throwable failure = context.getStartupFailure();
			FailureAnalysis analysis = new MissingCollectionsFailureAnalyzer(last[0].getBeanFactory(),
					last[0].getEnvironment())
				.analyze(failure);
			assertThat(analysis).as("analysis of %s", failure).isNotNull();
			check.accept(analysis);
		});
	}

	@Test
	void whoNeedsTheRegistryIsToldWhatIsMissing() {
		ApplicationContextRunner needing = this.contextRunner.withUserConfiguration(NeedsRegistry.class);
		analyzed(needing, (analysis) -> {
			assertThat(analysis.getDescription()).contains("there is no DataSource bean");
			assertThat(analysis.getAction()).contains("spring.datasource.url");
		});
		analyzed(
				needing.withBean("one", PGSimpleDataSource.class, PGSimpleDataSource::new)
					.withBean("two", PGSimpleDataSource.class, PGSimpleDataSource::new),
				(analysis) -> assertThat(analysis.getDescription())
					.contains("there are 2 DataSource beans of which none is @Primary"));
		analyzed(needing.withPropertyValues("coalestra.collections.enabled=false"), (analysis) -> {
			assertThat(analysis.getDescription()).contains("coalestra.collections.enabled is false");
			assertThat(analysis.getAction()).contains("Set coalestra.collections.enabled to true");
		});
	}

	@Test
	void whoNeedsARepositoryElsewhereIsToldWhereItIsSearched() {
		analyzed(this.contextRunner.withUserConfiguration(NeedsRepository.class)
			.withBean(RowStore.class, () -> new InMemoryRowStore(TimeSource.system())), (analysis) -> {
				assertThat(analysis.getDescription()).contains(Good.class.getName(),
						"in none of the packages that are searched, [no.such.place]");
				assertThat(analysis.getAction())
					.contains("@AutoConfigurationPackage(basePackages = \"" + Good.class.getPackageName() + "\")");
			});
	}

	@Test
	void otherMissingBeansAreLeftToOthers() {
		ConfigurableEnvironment environment = new StaticApplicationContext().getEnvironment();
		assertThat(new MissingCollectionsFailureAnalyzer(null, environment)
			.analyze(new NoSuchBeanDefinitionException(String.class))).isNull();
	}

	@Test
	void theStoreWaitsForWhatMakesTheTables() {
		this.contextRunner.withBean("rows", RowStore.class, () -> new InMemoryRowStore(TimeSource.system()))
			.run((context) -> assertThat(
					new RowStoreInitializationDetector().detect(context.getSourceApplicationContext().getBeanFactory()))
				.containsExactly("rows"));
	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsRegistry {

		@Bean
		String needing(CollectionRegistry registry) {
			return registry.toString();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackages = "no.such.place")
	static class NeedsRepository {

		@Bean
		String needing(Good good) {
			return good.name();
		}

	}

}
