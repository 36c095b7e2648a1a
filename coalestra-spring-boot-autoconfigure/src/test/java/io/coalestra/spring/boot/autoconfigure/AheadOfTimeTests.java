package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.health.BuilderHealth;
import io.coalestra.spring.boot.autoconfigure.endpoint.CoalestraEndpointAutoConfiguration;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.test.tools.TestCompiler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a native image is told without hints of our own.
 */
class AheadOfTimeTests {

	private static final TestGenerationContext generation = new TestGenerationContext();

	private static final RuntimeHints hints = generation.getRuntimeHints();

	@BeforeAll
	static void process() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of("management.endpoints.web.exposure.include=coalestra").applyTo(context);
		context.register(CoalestraAutoConfiguration.class, CoalestraEndpointAutoConfiguration.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
	}

	@ParameterizedTest
	@ValueSource(classes = { CoalestraProperties.class, CoalestraProperties.FreshnessRule.class,
			CoalestraProperties.AuthorityRule.class, CoalestraProperties.SourceRule.class,
			CoalestraProperties.Retry.class, CoalestraProperties.Circuit.class })
	void propertiesCanBeBound(Class<?> type) {
		assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getDeclaredConstructors()[0]))
			.accepts(hints);
	}

	@ParameterizedTest
	@ValueSource(classes = { CoalestraEndpoint.CoalestraDescriptor.class, CoalestraEndpoint.BuilderDescriptor.class,
			CoalestraEndpoint.SourceDescriptor.class, CoalestraEndpoint.ActionDescriptor.class,
			BuilderHealth.Capacity.class, BuilderHealth.CircuitCount.class })
	void answersOfTheEndpointCanBeWritten(Class<?> type) {
		assertThat(RuntimeHintsPredicates.reflection().onType(type)).accepts(hints);
	}

	@Test
	void whatIsGeneratedCompiles() {
		TestCompiler.forSystem()
			.with(generation)
			.compile((compiled) -> assertThat(compiled.getAllCompiledClasses()).isNotEmpty());
	}

}
