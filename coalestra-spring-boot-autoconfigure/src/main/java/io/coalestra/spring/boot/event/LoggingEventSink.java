package io.coalestra.spring.boot.event;

import java.util.Map;
import java.util.Objects;

import io.coalestra.signal.Event;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.EventType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

import org.springframework.boot.logging.LogLevel;

/**
 * Logs events by the logger {@code coalestra}: as text for readers, and their fields as
 * key-value pairs for structured logs. Safe for concurrent use.
 */
public final class LoggingEventSink implements EventSink {

	private static final Logger logger = LoggerFactory.getLogger("coalestra");

	private final @Nullable Level level;

	/**
	 * Makes a sink.
	 * @param level the level at which every event is logged
	 */
	public LoggingEventSink(LogLevel level) {
		this.level = switch (Objects.requireNonNull(level, "level")) {
			case TRACE -> Level.TRACE;
			case DEBUG -> Level.DEBUG;
			case INFO -> Level.INFO;
			case WARN -> Level.WARN;
			case ERROR, FATAL -> Level.ERROR;
			case OFF -> null;
		};
	}

	@Override
	public void emit(Event event) {
		if (this.level != null && logger.isEnabledForLevel(this.level)) {
			LoggingEventBuilder entry = logger.atLevel(this.level);
			for (Map.Entry<String, Object> field : event.fields().entrySet()) {
				entry = entry.addKeyValue(field.getKey(), field.getValue());
			}
			entry.log(event.toString());
		}
	}

	@Override
	public boolean wants(EventType type) {
		return this.level != null && EventSink.super.wants(type);
	}

}
