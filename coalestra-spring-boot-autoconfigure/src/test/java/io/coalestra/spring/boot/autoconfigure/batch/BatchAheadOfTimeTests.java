package io.coalestra.spring.boot.autoconfigure.batch;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import io.coalestra.batch.Batcher;
import io.coalestra.spring.boot.batch.Batched;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Batchers in an application that was processed ahead of time.
 */
@CompileWithForkedClassLoader
class BatchAheadOfTimeTests {

	@Test
	void annotatedMethodsAreBatchedAndTheirBatcherIsThereOnce() {
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(CoalestraBatchAutoConfiguration.class, Users.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Users.class, "find"))
			.accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Users.class, "findAll"))
			.accepts(generation.getRuntimeHints());
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext processed = new GenericApplicationContext()) {
				@SuppressWarnings("unchecked") // It is made for such a context.
				ApplicationContextInitializer<GenericApplicationContext> initializer = compiled
					.getInstance(ApplicationContextInitializer.class);
				initializer.initialize(processed);
				processed.refresh();
				assertThat(processed.getBean(Users.class).find(1L)).contains("user 1");
				assertThat(processed.getBeanNamesForType(Batcher.class)).containsExactly("usersBatcher");
			}
		});
	}

	public static class Users {

		@Batched(name = "users", bulk = "findAll")
		public Optional<String> find(Long id) {
			throw new IllegalStateException("batched");
		}

		public Map<Long, String> findAll(Collection<Long> ids) {
			return Map.of(1L, "user 1");
		}

	}

}
