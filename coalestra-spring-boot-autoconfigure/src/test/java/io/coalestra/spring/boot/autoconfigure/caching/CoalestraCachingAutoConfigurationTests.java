package io.coalestra.spring.boot.autoconfigure.caching;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.nats.NatsTier;
import io.coalestra.redis.RedisTier;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.autoconfigure.fault.StartUpReport;
import io.coalestra.spring.boot.autoconfigure.tier.CoalestraSharedTierAutoConfiguration;
import io.coalestra.spring.boot.cache.CacheableElements;
import io.coalestra.spring.boot.cache.CoalestraCache;
import io.coalestra.spring.boot.cache.CoalestraCacheManager;
import io.coalestra.spring.boot.metrics.CacheMetrics;
import io.coalestra.tier.InMemoryTier;
import io.coalestra.tier.SharedTier;
import io.coalestra.time.SteerableTimeSource;
import io.coalestra.time.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.interceptor.SimpleKey;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.util.AopTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Cached methods of an application.
 */
@Timeout(300)
class CoalestraCachingAutoConfigurationTests {

	private final SteerableTimeSource time = new SteerableTimeSource();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraCachingAutoConfiguration.class))
		.withBean(SteerableTimeSource.class, () -> this.time)
		.withUserConfiguration(Application.class);

	private final ApplicationContextRunner enabled = this.runner.withPropertyValues("coalestra.caching.enabled=true");

	// Without a steered time: the tier has the system's.
	private final ApplicationContextRunner sharingForNobody = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class,
				CoalestraSharedTierAutoConfiguration.class, CoalestraCachingAutoConfiguration.class))
		.withUserConfiguration(CachingConfiguration.class)
		.withPropertyValues("coalestra.caching.enabled=true", "coalestra.caching.shared.titles=java.lang.String",
				"coalestra.shared-tier.budget=20s");

	private final ApplicationContextRunner sharing = this.sharingForNobody.withBean(Books.class);

	@Test
	void cachesAreCoalestrasOnlyWhereThatIsAskedFor() {
		this.runner.withBean(ConcurrentMapCacheManager.class)
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraCacheManager.class));
		this.enabled.run(
				(context) -> assertThat(context).getBean(CacheManager.class).isInstanceOf(CoalestraCacheManager.class));
	}

	@Test
	void anApplicationsOwnManagerComesFirst() {
		this.enabled.withBean(ConcurrentMapCacheManager.class)
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraCacheManager.class)
				.doesNotHaveBean(CacheableElementsPostProcessor.class));
	}

	@Test
	void callersOfAPlainCachedMethodShareOneCall() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			Books target = AopTestUtils.getTargetObject(books);
			target.gate = new CountDownLatch(1);
			List<Future<String>> answers = new ArrayList<>();
			try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
				for (int i = 0; i < 100; i++) {
					answers.add(threads.submit(() -> books.title(7L)));
				}
				await().atMost(Duration.ofSeconds(30))
					.until(() -> cache(context.getBean(CacheManager.class), "titles").counts().loads() == 1);
				target.gate.countDown();
				for (Future<String> answer : answers) {
					assertThat(answer.get()).isEqualTo("title 7");
				}
			}
			assertThat(target.calls).containsExactly("title 7");
		});
	}

	@Test
	void onlySyncMethodsShareCallsWhereThatIsAskedFor() {
		this.enabled.withPropertyValues("coalestra.caching.coalesce-all=false").run((context) -> {
			Books books = context.getBean(Books.class);
			Books target = AopTestUtils.getTargetObject(books);
			target.gate = new CountDownLatch(1);
			try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
				Future<String> one = threads.submit(() -> books.title(7L));
				Future<String> two = threads.submit(() -> books.title(7L));
				await().atMost(Duration.ofSeconds(30)).until(() -> target.calls.size() == 2);
				target.gate.countDown();
				assertThat(one.get()).isEqualTo(two.get());
			}
			assertThat(cache(context.getBean(CacheManager.class), "titles").counts().puts()).isEqualTo(2);
		});
	}

	@Test
	void whatSpringDoesNotLetShareIsLookedUpCalledAndPut() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			Books target = AopTestUtils.getTargetObject(books);
			assertThat(books.unlessEmpty("")).isEmpty();
			assertThat(books.unlessEmpty("")).isEmpty();
			assertThat(books.unlessEmpty("x")).isEqualTo("x");
			assertThat(books.unlessEmpty("x")).isEqualTo("x");
			assertThat(target.calls).containsExactly("unless ", "unless ", "unless x");
		});
	}

	@Test
	void aCacheSharesItsValuesByConfigurationAlone() {
		InMemoryTier tier = new InMemoryTier(TimeSource.system());
		ApplicationContextRunner sharing = this.sharing.withBean(SharedTier.class, () -> tier,
				(definition) -> definition.setDestroyMethodName(""));
		sharing.run((one) -> {
			assertThat(one.getBean(Books.class).title(7L)).isEqualTo("title 7");
			// The tier is filled behind the call, and each application is a new node.
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> sharing.run((other) -> {
				assertThat(other.getBean(Books.class).title(7L)).isEqualTo("title 7");
				Books target = AopTestUtils.getTargetObject(other.getBean(Books.class));
				assertThat(target.calls).isEmpty();
			}));
		});
	}

	@Test
	void aCacheThatIsToBeSharedNeedsATier() {
		this.sharingForNobody.withClassLoader(new FilteredClassLoader(RedisTier.class, NatsTier.class))
			.run((context) -> {
				FailureAnalysis analysis = StartUpReport.of(context.getStartupFailure());
				assertThat(analysis.getDescription())
					.contains("coalestra.caching.shared names titles, but there is no shared tier");
				assertThat(analysis.getAction()).contains("io.coalestra:coalestra-redis")
					.contains("coalestra.shared-tier.enabled: false");
			});
		this.sharing.withPropertyValues("coalestra.shared-tier.enabled=false")
			.run((context) -> assertThat(context.getBean(Books.class).title(7L)).isEqualTo("title 7"));
	}

	@Test
	void theClassOfSharedValuesMustSayWhatTheyAre() {
		this.sharing.withBean(SharedTier.class, () -> new InMemoryTier(TimeSource.system()))
			.withPropertyValues("coalestra.caching.shared.lists=java.util.List")
			.run((context) -> assertThat(StartUpReport.of(context.getStartupFailure()).getDescription()).contains(
					"coalestra.caching.shared.lists is java.util.List (expected: a class without type parameters)"));
	}

	@Test
	void aMethodThrowsWhatItThrew() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			assertThatIllegalStateException().isThrownBy(() -> books.title(-1L))
				.withMessage("no book -1")
				.withNoCause();
			assertThatIllegalStateException().isThrownBy(() -> books.titles(List.of(-1L)))
				.withMessage("no book -1")
				.withNoCause();
		});
	}

	@Test
	void putsAndEvictionsReachTheCache() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			books.rename(7L, "renamed");
			assertThat(books.title(7L)).isEqualTo("renamed");
			books.forget(7L);
			assertThat(books.title(7L)).isEqualTo("title 7");
			books.forgetAll();
			assertThat(cache(context.getBean(CacheManager.class), "titles").counts().entries()).isZero();
		});
	}

	@Test
	void futuresAndReactiveAnswersAreCached() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			Books target = AopTestUtils.getTargetObject(books);
			for (int i = 0; i < 2; i++) {
				assertThat(books.later(7L)).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("later 7");
				assertThat(books.reactive(8L).block(Duration.ofSeconds(30))).isEqualTo("reactive 8");
			}
			assertThat(target.calls).containsExactly("later 7", "reactive 8");
		});
	}

	@Test
	void eachCacheHasItsOwnTimeToLive() {
		this.enabled
			.withPropertyValues("coalestra.caching.defaults.ttl=10s", "coalestra.caching.caches.titles.ttl=1m",
					"coalestra.caching.caches.titles.max-stale=1h",
					"coalestra.caching.caches.titles.refresh-mode=stale-while-revalidate")
			.run((context) -> {
				Books books = context.getBean(Books.class);
				Books target = AopTestUtils.getTargetObject(books);
				books.title(7L);
				books.unlessEmpty("x");
				this.time.advance(Duration.ofSeconds(30));
				books.title(7L);
				books.unlessEmpty("x");
				assertThat(target.calls).containsExactly("title 7", "unless x", "unless x");
				this.time.advance(Duration.ofMinutes(1));
				target.suffix = ", second edition";
				assertThat(books.title(7L)).isEqualTo("title 7");
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThat(books.title(7L)).isEqualTo("title 7, second edition"));
			});
	}

	@Test
	void elementsAreCachedOneByOneAndShareTheirCacheWithSingleOnes() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			Books target = AopTestUtils.getTargetObject(books);
			books.title(1L);
			assertThat(books.titles(List.of(1L, 2L, 3L))).containsExactly(Map.entry(1L, "title 1"),
					Map.entry(2L, "title 2"), Map.entry(3L, "title 3"));
			assertThat(books.title(3L)).isEqualTo("title 3");
			assertThat(books.titles(List.of(3L, 1L))).hasSize(2);
			assertThat(target.calls).containsExactly("title 1", "titles [2, 3]");
		});
	}

	@Test
	void otherParametersArePartOfAnElementsKey() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			Books target = AopTestUtils.getTargetObject(books);
			books.translated(Set.of(1L), "de");
			books.translated(Set.of(1L), "fr");
			books.translated(Set.of(1L), "de");
			assertThat(target.calls).containsExactly("translated [1] de", "translated [1] fr");
			assertThat(cache(context.getBean(CacheManager.class), "translations").get(new SimpleKey(1L, "fr")))
				.isNotNull();
		});
	}

	@Test
	void overlappingCallsAskForEachElementOnce() {
		this.enabled.run((context) -> {
			Books books = context.getBean(Books.class);
			Books target = AopTestUtils.getTargetObject(books);
			List<Future<Map<Long, String>>> answers = new ArrayList<>();
			target.gate = new CountDownLatch(1);
			AtomicInteger begun = new AtomicInteger();
			try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
				for (long i = 0; i < 100; i++) {
					List<Long> ids = new ArrayList<>();
					for (long id = 0; id < 100; id++) {
						ids.add(i * 10 + id);
					}
					answers.add(threads.submit(() -> {
						begun.incrementAndGet();
						return books.titles(ids);
					}));
				}
				await().atMost(Duration.ofSeconds(30)).until(() -> begun.get() == 100);
				target.gate.countDown();
				for (Future<Map<Long, String>> answer : answers) {
					assertThat(answer.get()).hasSize(100);
				}
			}
			assertThat(target.elements).hasSize(1090).doesNotHaveDuplicates();
		});
	}

	@Test
	void aMethodOfElementsWithAnotherSignatureIsReported() {
		this.enabled.withBean("wrong", Wrong.class, Wrong::new).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = StartUpReport.of(context.getStartupFailure());
			assertThat(analysis.getDescription())
				.contains("@CacheableElements method Wrong.list (bean 'wrong') takes 1 collection and returns List"
						+ " (expected: one Collection, List, Set or Iterable of elements, and a Map by element)")
				.contains("@CacheableElements method Wrong.other (bean 'wrong') takes elements of java.lang.Long and"
						+ " returns a map by java.lang.String (expected: a map by element)");
			assertThat(analysis.getAction()).contains("\"Map<String, Price> list(Collection<String> symbols)\"")
				.contains("Key the map by java.lang.Long.");
		});
	}

	@Test
	void wrongSettingsAreReportedTogether() {
		this.enabled
			.withPropertyValues("coalestra.caching.deadline=0s", "coalestra.caching.caches.titles.max-entries=0",
					"coalestra.caching.defaults.ttl=10s", "coalestra.caching.defaults.max-stale=1s")
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = StartUpReport.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("coalestra.caching.deadline is 0s")
					.contains("coalestra.caching.caches.titles.max-entries is 0 (expected: 1 or more)")
					.contains("coalestra.caching.defaults.max-stale is 1s (expected: at least ttl 10s)");
			});
	}

	@Test
	void cachesAreMeasuredAndReported() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		this.enabled.run((context) -> {
			context.getBean(CacheMetrics.class).bindTo(registry);
			Books books = context.getBean(Books.class);
			books.title(7L);
			books.title(7L);
			assertThat(registry.get("cache.gets").tags("cache", "titles", "result", "hit").functionCounter().count())
				.isEqualTo(1);
			assertThat(
					registry.get("cache.loads").tags("cache", "titles", "result", "success").functionCounter().count())
				.isEqualTo(1);
			assertThat(registry.get("cache.size").tag("cache", "titles").gauge().value()).isEqualTo(1);
			Map<?, ?> health = context.getBean(SnapshotBuilder.class).health().toMap();
			assertThat(health.get("components").toString()).contains("coalestra.caches-health").contains("titles");
		});
	}

	@Test
	void aNativeImageLearnsOfSpringsKeys() {
		RuntimeHints hints = new RuntimeHints();
		new CacheKeyHints().registerHints(hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(SimpleKey.class, "params")).accepts(hints);
	}

	private static CoalestraCache cache(CacheManager manager, String name) {
		return ((CoalestraCacheManager) manager).getCache(name);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	static class CachingConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(CachingConfiguration.class)
	static class Application {

		@Bean
		Books books() {
			return new Books();
		}

	}

	static class Books {

		final Collection<String> calls = new ConcurrentLinkedQueue<>();

		final Collection<Long> elements = new ConcurrentLinkedQueue<>();

		volatile CountDownLatch gate = new CountDownLatch(0);

		volatile String suffix = "";

		@Cacheable("titles")
		public String title(Long id) {
			if (id < 0) {
				throw new IllegalStateException("no book " + id);
			}
			this.calls.add("title " + id);
			pass();
			return "title " + id + this.suffix;
		}

		@Cacheable(cacheNames = "texts", unless = "#result.isEmpty()")
		public String unlessEmpty(String text) {
			this.calls.add("unless " + text);
			return text;
		}

		@CachePut(cacheNames = "titles", key = "#id")
		public String rename(Long id, String title) {
			return title;
		}

		@CacheEvict("titles")
		public void forget(Long id) {
		}

		@CacheEvict(cacheNames = "titles", allEntries = true)
		public void forgetAll() {
		}

		@Cacheable("later")
		public CompletableFuture<String> later(Long id) {
			this.calls.add("later " + id);
			return CompletableFuture.supplyAsync(() -> "later " + id);
		}

		@Cacheable("reactive")
		public Mono<String> reactive(Long id) {
			return Mono.fromCallable(() -> {
				this.calls.add("reactive " + id);
				return "reactive " + id;
			});
		}

		@CacheableElements("titles")
		public Map<Long, String> titles(Collection<Long> ids) {
			if (ids.contains(-1L)) {
				throw new IllegalStateException("no book -1");
			}
			this.calls.add("titles " + ids);
			this.elements.addAll(ids);
			pass();
			Map<Long, String> titles = new LinkedHashMap<>();
			ids.forEach((id) -> titles.put(id, "title " + id));
			return titles;
		}

		@CacheableElements("translations")
		public Map<Long, String> translated(Set<Long> ids, String language) {
			this.calls.add("translated " + ids + " " + language);
			Map<Long, String> titles = new LinkedHashMap<>();
			ids.forEach((id) -> titles.put(id, language + " " + id));
			return titles;
		}

		private void pass() {
			try {
				this.gate.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

	}

	static class Wrong {

		@CacheableElements("wrong")
		public List<String> list(Collection<String> symbols) {
			return List.copyOf(symbols);
		}

		@CacheableElements("wrong")
		public Map<String, String> other(Collection<Long> ids) {
			return Map.of();
		}

	}

}
