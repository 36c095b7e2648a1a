package io.coalestra.spring.boot.autoconfigure.collections.shop;

import java.util.List;

import io.coalestra.collections.CollectionRegistry;
import io.coalestra.collections.access.RowCollection;
import io.coalestra.collections.access.RowMissingException;
import io.coalestra.collections.mapping.RowMapping;
import io.coalestra.collections.store.InMemoryRowStore;
import io.coalestra.collections.store.RowStore;
import io.coalestra.spring.boot.autoconfigure.collections.CoalestraCollectionsAutoConfiguration;
import io.coalestra.time.TimeSource;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Collections that an application declares by interfaces.
 */
class RowRepositoryTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraCollectionsAutoConfiguration.class))
		.withUserConfiguration(Shop.class);

	@Test
	void anInterfaceIsACollection() {
		this.contextRunner.run((context) -> {
			assertThat(context).hasNotFailed().hasBean("wallets").hasBean("seats");
			Wallets wallets = context.getBean(Wallets.class);
			wallets.insert(new Wallet(1, "ann", 10, 0));
			assertThat(wallets.require(1L).owner()).isEqualTo("ann");
			assertThat(context.getBean(CollectionRegistry.class).collection("wallet").statistics().writes()).isOne();
			assertThat(wallets).hasToString("Wallets[wallet]").isEqualTo(wallets).isNotEqualTo(null);
			assertThat(wallets.hashCode()).isEqualTo(System.identityHashCode(wallets));
		});
	}

	@Test
	void methodsOfItsOwnAreRunAsTheyAreWritten() {
		this.contextRunner.run((context) -> {
			Wallets wallets = context.getBean(Wallets.class);
			wallets.insert(new Wallet(1, "ann", 10, 0));
			assertThat(wallets.reward(1, 5)).isEqualTo(15);
			assertThat(wallets.reward(1, 5)).isEqualTo(20);
			assertThatIllegalArgumentException().isThrownBy(() -> wallets.reward(1, 0)).withMessage("points: 0");
			assertThatExceptionOfType(RowMissingException.class).isThrownBy(() -> wallets.reward(2, 1));
		});
	}

	@Test
	void keysMayBeRecordsAndNamesAreFree() {
		this.contextRunner.withPropertyValues("coalestra.collections.named.reserved.max-rows=7").run((context) -> {
			assertThat(context).hasNotFailed();
			Seats seats = context.getBean(Seats.class);
			Seats.Key key = new Seats.Key(3, "a,b");
			seats.insert(new Seats.Seat(key, "ann"));
			assertThat(seats.name()).isEqualTo("reserved");
			assertThat(seats.findAll(List.of(key))).containsOnlyKeys(key);
		});
	}

	@Test
	void propertiesGoByTheName() {
		this.contextRunner.withPropertyValues("coalestra.collections.named.seat.max-rows=7")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("matches no collection (expected: one of [reserved, wallet])"));
	}

	@Test
	void itIsInjectedByItsGenericTypeToo() {
		this.contextRunner.withUserConfiguration(Reader.class)
			.run((context) -> assertThat(context.getBean("owner")).isEqualTo("wallet"));
	}

	@Test
	@CompileWithForkedClassLoader
	void processedAheadOfTimeItIsTheSame() {
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(Shop.class, Declared.class, CoalestraCollectionsAutoConfiguration.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Wallets.class)).accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Wallet.class, "points"))
			.accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Seats.Key.class, "place"))
			.accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Entry.class, "note"))
			.accepts(generation.getRuntimeHints());
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext processed = new GenericApplicationContext()) {
				@SuppressWarnings("unchecked") // It is made for such a context.
				ApplicationContextInitializer<GenericApplicationContext> initializer = compiled
					.getInstance(ApplicationContextInitializer.class);
				initializer.initialize(processed);
				processed.refresh();
				Wallets wallets = processed.getBean(Wallets.class);
				wallets.insert(new Wallet(1, "ann", 10, 0));
				assertThat(wallets.reward(1, 5)).isEqualTo(15);
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage
	static class Shop {

		@Bean
		RowStore store() {
			return new InMemoryRowStore(TimeSource.system());
		}

	}

	record Entry(long id, String note) {
	}

	@Configuration(proxyBeanMethods = false)
	static class Declared {

		@Bean
		RowCollection<Long, Entry> entries(CollectionRegistry registry) {
			return registry.rows(RowMapping.of(Long.class, Entry.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reader {

		@Bean
		String owner(RowCollection<Long, Wallet> wallets) {
			return wallets.name();
		}

	}

}
