package io.coalestra.spring.boot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

import io.coalestra.signal.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the reference leaves nothing out.
 */
class ReferenceTests {

	private static final Path REFERENCE = Path.of("../docs/reference.md");

	@Test
	void everyPropertyIsInTheReference() throws IOException {
		assertThat(properties()).isNotEmpty()
			.allSatisfy((property) -> assertThat(reference()).contains("| `" + property + "` |"));
	}

	@ParameterizedTest
	@EnumSource
	void everyEventIsInTheReference(EventType type) throws IOException {
		assertThat(reference()).contains("| `" + type.wireName() + "` |");
	}

	@Test
	void everyPropertyOfTheReferenceExists() throws IOException {
		String[] named = reference().lines()
			.filter((line) -> line.startsWith("| `coalestra.") && line.chars().filter((c) -> c == '|').count() == 4)
			.map((line) -> line.substring(3, line.indexOf('`', 3)))
			.toArray(String[]::new);
		assertThat(properties()).contains(named);
	}

	private static String reference() throws IOException {
		return Files.readString(REFERENCE);
	}

	private static Stream<String> properties() throws IOException {
		try (InputStream metadata = ReferenceTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			JsonNode properties = JsonMapper.shared().readTree(Objects.requireNonNull(metadata)).path("properties");
			return properties.valueStream().map((property) -> property.path("name").asString()).toList().stream();
		}
	}

}
