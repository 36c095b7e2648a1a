package io.coalestra.spring.boot.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.caching.CoalestraCachingAutoConfiguration;
import io.coalestra.spring.boot.cache.CacheableElements;
import io.coalestra.spring.boot.source.ResourceSource;
import io.coalestra.spring.boot.source.Subject;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sources and cached methods of beans in an application that was processed ahead of time.
 */
@CompileWithForkedClassLoader
class ProcessedApplicationTests {

	@Test
	void annotatedMethodsAreSourcesAndCached() {
		TestGenerationContext generation = new TestGenerationContext();
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of("coalestra.caching.enabled=true").applyTo(context);
		context.register(CoalestraAutoConfiguration.class, CoalestraCachingAutoConfiguration.class, Application.class);
		new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Prices.class, "price"))
			.accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Titles.class, "titles"))
			.accepts(generation.getRuntimeHints());
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext processed = new GenericApplicationContext()) {
				TestPropertyValues.of("coalestra.caching.enabled=true").applyTo(processed);
				@SuppressWarnings("unchecked") // It is made for such a context.
				ApplicationContextInitializer<GenericApplicationContext> initializer = compiled
					.getInstance(ApplicationContextInitializer.class);
				initializer.initialize(processed);
				processed.refresh();
				ResourceKey<String> key = ResourceType.of("market", "price", String.class).key("BTC");
				assertThat(processed.getBean(SnapshotBuilder.class).build(key).get(key)).isEqualTo("price of BTC");
				Titles titles = processed.getBean(Titles.class);
				assertThat(titles.title(1L)).isEqualTo("title 1");
				assertThat(titles.titles(List.of(1L, 2L))).containsExactly(Map.entry(1L, "title 1"),
						Map.entry(2L, "element 2"));
				assertThat(processed.getBean(CacheManager.class).getCacheNames()).containsExactly("titles");
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	public static class Application {

		@Bean
		Prices prices() {
			return new Prices();
		}

		@Bean
		Titles titles() {
			return new Titles();
		}

	}

	public static class Prices {

		@ResourceSource(name = "exchange", type = "market:price", nonBlocking = true)
		String price(@Subject String symbol) {
			return "price of " + symbol;
		}

	}

	public static class Titles {

		@Cacheable("titles")
		public String title(Long id) {
			return "title " + id;
		}

		@CacheableElements("titles")
		public Map<Long, String> titles(Collection<Long> ids) {
			Map<Long, String> titles = new LinkedHashMap<>();
			ids.forEach((id) -> titles.put(id, "element " + id));
			return titles;
		}

	}

}
