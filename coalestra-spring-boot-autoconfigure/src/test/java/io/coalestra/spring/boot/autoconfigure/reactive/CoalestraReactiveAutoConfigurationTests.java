package io.coalestra.spring.boot.autoconfigure.reactive;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotResult;
import io.coalestra.source.AbandonedCalls;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.reactive.ReactiveSnapshots;
import io.coalestra.spring.boot.reactive.ReactiveSnapshots.ContextBinding;
import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Snapshots in reactive web applications.
 */
@Timeout(300)
class CoalestraReactiveAutoConfigurationTests {

	private static final String USER = "reactive-test-user";

	private static final ThreadLocal<String> user = new ThreadLocal<>();

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraReactiveAutoConfiguration.class));

	@BeforeEach
	void register() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(USER, user);
	}

	@AfterEach
	void unregister() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(USER);
		user.remove();
	}

	@Test
	void aReactiveApplicationHasReactiveSnapshotsAndOthersHaveNone() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(ReactiveSnapshots.class)
			.hasSingleBean(ContextBinding.class));
		this.runner.withPropertyValues("coalestra.context.propagate=false")
			.run((context) -> assertThat(context).hasSingleBean(ReactiveSnapshots.class)
				.doesNotHaveBean(ContextBinding.class));
		this.runner.withPropertyValues("coalestra.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveSnapshots.class));
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraReactiveAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveSnapshots.class));
	}

	@Test
	void eachSubscriptionIsABuildThatBlocksNobody() {
		try (SnapshotBuilder builder = Coalestra.builder()
			.source(Source.single("memory", SampleSources.PRICE, (key) -> "value of " + key.subject())
				.nonBlocking()
				.build())
			.build()) {
			ReactiveSnapshots snapshots = new ReactiveSnapshots(builder, ContextBinding.NONE);
			ResourceKey<String> key = SampleSources.PRICE.key("BTC");
			assertThat(snapshots.build(key).map((snapshot) -> snapshot.get(key)).block(Duration.ofSeconds(30)))
				.isEqualTo("value of BTC");
			assertThat(snapshots.tryBuild(SnapshotRequest.require(key)).block(Duration.ofSeconds(30)))
				.isInstanceOf(SnapshotResult.Accepted.class);
			Mono<?> failing = snapshots.build(SampleSources.NEWS.key("a"));
			assertThatExceptionOfType(SnapshotBuildException.class)
				.isThrownBy(() -> failing.block(Duration.ofSeconds(30)));
		}
	}

	@Test
	void whoCancelsGivesUpOnTheBuild() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		try (SnapshotBuilder builder = Coalestra.builder()
			.source(Source.single("slow", SampleSources.PRICE, (key, context) -> {
				inside.countDown();
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
					throw ex;
				}
				return Payload.of("never");
			}).nonBlocking().abandonedCalls(AbandonedCalls.CANCEL).build())
			.build()) {
			Disposable subscription = new ReactiveSnapshots(builder, ContextBinding.NONE)
				.build(SampleSources.PRICE.key("BTC"))
				.subscribe();
			inside.await();
			subscription.dispose();
			assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void theContextOfTheSubscriberReachesTheSource() throws Exception {
		try (ConfigurableApplicationContext application = start()) {
			assertThat(get(application, "/price/BTC").body()).isEqualTo("BTC for alice");
		}
	}

	@Test
	void aFailedBuildIsAProblemDetail() throws Exception {
		try (ConfigurableApplicationContext application = start()) {
			HttpResponse<String> absent = get(application, "/price/absent");
			assertThat(absent.statusCode()).isEqualTo(404);
			assertThat(absent.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(absent.body()).contains("\"title\":\"Snapshot incomplete\"");
			assertThat(get(application, "/price/down").statusCode()).isEqualTo(503);
		}
	}

	private static ConfigurableApplicationContext start() {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.REACTIVE);
		return application.run("--server.port=0");
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext application, String path) throws Exception {
		int port = ((WebServerApplicationContext) application).getWebServer().getPort();
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
					BodyHandlers.ofString());
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Source prices() {
			return Source.single("prices", SampleSources.PRICE, (key, context) -> switch (key.subject()) {
				case "absent" -> Payload.absent();
				case "down" -> throw new IllegalStateException("down");
				default -> Payload.of(key.subject() + " for " + user.get());
			}).nonBlocking().build();
		}

		@Bean
		Controller controller(ReactiveSnapshots snapshots) {
			return new Controller(snapshots);
		}

	}

	@RestController
	static class Controller {

		private final ReactiveSnapshots snapshots;

		Controller(ReactiveSnapshots snapshots) {
			this.snapshots = snapshots;
		}

		@GetMapping("/price/{symbol}")
		Mono<String> price(@PathVariable String symbol) {
			ResourceKey<String> key = SampleSources.PRICE.key(symbol);
			return this.snapshots.build(key)
				.map((snapshot) -> snapshot.get(key))
				.contextWrite((context) -> context.put(USER, "alice"));
		}

	}

}
