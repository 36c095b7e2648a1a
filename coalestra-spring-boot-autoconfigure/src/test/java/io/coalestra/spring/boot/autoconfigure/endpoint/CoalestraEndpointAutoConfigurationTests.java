package io.coalestra.spring.boot.autoconfigure.endpoint;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;

import io.coalestra.Capabilities;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.SampleHealth;
import io.coalestra.spring.boot.SampleSources;
import io.coalestra.spring.boot.StubSnapshotBuilder;
import io.coalestra.spring.boot.autoconfigure.CoalestraAutoConfiguration;
import io.coalestra.spring.boot.endpoint.CapabilitiesInfoContributor;
import io.coalestra.spring.boot.endpoint.CoalestraEndpoint;
import io.coalestra.spring.boot.endpoint.CoalestraExplainEndpoint;
import io.coalestra.spring.boot.endpoint.CoalestraExplainEndpointWebExtension;
import io.coalestra.spring.boot.endpoint.RecentBuilds;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When there is an endpoint, and what it answers over HTTP.
 */
class CoalestraEndpointAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CoalestraEndpointAutoConfiguration.class))
		.withBean("snapshotBuilder", SnapshotBuilder.class, StubSnapshotBuilder::new);

	@Test
	void exposedThereIsAnEndpoint() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=coalestra")
			.run((context) -> assertThat(context).hasSingleBean(CoalestraEndpoint.class));
	}

	@Test
	void notExposedThereIsNone() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(CoalestraEndpoint.class));
	}

	@Test
	void withoutAccessThereIsNone() {
		this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=*",
					"management.endpoint.coalestra.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraEndpoint.class));
	}

	@Test
	void disabledThereIsNone() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=*", "coalestra.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CoalestraEndpoint.class));
	}

	@Test
	void anEndpointOfTheApplicationsOwnReplacesOurs() {
		CoalestraEndpoint own = new CoalestraEndpoint(new StubSnapshotBuilder());
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=*")
			.withBean("own", CoalestraEndpoint.class, () -> own)
			.run((context) -> assertThat(context.getBean(CoalestraEndpoint.class)).isSameAs(own));
	}

	@Test
	void buildsAreExplainedOnlyWhereThatIsAskedFor() {
		ApplicationContextRunner exposed = this.runner
			.withPropertyValues("management.endpoints.web.exposure.include=coalestraexplain");
		exposed.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(RecentBuilds.class)
			.doesNotHaveBean(CoalestraExplainEndpoint.class));
		exposed.withPropertyValues("coalestra.explain.size=5")
			.run((context) -> assertThat(context).hasSingleBean(RecentBuilds.class)
				.hasSingleBean(CoalestraExplainEndpoint.class));
		this.runner.withPropertyValues("coalestra.explain.size=5")
			.run((context) -> assertThat(context).hasSingleBean(RecentBuilds.class)
				.doesNotHaveBean(CoalestraExplainEndpoint.class));
	}

	@Test
	void whoMaySeeKeysInExplanationsIsSaidAsForOtherEndpoints() {
		WebApplicationContextRunner explaining = new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(CoalestraAutoConfiguration.class, CoalestraEndpointAutoConfiguration.class))
			.withBean(Source.class, () -> SampleSources.rest().build())
			.withPropertyValues("management.endpoints.web.exposure.include=coalestraexplain",
					"coalestra.explain.size=5");
		SecurityContext operator = new Asker("operator");
		explaining.run((context) -> assertThat(keyShownTo(operator, context)).isEqualTo("market:price"));
		explaining
			.withPropertyValues("management.endpoint.coalestraexplain.show-values=when-authorized",
					"management.endpoint.coalestraexplain.roles=operator")
			.run((context) -> {
				assertThat(keyShownTo(operator, context)).isEqualTo("market:price:BTC");
				assertThat(keyShownTo(new Asker("guest"), context)).isEqualTo("market:price");
				assertThat(keyShownTo(SecurityContext.NONE, context)).isEqualTo("market:price");
			});
		explaining.withPropertyValues("management.endpoint.coalestraexplain.show-values=always")
			.run((context) -> assertThat(keyShownTo(SecurityContext.NONE, context)).isEqualTo("market:price:BTC"));
	}

	@Test
	void capabilitiesArePartOfTheInformation() {
		this.runner.run((context) -> {
			Info.Builder info = new Info.Builder();
			context.getBean(CapabilitiesInfoContributor.class).contribute(info);
			assertThat(info.build().get("coalestra")).isEqualTo(Capabilities.current().toMap());
		});
		this.runner.withPropertyValues("management.info.coalestra.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(CapabilitiesInfoContributor.class));
	}

	@Test
	void readingIsPermittedAndWritingIsNot() throws Exception {
		try (ConfigurableApplicationContext application = start()) {
			HttpResponse<String> all = get(application, "");
			assertThat(all.statusCode()).isEqualTo(200);
			assertThat(all.body()).contains("\"schema\":\"coalestra.builder-health\"").contains("\"name\":\"rest\"");
			assertThat(get(application, "/rest").body()).contains("\"transportTimeout\":\"PT1.75S\"")
				.contains("\"state\":\"open\"");
			assertThat(get(application, "/nobody").statusCode()).isEqualTo(404);
			assertThat(post(application, "/prune", "{}").statusCode()).isEqualTo(405);
		}
	}

	@Test
	void writingWorksWherePermitted() throws Exception {
		try (ConfigurableApplicationContext application = start(
				"--management.endpoint.coalestra.access=unrestricted")) {
			assertThat(post(application, "/prune", "{}").body()).isEqualTo("{\"action\":\"PRUNE\",\"affected\":7}");
			assertThat(post(application, "/reset-circuits", "{\"source\":\"rest\"}").body()).contains("\"affected\":2");
			assertThat(post(application, "/invalidate", "{\"pattern\":\"market:*\"}").statusCode()).isEqualTo(200);
			assertThat(post(application, "/invalidate", "{\"pattern\":\"market\"}").statusCode()).isEqualTo(400);
			assertThat(post(application, "/explode", "{}").statusCode()).isEqualTo(400);
		}
	}

	private static String keyShownTo(SecurityContext asker, AssertableWebApplicationContext context) {
		context.getBean(SnapshotBuilder.class).build(SampleSources.PRICE.key("BTC"));
		return context.getBean(CoalestraExplainEndpointWebExtension.class)
			.explain(asker)
			.builds()
			.getFirst()
			.keys()
			.getFirst()
			.key();
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		SpringApplication application = new SpringApplication(Application.class);
		String[] all = Arrays.copyOf(arguments, arguments.length + 2);
		all[arguments.length] = "--server.port=0";
		all[arguments.length + 1] = "--management.endpoints.web.exposure.include=coalestra";
		return application.run(all);
	}

	private static HttpResponse<String> get(ConfigurableApplicationContext application, String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(application, path)).build());
	}

	private static HttpResponse<String> post(ConfigurableApplicationContext application, String path, String body)
			throws Exception {
		return send(HttpRequest.newBuilder(uri(application, path))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body))
			.build());
	}

	private static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
		try (HttpClient client = HttpClient.newHttpClient()) {
			return client.send(request, BodyHandlers.ofString());
		}
	}

	private static URI uri(ConfigurableApplicationContext application, String path) {
		int port = ((WebServerApplicationContext) application).getWebServer().getPort();
		return URI.create("http://localhost:" + port + "/actuator/coalestra" + path);
	}

	private record Asker(String role) implements SecurityContext {

		@Override
		public Principal getPrincipal() {
			return () -> this.role;
		}

		@Override
		public boolean isUserInRole(String asked) {
			return asked.equals(this.role);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		SnapshotBuilder snapshotBuilder() {
			StubSnapshotBuilder builder = new StubSnapshotBuilder(
					new SampleHealth().circuit("rest", "open", 1).build());
			builder.sources = List.of(SampleSources.describe(SampleSources.rest().build()));
			return builder;
		}

	}

}
