package io.coalestra.spring.boot.autoconfigure;

import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.Payload;
import io.coalestra.spring.boot.source.ResourceSource;
import io.coalestra.spring.boot.source.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a native image is told of the values of annotated methods.
 */
class SourcePayloadHintsTests {

	@ParameterizedTest
	@ValueSource(classes = { Price.class, Amount.class, Book.class, Tick.class, Entry.class })
	void valuesCanBeTakenApartAndMade(Class<?> type) {
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
			.accepts(hints());
		assertThat(
				RuntimeHintsPredicates.reflection().onMethodInvocation(type, type.getRecordComponents()[0].getName()))
			.accepts(hints());
	}

	@Test
	void whatIsAroundValuesIsLeftOut() {
		assertThat(RuntimeHintsPredicates.reflection().onType(Payload.class).negate()).accepts(hints());
		assertThat(RuntimeHintsPredicates.reflection().onType(Unread.class).negate()).accepts(hints());
	}

	private static RuntimeHints hints() {
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(Market.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		return generation.getRuntimeHints();
	}

	record Price(Amount amount) {
	}

	record Amount(long units) {
	}

	record Book(String title) {
	}

	record Tick(int number) {
	}

	record Entry(String text) {
	}

	record Unread(String text) {
	}

	static class Market {

		@ResourceSource(type = "market:price", nonBlocking = true)
		Price price(@Subject String symbol) {
			return new Price(new Amount(1));
		}

		@ResourceSource(type = "market:book", nonBlocking = true)
		Map<ResourceKey<Book>, Payload<Book>> books(List<ResourceKey<Book>> keys) {
			return Map.of();
		}

		@ResourceSource(type = "market:tick")
		Mono<Tick> tick(@Subject String symbol) {
			return Mono.empty();
		}

		@ResourceSource(type = "market:entries", nonBlocking = true)
		List<Entry> entries(@Subject String symbol) {
			return List.of();
		}

		Unread unread() {
			return new Unread("");
		}

	}

}
