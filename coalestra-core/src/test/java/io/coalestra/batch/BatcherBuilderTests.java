package io.coalestra.batch;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is rejected at the declaration.
 */
class BatcherBuilderTests {

	private final BatcherBuilder<String, String> builder = Batcher.keyed("test", (keys) -> Map.of());

	@Test
	void sizesBelowOneAreRejected() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.maxBatchSize(0))
			.withMessage("batcher \"test\": maxBatchSize: 0 (expected: 1 or more)");
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.maxDistinctKeys(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.maxConcurrentBulkCalls(0));
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.maxPending(0));
	}

	@Test
	void negativeTimesAreRejected() {
		Duration negative = Duration.ofNanos(-1);
		assertThatIllegalArgumentException().isThrownBy(() -> Window.fixed(negative))
			.withMessage("window: PT-0.000000001S (expected: not negative)");
		assertThatIllegalArgumentException().isThrownBy(() -> Window.adaptive(negative));
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.callTimeout(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.bulkTimeout(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.closeGrace(negative));
		assertThatIllegalArgumentException().isThrownBy(() -> Batcher.inline(" "));
	}

	@Test
	void contradictionsAreReportedTogether() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Batcher.inline("test")
				.maxDistinctKeys(5)
				.shareRunning()
				.maxPending(10)
				.window(Window.fixed(Duration.ofSeconds(1)))
				.callTimeout(Duration.ofSeconds(1))
				.build())
			.withMessageContainingAll("maxDistinctKeys: 5", "shareRunning", "maxPending: 10", "callTimeout: PT1S");
	}

	@Test
	void durationsWithoutEndAreTaken() {
		Duration forever = java.time.temporal.ChronoUnit.FOREVER.getDuration();
		try (Batcher<String, String> batcher = this.builder.bulkTimeout(forever)
			.callTimeout(forever)
			.closeGrace(forever)
			.window(Window.adaptive(forever))
			.build()) {
			assertThat(batcher.get("a")).isNull();
			assertThat(batcher).hasToString("Batcher[test]");
		}
	}

}
