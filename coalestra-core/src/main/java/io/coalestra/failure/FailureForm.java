package io.coalestra.failure;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Begins the serialized form of a failure.
 */
final class FailureForm {

	private FailureForm() {
	}

	static SequencedMap<String, Object> of(String errorType, String message, int maxMessageLength) {
		if (maxMessageLength < 1) {
			throw new IllegalArgumentException("maxMessageLength: " + maxMessageLength + " (expected: 1 or more)");
		}
		SequencedMap<String, Object> form = new LinkedHashMap<>();
		form.put("schema", ResourceFailure.SCHEMA);
		form.put("schema_version", ResourceFailure.SCHEMA_VERSION);
		form.put("error_type", errorType);
		form.put("message", FailureText.cut(message, maxMessageLength));
		return form;
	}

}
