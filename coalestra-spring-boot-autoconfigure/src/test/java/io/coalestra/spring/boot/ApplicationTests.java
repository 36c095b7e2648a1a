package io.coalestra.spring.boot;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static io.coalestra.spring.boot.SampleSources.PRICE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A web application that has everything, asked over HTTP.
 */
class ApplicationTests {

	private static ConfigurableApplicationContext application;

	@BeforeAll
	static void start() {
		application = SpringApplication.run(Application.class, "--server.port=0",
				"--management.endpoints.web.exposure.include=*", "--management.endpoint.health.show-details=always",
				"--coalestra.require-timeout-declarations=false");
	}

	@AfterAll
	static void close() {
		application.close();
	}

	@Test
	void theTimerOfBuildsIsThereAndCounts() throws Exception {
		double before = measured("coalestra.snapshot.build");
		application.getBean(SnapshotBuilder.class).build(PRICE.key("counted"));
		assertThat(measured("coalestra.snapshot.build")).isEqualTo(before + 1);
	}

	@Test
	void theEndpointShowsSourcesInTheOrderOfAskingAndNoSubject() throws Exception {
		application.getBean(SnapshotBuilder.class).build(PRICE.key("a-secret-subject"));
		JsonNode answer = get("coalestra");
		assertThat(answer.path("health").path("schema_version").asInt()).isEqualTo(1);
		List<String> names = answer.path("sources")
			.valueStream()
			.map((source) -> source.path("name").asString())
			.toList();
		assertThat(names).containsExactly("rest", "legacy");
		assertThat(answer.toString()).doesNotContain("a-secret-subject");
	}

	@Test
	void theHealthOfTheBuilderIsPartOfTheHealthOfTheApplication() throws Exception {
		JsonNode answer = get("health").path("components").path("coalestra");
		assertThat(answer.path("status").asString()).isEqualTo("DEGRADED");
		assertThat(answer.path("details").path("findings").path(0).path("reason").asString())
			.isEqualTo("undeclared_source_timeout");
	}

	private static double measured(String meter) throws Exception {
		return get("metrics/" + meter).path("measurements")
			.valueStream()
			.filter((measurement) -> measurement.path("statistic").asString().equals("COUNT"))
			.mapToDouble((measurement) -> measurement.path("value").asDouble())
			.sum();
	}

	private static JsonNode get(String path) throws Exception {
		int port = ((WebServerApplicationContext) application).getWebServer().getPort();
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/" + path))
			.build();
		try (HttpClient client = HttpClient.newHttpClient()) {
			var response = client.send(request, BodyHandlers.ofString());
			assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
			return JsonMapper.shared().readTree(response.body());
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Source legacy() {
			return SampleSources.undeclared("legacy").build();
		}

		@Bean
		Source prices() {
			return SampleSources.rest().build();
		}

	}

}
