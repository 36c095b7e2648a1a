package io.coalestra.spring.boot.autoconfigure.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.AcceptancePolicy;
import io.coalestra.policy.AcceptanceRule;
import io.coalestra.policy.AcceptanceRule.StaleValues;
import io.coalestra.policy.ConsistencyPolicy;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.web.KeyDisplay;
import io.coalestra.spring.boot.web.SnapshotProblemAdvice;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a web application answers where a snapshot cannot be made.
 */
class CoalestraWebAutoConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraWebAutoConfiguration.class));

	@Test
	void aWebApplicationHasTheAdvice() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(SnapshotProblemAdvice.class));
	}

	@Test
	void othersHaveNone() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CoalestraWebAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(SnapshotProblemAdvice.class));
	}

	@Test
	void itIsTurnedOffByItselfAndWithTheLibrary() {
		this.runner.withPropertyValues("coalestra.web.problem-details=false")
			.run((context) -> assertThat(context).doesNotHaveBean(SnapshotProblemAdvice.class));
		this.runner.withPropertyValues("coalestra.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(SnapshotProblemAdvice.class));
	}

	@Test
	void withoutProblemDetailsThereIsNone() {
		this.runner.withClassLoader(new FilteredClassLoader(ProblemDetail.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("coalestraProblemAdvice"));
	}

	@Test
	void anAdviceOfTheApplicationsOwnReplacesIt() {
		SnapshotProblemAdvice own = new SnapshotProblemAdvice(KeyDisplay.SHOWN);
		this.runner.withBean("own", SnapshotProblemAdvice.class, () -> own)
			.run((context) -> assertThat(context.getBean(SnapshotProblemAdvice.class)).isSameAs(own));
	}

	@Test
	void aFailedBuildIsAProblemDetailWithTheStatusOfItsReason() throws Exception {
		try (ConfigurableApplicationContext application = start(Application.class)) {
			HttpResponse<String> down = get(application, "/down");
			assertThat(down.statusCode()).isEqualTo(503);
			assertThat(down.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(down.body()).contains("\"title\":\"Snapshot incomplete\"")
				.contains("\"detail\":\"1 required resource is missing\"")
				.contains("{\"type\":\"market:price\",\"reason\":\"sources_failed\"}")
				.doesNotContain("price:down")
				.doesNotContain("secret");
			assertThat(get(application, "/absent").statusCode()).isEqualTo(404);
			assertThat(get(application, "/late").statusCode()).isEqualTo(504);
			assertThat(get(application, "/unsupported").statusCode()).isEqualTo(500);
		}
	}

	@Test
	void aSnapshotThatDoesNotMeetAPolicyIsAProblemDetailThatSaysWhich() throws Exception {
		try (ConfigurableApplicationContext application = start(Application.class,
				"--coalestra.freshness.default.ttl=1h")) {
			HttpResponse<String> old = get(application, "/old");
			assertThat(old.statusCode()).isEqualTo(503);
			assertThat(old.headers().firstValue("Content-Type")).contains("application/problem+json");
			assertThat(old.body()).contains("\"title\":\"Snapshot not acceptable\"")
				.contains("\"detail\":\"1 policy of the request is not met\"")
				.contains("\"violations\":[{\"reason\":\"too_old\",\"types\":[\"market:price\"]}]")
				.doesNotContain("price:old");
			HttpResponse<String> skewed = get(application, "/skewed");
			assertThat(skewed.statusCode()).isEqualTo(503);
			assertThat(skewed.body()).contains("\"title\":\"Snapshot inconsistent\"")
				.contains("{\"reason\":\"observation_skew\",\"types\":[\"market:price\"]}");
		}
		try (ConfigurableApplicationContext application = start(Application.class, "--coalestra.web.keys=shown",
				"--coalestra.freshness.default.ttl=1h")) {
			assertThat(get(application, "/old").body()).contains("\"resources\":[\"market:price:old\"]");
		}
	}

	@Test
	void keysAreToldWhereThatIsWanted() throws Exception {
		try (ConfigurableApplicationContext application = start(Application.class, "--coalestra.web.keys=shown")) {
			assertThat(get(application, "/down").body()).contains("\"resource\":\"market:price:down\"")
				.doesNotContain("secret");
		}
	}

	@Test
	void handlersOfTheApplicationComeFirst() throws Exception {
		try (ConfigurableApplicationContext application = start(OwnHandler.class)) {
			assertThat(get(application, "/down").statusCode()).isEqualTo(418);
		}
	}

	private static ConfigurableApplicationContext start(Class<?> configuration, String... arguments) {
		String[] all = Arrays.copyOf(arguments, arguments.length + 1);
		all[arguments.length] = "--server.port=0";
		return new SpringApplication(Application.class, configuration).run(all);
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
			return Source.single("rest", SampleSources.PRICE, (key, context) -> {
				if (key.subject().equals("absent")) {
					return Payload.absent();
				}
				if (key.subject().equals("old")) {
					return Payload.of("1").observedAt(Instant.now().minusSeconds(60));
				}
				if (key.subject().equals("new")) {
					return Payload.of("1");
				}
				throw new IllegalStateException("secret of the source");
			}).nonBlocking().build();
		}

		@Bean
		Prices controller(SnapshotBuilder builder) {
			return new Prices(builder);
		}

	}

	@RestController
	static class Prices {

		private static final ResourceType<String> UNSUPPORTED = ResourceType.of("market", "unsupported", String.class);

		private final SnapshotBuilder builder;

		Prices(SnapshotBuilder builder) {
			this.builder = builder;
		}

		@GetMapping("/{symbol}")
		String price(@PathVariable String symbol) {
			ResourceKey<String> key = symbol.equals("unsupported") ? UNSUPPORTED.key()
					: SampleSources.PRICE.key(symbol);
			SnapshotRequest request = SnapshotRequest.require(key);
			if (symbol.equals("old")) {
				AcceptanceRule young = new AcceptanceRule(Duration.ofSeconds(30), StaleValues.ACCEPTED, null);
				request = request.acceptance(AcceptancePolicy.of(young));
			}
			if (symbol.equals("skewed")) {
				key = SampleSources.PRICE.key("new");
				request = SnapshotRequest.require(key, SampleSources.PRICE.key("old"))
					.consistency(ConsistencyPolicy.maxSkew(Duration.ofSeconds(30)));
			}
			return this.builder.build(symbol.equals("late") ? request.deadline(Duration.ofNanos(1)) : request).get(key);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnHandler {

		@Bean
		TeapotAdvice teapotAdvice() {
			return new TeapotAdvice();
		}

	}

	@ControllerAdvice
	@Order(0)
	static class TeapotAdvice {

		@ExceptionHandler
		ResponseEntity<String> handle(SnapshotBuildException exception) {
			return ResponseEntity.status(418).body("teapot");
		}

	}

}
