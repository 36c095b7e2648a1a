package io.coalestra.spring.boot.autoconfigure.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotSession;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.web.RequestSessions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * A session that lasts as long as a web request.
 */
@Timeout(300)
class RequestSessionTests {

	private static final ResourceKey<String> BTC = SampleSources.PRICE.key("BTC");

	private static ConfigurableApplicationContext application;

	private static HttpClient client;

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraRequestSessionAutoConfiguration.class));

	@BeforeAll
	static void start() {
		application = new SpringApplication(Application.class).run("--server.port=0",
				"--coalestra.freshness.default.ttl=1h", "--coalestra.freshness.default.max-stale=1h");
		client = HttpClient.newHttpClient();
	}

	@AfterAll
	static void stop() {
		client.close();
		application.close();
	}

	@Test
	void aServletApplicationHasASessionAndOthersHaveNone() {
		this.runner
			.run((context) -> assertThat(context).hasSingleBean(RequestSessions.class).hasBean("snapshotSession"));
		AutoConfigurations both = AutoConfigurations.of(CoalestraAutoConfiguration.class,
				CoalestraRequestSessionAutoConfiguration.class);
		new ReactiveWebApplicationContextRunner().withConfiguration(both)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RequestSessions.class));
		new ApplicationContextRunner().withConfiguration(both)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RequestSessions.class));
		this.runner.withPropertyValues("coalestra.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RequestSessions.class));
		this.runner.withClassLoader(new FilteredClassLoader(WebMvcConfigurer.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(RequestSessions.class));
	}

	@Test
	void aSessionOfTheApplicationsOwnReplacesIt() {
		this.runner
			.withBean("own", SnapshotSession.class,
					() -> Coalestra.builder().build().openSession(SessionOptions.DEFAULT))
			.run((context) -> assertThat(context).hasSingleBean(SnapshotSession.class)
				.doesNotHaveBean(RequestSessions.class));
	}

	@Test
	void outsideOfARequestThereIsNone() {
		this.runner.run((context) -> {
			SnapshotSession session = context.getBean("snapshotSession", SnapshotSession.class);
			assertThat(session).hasToString("session of the current web request");
			assertThatIllegalStateException().isThrownBy(session::id);
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(RequestSessions.class).current());
		});
	}

	@Test
	void whatARequestHasSeenStaysAsItIsForTheRequest() throws Exception {
		Controller controller = application.getBean(Controller.class);
		assertThat(get("/pinned")).isEqualTo("{\"pinned\":true}");
		assertThat(controller.last.get().isClosed()).isTrue();
	}

	@Test
	void eachRequestHasASessionOfItsOwn() throws Exception {
		Controller controller = application.getBean(Controller.class);
		get("/pinned");
		SnapshotSession first = controller.last.get();
		get("/pinned");
		assertThat(controller.last.get()).isNotSameAs(first);
	}

	@Test
	void anArgumentIsTheSessionItself() throws Exception {
		assertThat(get("/argument")).isEqualTo("true");
	}

	@Test
	void aSessionLastsUntilAnAsynchronousRequestIsComplete() throws Exception {
		Controller controller = application.getBean(Controller.class);
		for (String path : new String[] { "/future", "/callable" }) {
			controller.gate = new CountDownLatch(1);
			controller.last.set(null);
			CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
				try {
					return get(path);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
			await().atMost(Duration.ofSeconds(30)).until(() -> controller.last.get() != null);
			SnapshotSession session = Objects.requireNonNull(controller.last.get());
			assertThat(session.isClosed()).as(path).isFalse();
			controller.gate.countDown();
			assertThat(answer.join()).as(path).startsWith("memory ");
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(session.isClosed()).as(path).isTrue());
		}
	}

	@Test
	void anErrorPageOfTheContainersHasASessionOfItsOwn() throws Exception {
		Controller controller = application.getBean(Controller.class);
		assertThat(get("/broken")).startsWith("sorry, memory ");
		SnapshotSession first = controller.last.get();
		assertThat(first.isClosed()).isTrue();
		assertThat(application.getBean(ErrorPage.class).last.get()).isNotSameAs(first)
			.matches(SnapshotSession::isClosed);
	}

	@Test
	void aSessionThatAnAsynchronousThreadOpensIsClosedToo() throws Exception {
		Controller controller = application.getBean(Controller.class);
		controller.last.set(null);
		assertThat(get("/late")).startsWith("memory ");
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(controller.last.get().isClosed()).isTrue());
	}

	private static String get(String path) throws Exception {
		int port = ((WebServerApplicationContext) application).getWebServer().getPort();
		HttpResponse<String> response = client.send(
				HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(), BodyHandlers.ofString());
		assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
		return response.body();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Source prices() {
			AtomicInteger count = new AtomicInteger();
			return Source
				.single("memory", SampleSources.PRICE, (key) -> "memory " + key.subject() + count.incrementAndGet())
				.nonBlocking()
				.build();
		}

		@Bean
		Controller controller(SnapshotSession session, RequestSessions sessions, ResourcePublisher publisher,
				SnapshotBuilder builder) {
			return new Controller(session, sessions, publisher, builder);
		}

		@Bean
		ErrorPage errorPage(SnapshotSession session, RequestSessions sessions) {
			return new ErrorPage(session, sessions);
		}

	}

	@RestController
	static class ErrorPage implements ErrorController {

		private final SnapshotSession session;

		private final RequestSessions sessions;

		final AtomicReference<SnapshotSession> last = new AtomicReference<>();

		ErrorPage(SnapshotSession session, RequestSessions sessions) {
			this.session = session;
			this.sessions = sessions;
		}

		@RequestMapping("/error")
		ResponseEntity<String> error() {
			this.last.set(this.sessions.current());
			return ResponseEntity.ok("sorry, " + this.session.resolve(BTC).get(BTC));
		}

	}

	@RestController
	static class Controller {

		private final SnapshotSession session;

		private final RequestSessions sessions;

		private final ResourcePublisher publisher;

		private final SnapshotBuilder builder;

		final AtomicReference<SnapshotSession> last = new AtomicReference<>();

		volatile CountDownLatch gate = new CountDownLatch(0);

		Controller(SnapshotSession session, RequestSessions sessions, ResourcePublisher publisher,
				SnapshotBuilder builder) {
			this.session = session;
			this.sessions = sessions;
			this.publisher = publisher;
			this.builder = builder;
		}

		@GetMapping("/pinned")
		Map<String, Object> pinnedForm() {
			return Map.of("pinned", pinned());
		}

		private boolean pinned() {
			String first = this.session.resolve(BTC).get(BTC);
			this.publisher.publish(BTC, "published", "test");
			String second = this.session.resolve(BTC).get(BTC);
			String outside = this.builder.build(BTC).get(BTC);
			this.publisher.invalidate(BTC);
			this.last.set(this.sessions.current());
			return first.equals(second) && outside.equals("published");
		}

		@GetMapping("/broken")
		String broken() {
			this.session.resolve(BTC);
			this.last.set(this.sessions.current());
			throw new IllegalStateException("scripted");
		}

		@GetMapping("/argument")
		String argument(SnapshotSession argument) {
			assertThat(argument).isSameAs(this.sessions.current());
			return "" + argument.id().equals(this.session.id());
		}

		@GetMapping("/future")
		CompletableFuture<String> future(SnapshotSession argument) {
			this.last.set(argument);
			CountDownLatch open = this.gate;
			return CompletableFuture.supplyAsync(() -> {
				pass(open);
				return argument.resolve(BTC).get(BTC);
			});
		}

		@GetMapping("/callable")
		Callable<String> callable(SnapshotSession argument) {
			this.last.set(argument);
			CountDownLatch open = this.gate;
			return () -> {
				pass(open);
				return this.session.resolve(BTC).get(BTC);
			};
		}

		@GetMapping("/late")
		Callable<String> late() {
			return () -> {
				String price = this.session.resolve(BTC).get(BTC);
				this.last.set(this.sessions.current());
				return price;
			};
		}

		private static void pass(CountDownLatch gate) {
			try {
				gate.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
