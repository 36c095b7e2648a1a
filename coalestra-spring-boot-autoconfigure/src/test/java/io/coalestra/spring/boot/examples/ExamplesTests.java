package io.coalestra.spring.boot.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the code in the docs is code that compiles: each block stands, to the letter
 * but for white space, in a class of this package.
 */
class ExamplesTests {

	private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

	@ParameterizedTest
	@CsvSource({ "../README.md, ShopApplication", "../docs/guide.md, GuideExamples",
			"../docs/operating.md, OperatingExamples", "../docs/acceptance.md, AcceptanceExamples",
			"../docs/sessions.md, SessionExamples", "../docs/publication.md, PublicationExamples",
			"../docs/subscriptions.md, SubscriptionExamples", "../docs/json.md, JsonExamples",
			"../docs/isolation.md, IsolationExamples", "../docs/batching.md, BatchingExamples",
			"../docs/caching.md, CachingExamples", "../docs/web.md, WebExamples",
			"../docs/collections-spring.md, CollectionsSpringExamples", "../docs/builders.md, BuildersExamples" })
	void theCodeOfThePageCompiles(Path page, String example) throws IOException {
		List<String> blocks = JAVA_BLOCK.matcher(Files.readString(page))
			.results()
			.map((MatchResult block) -> collapsed(block.group(1)))
			.toList();
		String source = collapsed(
				Files.readString(Path.of("src/test/java/io/coalestra/spring/boot/examples", example + ".java")));
		assertThat(blocks).isNotEmpty().allSatisfy((block) -> assertThat(source).contains(block));
	}

	private static String collapsed(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

}
