package io.coalestra.spring.boot.event;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.coalestra.signal.Event;
import io.coalestra.signal.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

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
	void theFieldsAreKeyValuePairsOfTheLogEntry() {
		Logger logger = (Logger) LoggerFactory.getLogger("coalestra");
		ListAppender<ILoggingEvent> entries = new ListAppender<>();
		entries.start();
		logger.addAppender(entries);
		try {
			new LoggingEventSink(LogLevel.WARN).emit(EVENT);
		}
		finally {
			logger.detachAppender(entries);
		}
		assertThat(entries.list).singleElement()
			.satisfies((entry) -> assertThat(entry.getKeyValuePairs()).singleElement()
				.satisfies((pair) -> assertThat(pair.key + "=" + pair.value).isEqualTo("source=rest")));
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
