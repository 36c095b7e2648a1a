package io.coalestra.signal;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * Something that happened. Events may name full keys; they never carry payloads.
 *
 * @param type what happened
 * @param at when
 * @param fields what is known about it, in a fixed order for each type
 */
public record Event(EventType type, Instant at, SequencedMap<String, Object> fields) {

	/**
	 * Checks and copies.
	 */
	public Event {
		Objects.requireNonNull(type, "type");
		Objects.requireNonNull(at, "at");
		fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
	}

	/**
	 * Renders as {@code type key=value key=value}.
	 * @return the rendering
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.type.wireName());
		for (Map.Entry<String, Object> field : this.fields.entrySet()) {
			text.append(' ').append(field.getKey()).append('=').append(field.getValue());
		}
		return text.toString();
	}

}
