package io.coalestra.spring.boot.source;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.coalestra.key.ResourceKey;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said of a method that cannot be a source.
 */
class SourceMethodMisconfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class));

	static Stream<Arguments> faults() {
		return Stream.of(Arguments.of(NoType.class, "names the type \"market\" (expected: namespace:name)"),
				Arguments.of(Unbound.class, "has the parameter \"timeout\" of type int, which nothing can be bound to"),
				Arguments.of(WrongElements.class,
						"has the parameter \"symbols\" with elements of type Integer (expected: String)"),
				Arguments.of(NotText.class,
						"has the parameter \"task\" of type Runnable (expected: a type that text can be converted to)"),
				Arguments.of(Mixed.class, "takes many keys and something else of a key"),
				Arguments.of(NoMap.class,
						"takes many keys, and answers with java.util.List<java.lang.String>"
								+ " (expected: a Map by ResourceKey)"),
				Arguments.of(WrongMap.class,
						"takes many keys, and answers with"
								+ " java.util.Map<io.coalestra.key.ResourceKey<java.lang.String>, java.lang.String>"
								+ " (expected: a Map by String)"),
				Arguments.of(Nothing.class, "answers with nothing"),
				Arguments.of(Many.class, "answers with Flux (expected: a reactive type of one value)"),
				Arguments.of(AsyncDerivation.class,
						"derives, and answers with CompletableFuture (expected: the value itself)"),
				Arguments.of(NoDuration.class, "has the timeout \"soon\" (expected: a duration)"), Arguments
					.of(ZeroTimeout.class, "is refused: source \"read\": timeout: PT0S (expected: more than zero)"));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void aFaultIsToldByItsMethod(Class<?> bean, String problem) {
		this.runner.withBean(bean)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("method " + bean.getSimpleName() + "." + "read " + problem));
	}

	@Test
	void everyFaultIsToldAtOnce() {
		this.runner.withBean(NoType.class)
			.withBean(Nothing.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("NoType.read")
				.hasMessageContaining("Nothing.read"));
	}

	@Test
	void aBeanThatIsNoSingletonIsRefused() {
		this.runner
			.withBean("several", Fine.class, Fine::new,
					(definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("method Fine.read is of the bean 'several', which is no singleton"));
	}

	@Test
	void aMethodThatDeclaresNothingAboutTimeIsRefusedLikeABean() {
		this.runner.withBean(Undeclared.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("source \"read\" (bean")
				.hasMessageContaining("does not declare how its calls are sure to end"));
	}

	static class Fine {

		@ResourceSource(value = "market:price", nonBlocking = true)
		String read(@Subject String symbol) {
			return symbol;
		}

	}

	static class Undeclared {

		@ResourceSource("market:price")
		String read(@Subject String symbol) {
			return symbol;
		}

	}

	static class NoType {

		@ResourceSource(value = "market", nonBlocking = true)
		String read(@Subject String symbol) {
			return symbol;
		}

	}

	static class Unbound {

		@ResourceSource(value = "market:price", nonBlocking = true)
		String read(@Subject String symbol, int timeout) {
			return symbol;
		}

	}

	static class WrongElements {

		@ResourceSource(value = "market:price", nonBlocking = true)
		Map<String, String> read(@Subject List<Integer> symbols) {
			return Map.of();
		}

	}

	static class NotText {

		@ResourceSource(value = "market:price", nonBlocking = true)
		String read(@Subject Runnable task) {
			return "";
		}

	}

	static class Mixed {

		@ResourceSource(value = "market:price", nonBlocking = true)
		Map<ResourceKey<String>, String> read(List<ResourceKey<String>> keys, @Subject String symbol) {
			return Map.of();
		}

	}

	static class NoMap {

		@ResourceSource(value = "market:price", nonBlocking = true)
		List<String> read(List<ResourceKey<String>> keys) {
			return List.of();
		}

	}

	static class WrongMap {

		@ResourceSource(value = "market:price", nonBlocking = true)
		Map<ResourceKey<String>, String> read(@Subject List<String> symbols) {
			return Map.of();
		}

	}

	static class Nothing {

		@ResourceSource(value = "market:price", nonBlocking = true)
		void read(@Subject String symbol) {
		}

	}

	static class Many {

		@ResourceSource("market:price")
		Flux<String> read(@Subject String symbol) {
			return Flux.just(symbol);
		}

	}

	static class AsyncDerivation {

		@ResourceSource("market:price")
		CompletableFuture<String> read(@Dependency("market:ask") String ask) {
			return CompletableFuture.completedFuture(ask);
		}

	}

	static class NoDuration {

		@ResourceSource(value = "market:price", timeout = "soon", nonBlocking = true)
		String read(@Subject String symbol) {
			return symbol;
		}

	}

	static class ZeroTimeout {

		@ResourceSource(value = "market:price", timeout = "0s", nonBlocking = true)
		String read(@Subject String symbol) {
			return symbol;
		}

	}

}
