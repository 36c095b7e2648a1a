package io.coalestra.spring.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What editors know of the properties.
 */
class ConfigurationMetadataTests {

	private final JsonNode metadata = read();

	@Test
	void everyPropertyIsDescribed() {
		assertThat(list("properties")).isNotEmpty()
			.allSatisfy((property) -> assertThat(property.path("description").asString("")).as(property.toString())
				.endsWith(".")
				.doesNotStartWith("The ")
				.doesNotStartWith("A "));
	}

	@Test
	void flagsAreDescribedAsQuestions() {
		assertThat(list("properties"))
			.filteredOn((property) -> property.path("type").asString("").equals("java.lang.Boolean"))
			.isNotEmpty()
			.allSatisfy((property) -> assertThat(property.path("description").asString("")).startsWith("Whether "));
	}

	@Test
	void defaultsAreThere() {
		assertThat(property("coalestra.max-concurrency").path("defaultValue").asInt()).isEqualTo(16);
		assertThat(property("coalestra.enabled").path("defaultValue").asBoolean()).isTrue();
		assertThat(property("coalestra.require-timeout-declarations").path("defaultValue").asBoolean()).isTrue();
		assertThat(property("coalestra.cache.max-entries").path("defaultValue").asInt()).isEqualTo(10_000);
		assertThat(property("coalestra.defaults.retry.max-attempts").isMissingNode()).isFalse();
		assertThat(property("management.health.coalestra.enabled").isMissingNode()).isFalse();
		assertThat(property("management.endpoint.coalestra.access").isMissingNode()).isFalse();
	}

	@Test
	void keysOfEveryMapHaveHints() {
		List<String> hinted = list("hints").stream().map((hint) -> hint.path("name").asString()).toList();
		assertThat(list("properties"))
			.filteredOn((property) -> property.path("type").asString("").startsWith("java.util.Map<"))
			.isNotEmpty()
			.allSatisfy((property) -> assertThat(hinted).contains(property.path("name").asString() + ".keys"));
	}

	private JsonNode property(String name) {
		return list("properties").stream()
			.filter((property) -> property.path("name").asString("").equals(name))
			.findFirst()
			.orElseGet(() -> this.metadata.path("no such property"));
	}

	private List<JsonNode> list(String name) {
		return StreamSupport.stream(this.metadata.path(name).spliterator(), false).toList();
	}

	private static JsonNode read() {
		try (InputStream stream = CoalestraProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return JsonMapper.shared().readTree(stream);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
