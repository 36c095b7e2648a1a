package io.coalestra.samples.quickstart.board;

import java.util.List;

import io.coalestra.key.ResourceType;
import io.coalestra.source.Source;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FallbacksTests {

	private static final ResourceType<String> GREETING = ResourceType.of("test", "greeting", String.class);

	private static final ResourceType<String> OTHER = ResourceType.of("test", "other", String.class);

	private final Fallbacks fallbacks = new Fallbacks(
			List.of(source("second", GREETING, 50), source("elsewhere", OTHER, 200), source("first", GREETING, 100)));

	@Test
	void theSourceThatIsAskedFirstIsNoFallback() {
		assertThat(this.fallbacks.replacedBy("first", GREETING.key())).isEmpty();
	}

	@Test
	void anotherSourceReplacesTheOneThatIsAskedFirst() {
		assertThat(this.fallbacks.replacedBy("second", GREETING.key())).contains("first");
	}

	@Test
	void whatWasPublishedReplacesNothing() {
		assertThat(this.fallbacks.replacedBy("publisher", GREETING.key())).isEmpty();
	}

	private static Source source(String name, ResourceType<String> type, int priority) {
		return Source.single(name, type, (key) -> name).priority(priority).nonBlocking().build();
	}

}
