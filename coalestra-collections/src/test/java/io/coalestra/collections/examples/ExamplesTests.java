package io.coalestra.collections.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code of the page is code that compiles: each block stands, to the letter
 * but for white space, in {@link CollectionExamples}.
 */
class ExamplesTests {

	private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

	@ParameterizedTest
	@ValueSource(strings = "../docs/collections.md")
	void theCodeOfThePageCompiles(Path page) throws IOException {
		List<String> blocks = JAVA_BLOCK.matcher(Files.readString(page))
			.results()
			.map((MatchResult block) -> collapsed(block.group(1)))
			.toList();
		String source = collapsed(
				Files.readString(Path.of("src/test/java/io/coalestra/collections/examples/CollectionExamples.java")));
		assertThat(blocks).isNotEmpty().allSatisfy((block) -> assertThat(source).contains(block));
	}

	private static String collapsed(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

}
