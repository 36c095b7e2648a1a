package io.coalestra.spring.boot.autoconfigure.fault;

import java.time.Duration;

import io.coalestra.source.SourceSettings;
import io.coalestra.spring.boot.SampleSources;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * How messages of the core are read: from the core itself, so that a change of their
 * shape is noticed here.
 */
class CoreMessageTests {

	@Test
	void anOptionIsTakenApart() {
		assertThat(parse(() -> SourceSettings.defaults().with((settings) -> settings.timeout(Duration.ZERO))))
			.isEqualTo(new CoreMessage("timeout", "0s", "more than zero"));
	}

	@Test
	void theNameOfTheSourceInFrontIsPassedOver() {
		assertThat(parse(() -> SampleSources.rest().maxBatchSize(0)))
			.isEqualTo(new CoreMessage("maxBatchSize", "0", "1 or more"));
	}

	@Test
	void anOptionOfTwoWordsIsTakenApart() {
		assertThat(parse(() -> SampleSources.memory(" ")))
			.isEqualTo(new CoreMessage("source name", "\"\"", "not blank"));
	}

	@Test
	void anythingElseIsNotTakenApart() {
		assertThat(CoreMessage.parse("something went wrong")).isNull();
		assertThat(CoreMessage.parse(null)).isNull();
	}

	@Test
	void durationsAreWrittenAsInProperties() {
		assertThat(CoreMessage.readable("from PT0S to PT1M30.5S, not PT0.000000001S or -PT1S"))
			.isEqualTo("from 0s to 90500ms, not 1ns or -1s");
	}

	@Test
	void aBoundInTheMessageIsTheExample() {
		assertThat(new CoreMessage("maxStale", "5s", "at least ttl 10s").example()).isEqualTo("10s");
		assertThat(new CoreMessage("timeout", "0s", "more than zero").example()).isEqualTo("2s");
	}

	@Test
	void anOptionIsSpelledAsAProperty() {
		assertThat(new CoreMessage("maxBatchSize", "", "").propertyName()).isEqualTo("max-batch-size");
		assertThat(new CoreMessage("earliness", "", "").propertyName()).isEqualTo("early-refresh");
	}

	private static CoreMessage parse(ThrowingCallable refused) {
		return CoreMessage.parse(catchThrowable(refused).getMessage());
	}

}
