package io.coalestra.test.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in the page is code that compiles and passes: each line stands in
 * {@link PriceSourcesTests}.
 */
class ExamplesTests {

	private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

	@Test
	void theCodeOfThePageIsTested() throws IOException {
		List<String> lines = JAVA_BLOCK.matcher(Files.readString(Path.of("../docs/testing.md")))
			.results()
			.map((MatchResult block) -> block.group(1))
			.flatMap(String::lines)
			.map(String::strip)
			.filter((line) -> !line.isEmpty())
			.toList();
		List<String> tested = Files
			.readString(Path.of("src/test/java/io/coalestra/test/examples/PriceSourcesTests.java"))
			.lines()
			.map(String::strip)
			.toList();
		assertThat(lines).isNotEmpty().allSatisfy((line) -> assertThat(tested).contains(line));
	}

}
