package io.coalestra.spring.boot.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.failure.FailureReason;
import io.coalestra.failure.ResourceFailure;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.FetchContext;
import io.coalestra.source.Payload;
import io.coalestra.source.SourceDescription;
import io.coalestra.source.SourceSettings;
import io.coalestra.source.TimeoutGuarantee;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods of beans as sources.
 */
class SourceMethodTests {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private static final ResourceType<Integer> STOCK = ResourceType.of("shop", "stock", Integer.class);

	private static final ResourceType<String> SPREAD = ResourceType.of("market", "spread", String.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraAutoConfiguration.class));

	private void run(Class<?> bean, ContextConsumer<AssertableApplicationContext> test) {
		this.runner.withBean(bean).run(test);
	}

	private static Snapshot build(AssertableApplicationContext context, ResourceKey<?>... keys) {
		return context.getBean(SnapshotBuilder.class).build(SnapshotRequest.prefer(keys));
	}

	@Test
	void aMethodIsASourceWithWhatItsAnnotationSays() {
		this.runner.withBean(Declared.class).withPropertyValues("limits.exchange=2s").run((context) -> {
			SourceDescription source = context.getBean(SnapshotBuilder.class).sources().getFirst();
			SourceSettings settings = source.settings();
			assertThat(source.name()).isEqualTo("exchange");
			assertThat(source.kind()).isEqualTo(SourceDescription.Kind.BATCH);
			assertThat(source.guarantee().status()).isEqualTo(TimeoutGuarantee.Status.PROTECTED);
			assertThat(settings.priority()).isEqualTo(7);
			assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(2));
			assertThat(settings.transportTimeout()).isEqualTo(Duration.ofMillis(1750));
			assertThat(settings.queueTimeout()).isEqualTo(Duration.ofMillis(500));
			assertThat(settings.hedgeDelay()).isEqualTo(Duration.ofMillis(200));
			assertThat(settings.maxConcurrency()).isEqualTo(3);
			assertThat(settings.maxBatchSize()).isEqualTo(50);
			assertThat(build(context, PRICE.key("BTC")).get(PRICE.key("BTC"))).isEqualTo("price of BTC");
		});
	}

	@Test
	void propertiesAreLaidOverWhatTheAnnotationSays() {
		this.runner.withBean(Declared.class)
			.withPropertyValues("limits.exchange=2s", "coalestra.sources.exchange.priority=9")
			.run((context) -> assertThat(
					context.getBean(SnapshotBuilder.class).sources().getFirst().settings().priority())
				.isEqualTo(9));
	}

	@Test
	void partsOfTheKeyAreBoundByAnnotationAndConverted() {
		run(ByParts.class, (context) -> {
			ResourceKey<Integer> plain = STOCK.key(42);
			ResourceKey<Integer> full = plain.with("limit", "7").with("site", "north");
			assertThat(build(context, full).get(full)).isEqualTo(42 + 7 + 5);
			assertThat(build(context, plain.with("limit", "7")).get(plain.with("limit", "7"))).isEqualTo(42 + 7);
			assertThat(build(context, plain).errorFor(plain).orElseThrow().kind())
				.as("without the qualifier that the method needs")
				.isEqualTo(ResourceFailure.Kind.UNSUPPORTED);
		});
	}

	@Test
	void aBatchBySubjectsAnswersBySubject() {
		run(BySubjects.class, (context) -> {
			Snapshot snapshot = build(context, PRICE.key("BTC"), PRICE.key("ETH"), PRICE.key("left-out"));
			assertThat(snapshot.get(PRICE.key("BTC"))).isEqualTo("price of BTC");
			assertThat(snapshot.isAbsent(PRICE.key("ETH"))).isTrue();
			assertThat(reason(snapshot, PRICE.key("left-out"))).isEqualTo(FailureReason.NOT_RETURNED);
			ResourceKey<String> qualified = PRICE.key("BTC").with("venue", "x");
			assertThat(build(context, qualified).errorFor(qualified).orElseThrow().kind())
				.isEqualTo(ResourceFailure.Kind.UNSUPPORTED);
		});
	}

	@Test
	void aBatchThatAnswersForForeignSubjectsFails() {
		run(Foreign.class, (context) -> assertThat(reason(build(context, PRICE.key("BTC")), PRICE.key("BTC")))
			.isEqualTo(FailureReason.PROTOCOL));
	}

	private static FailureReason reason(Snapshot snapshot, ResourceKey<?> key) {
		return snapshot.errorFor(key).orElseThrow().sources().getFirst().reason();
	}

	@Test
	void aMethodThatTakesOtherValuesDerives() {
		run(Derives.class, (context) -> {
			Snapshot snapshot = build(context, SPREAD.key("BTC"), SPREAD.key("absent"));
			assertThat(snapshot.get(SPREAD.key("BTC"))).isEqualTo("ask of BTC - Optional[bid of BTC] for BTC");
			assertThat(snapshot.get(SPREAD.key("absent"))).isEqualTo("ask of absent - Optional.empty for absent");
			assertThat(snapshot.value(SPREAD.key("BTC")).dependencyVersions()).hasSize(2);
		});
	}

	@Test
	void answersMayBePayloadsOptionalsAndTheirAsynchronousKin() {
		run(Answers.class, (context) -> {
			for (String name : List.of("payload", "optional", "stage", "future", "mono", "monoOptional")) {
				ResourceType<String> type = ResourceType.of("answers", name, String.class);
				Snapshot snapshot = build(context, type.key("here"), type.key("gone"));
				assertThat(snapshot.find(type.key("here"))).as(name).contains("here");
				if (!name.equals("stage") && !name.equals("future")) {
					assertThat(snapshot.isAbsent(type.key("gone"))).as(name).isTrue();
				}
			}
			ResourceType<String> batch = ResourceType.of("answers", "monoBatch", String.class);
			assertThat(build(context, batch.key("a"), batch.key("b")).values()).hasSize(2);
			assertThat(context.getBean(SnapshotBuilder.class).sources())
				.filteredOn((source) -> source.name().equals("mono"))
				.singleElement()
				.satisfies((source) -> assertThat(source.guarantee().status())
					.isEqualTo(TimeoutGuarantee.Status.NON_BLOCKING));
		});
	}

	@Test
	void nullIsAFaultOfTheSource() {
		run(AnswersNull.class, (context) -> assertThat(reason(build(context, PRICE.key("BTC")), PRICE.key("BTC")))
			.isEqualTo(FailureReason.PROTOCOL));
	}

	@Test
	void whatAMethodThrowsIsTheFailure() {
		run(Throws.class, (context) -> {
			ResourceFailure failure = build(context, PRICE.key("BTC")).errorFor(PRICE.key("BTC")).orElseThrow();
			assertThat(failure.sources().getFirst().errorType()).isEqualTo("IllegalStateException");
			assertThat(failure.message()).contains("down");
		});
	}

	@Test
	void theContextOfTheCallCanBeTaken() {
		run(TakesContext.class,
				(context) -> assertThat(build(context, PRICE.key("BTC")).get(PRICE.key("BTC"))).isEqualTo("attempt 1"));
	}

	@Test
	void theBeanMayNeedTheBuilderItself() {
		run(NeedsTheBuilder.class,
				(context) -> assertThat(build(context, PRICE.key("BTC")).get(PRICE.key("BTC"))).isEqualTo("open"));
	}

	@Test
	void aspectsOfTheBeanApply() {
		AtomicInteger calls = new AtomicInteger();
		this.runner.withBean(BySubjects.class)
			.withBean("counting", BeanPostProcessor.class, () -> new Counting(calls))
			.run((context) -> {
				build(context, PRICE.key("BTC"));
				assertThat(calls).hasValue(1);
			});
	}

	@Test
	void aLazyBeanIsNotMadeByTheStart() {
		AtomicInteger made = new AtomicInteger();
		this.runner.withBean("lazy", BySubjects.class, () -> {
			made.incrementAndGet();
			return new BySubjects();
		}, (definition) -> definition.setLazyInit(true)).run((context) -> {
			assertThat(context.getBean(SnapshotBuilder.class).sources()).hasSize(1);
			assertThat(made).hasValue(0);
			build(context, PRICE.key("BTC"));
			build(context, PRICE.key("ETH"));
			assertThat(made).hasValue(1);
		});
	}

	static class Declared {

		@ResourceSource(type = "market:price", name = "exchange", priority = 7, timeout = "${limits.exchange}",
				transportTimeout = "1750ms", queueTimeout = "500ms", hedgeAfter = "200ms", maxConcurrency = 3,
				maxBatchSize = 50)
		Map<ResourceKey<String>, String> prices(List<ResourceKey<String>> keys) {
			Map<ResourceKey<String>, String> answers = new LinkedHashMap<>();
			keys.forEach((key) -> answers.put(key, "price of " + key.subject()));
			return answers;
		}

	}

	static class ByParts {

		@ResourceSource(type = "shop:stock", nonBlocking = true)
		int stock(@Subject long id, @KeyQualifier("limit") int limit, @KeyQualifier("site") Optional<String> site) {
			return (int) id + limit + site.map(String::length).orElse(0);
		}

	}

	static class BySubjects {

		@ResourceSource(value = "market:price", nonBlocking = true)
		Map<String, Optional<String>> prices(@Subject Collection<String> symbols) {
			Map<String, Optional<String>> answers = new LinkedHashMap<>();
			for (String symbol : symbols) {
				if (!symbol.equals("left-out")) {
					answers.put(symbol, Optional.of("price of " + symbol).filter((price) -> symbol.equals("BTC")));
				}
			}
			return answers;
		}

	}

	static class Foreign {

		@ResourceSource(value = "market:price", nonBlocking = true)
		Map<String, String> prices(@Subject List<String> symbols) {
			return Map.of(symbols.getFirst(), "1", "nobody asked", "2");
		}

	}

	static class Derives {

		@ResourceSource(value = "market:ask", inline = true)
		String ask(@Subject String symbol) {
			return "ask of " + symbol;
		}

		@ResourceSource(value = "market:bid", inline = true)
		Optional<String> bid(@Subject String symbol) {
			return Optional.of("bid of " + symbol).filter((bid) -> !symbol.equals("absent"));
		}

		@ResourceSource("market:spread")
		String spread(@Dependency("market:ask") String ask, @Dependency("market:bid") Optional<String> bid,
				@Subject String symbol) {
			return ask + " - " + bid + " for " + symbol;
		}

	}

	static class Answers {

		@ResourceSource(value = "answers:payload", nonBlocking = true)
		Payload<String> payload(@Subject String subject) {
			return subject.equals("here") ? Payload.of("here") : Payload.absent();
		}

		@ResourceSource(value = "answers:optional", nonBlocking = true)
		Optional<String> optional(@Subject String subject) {
			return Optional.of(subject).filter("here"::equals);
		}

		@ResourceSource("answers:stage")
		CompletionStage<String> stage(ResourceKey<String> key) {
			return CompletableFuture.completedStage(key.subject());
		}

		@ResourceSource("answers:future")
		CompletableFuture<String> future(ResourceKey<String> key) {
			return CompletableFuture.supplyAsync(key::subject);
		}

		@ResourceSource("answers:mono")
		Mono<String> mono(@Subject String subject) {
			return Mono.just(subject).filter("here"::equals);
		}

		@ResourceSource("answers:monoOptional")
		Mono<Optional<String>> monoOptional(@Subject String subject) {
			return Mono.just(Optional.of(subject).filter("here"::equals));
		}

		@ResourceSource("answers:monoBatch")
		Mono<Map<String, String>> monoBatch(@Subject List<String> subjects) {
			Map<String, String> answers = new LinkedHashMap<>();
			subjects.forEach((subject) -> answers.put(subject, subject));
			return Mono.just(answers);
		}

	}

	static class AnswersNull {

		@ResourceSource(value = "market:price", nonBlocking = true)
		String price(@Subject String symbol) {
			return null;
		}

	}

	static class Throws {

		@ResourceSource(value = "market:price", nonBlocking = true)
		String price(@Subject String symbol) {
			throw new IllegalStateException("down");
		}

	}

	static class TakesContext {

		@ResourceSource(value = "market:price", nonBlocking = true)
		String price(@Subject String symbol, FetchContext context) {
			return "attempt " + context.attempt();
		}

	}

	static class NeedsTheBuilder {

		private final SnapshotBuilder builder;

		NeedsTheBuilder(SnapshotBuilder builder, ObjectProvider<List<String>> unused) {
			this.builder = builder;
		}

		@ResourceSource(value = "market:price", nonBlocking = true)
		String price(@Subject String symbol) {
			return this.builder.isClosed() ? "closed" : "open";
		}

	}

	static final class Counting implements BeanPostProcessor {

		private final AtomicInteger calls;

		Counting(AtomicInteger calls) {
			this.calls = calls;
		}

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (!(bean instanceof BySubjects)) {
				return bean;
			}
			ProxyFactory proxies = new ProxyFactory(bean);
			proxies.setProxyTargetClass(true);
			proxies.addAdvice((MethodInterceptor) (invocation) -> {
				this.calls.incrementAndGet();
				return invocation.proceed();
			});
			return proxies.getProxy();
		}

	}

}
