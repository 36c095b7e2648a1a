package io.coalestra.spring.boot.event;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import io.coalestra.signal.Event;
import io.coalestra.signal.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How events are logged.
 */
@ExtendWith(OutputCaptureExtension.class)
class LoggingEventSinkTests {

	private static final Event EVENT = new Event(EventType.SOURCE_FAILED, Instant.EPOCH,
			new LinkedHashMap<>(Map.of("source", "rest")));

	@Test
	void anEventIsLoggedWithItsFieldsByTheLoggerCoalestra(CapturedOutput output) {
		new LoggingEventSink(LogLevel.WARN).emit(EVENT);
		assertThat(output).contains("WARN").contains("coalestra").contains("source_failed source=rest");
	}

	@Test
	void belowTheLevelOfTheLoggerNothingIsLogged(CapturedOutput output) {
		new LoggingEventSink(LogLevel.TRACE).emit(EVENT);
		assertThat(output).doesNotContain("source_failed");
	}

	@Test
	void offWantsNoEvents() {
		LoggingEventSink off = new LoggingEventSink(LogLevel.OFF);
		assertThat(EventType.values()).noneMatch(off::wants);
	}

	@Test
	void hitsOfTheCacheAreNotWanted() {
		LoggingEventSink sink = new LoggingEventSink(LogLevel.DEBUG);
		assertThat(sink.wants(EventType.CACHE_HIT)).isFalse();
		assertThat(sink.wants(EventType.SOURCE_FAILED)).isTrue();
	}

}
