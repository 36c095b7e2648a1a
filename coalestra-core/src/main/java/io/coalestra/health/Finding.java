package io.coalestra.health;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Something that an operator should know.
 *
 * @param severity how grave it is
 * @param reason a stable name for it
 * @param component what it is about: a source, a limiter, a buffer or a component; empty
 * for the builder
 * @param metric the stable name of what was looked at
 * @param observed what was seen: a number or a boolean
 * @param threshold from where on it is a finding, of the same kind
 * @param message what it is, in a few words
 */
public record Finding(Severity severity, String reason, String component, String metric, Object observed,
		Object threshold, String message) {

	/**
	 * Checks.
	 */
	public Finding {
		Objects.requireNonNull(severity, "severity");
		Objects.requireNonNull(reason, "reason");
		Objects.requireNonNull(component, "component");
		Objects.requireNonNull(metric, "metric");
		requirePlain("observed", observed);
		requirePlain("threshold", threshold);
		Objects.requireNonNull(message, "message");
	}

	private static void requirePlain(String name, Object value) {
		if (!(value instanceof Number || value instanceof Boolean)) {
			throw new IllegalArgumentException(name + ": " + value + " (expected: a number or a boolean)");
		}
	}

	/**
	 * Returns the finding as a part of a component that has a name.
	 * @param name the component's name
	 * @return the finding with that name before its own
	 */
	Finding within(String name) {
		return new Finding(this.severity, this.reason, this.component.isEmpty() ? name : name + "/" + this.component,
				this.metric, this.observed, this.threshold, this.message);
	}

	Map<String, Object> toMap() {
		Map<String, Object> document = new LinkedHashMap<>();
		document.put("reason", this.reason);
		document.put("severity", this.severity.wireName());
		document.put("metric", this.metric);
		document.put("observed", WireValues.of(this.observed));
		document.put("threshold", WireValues.of(this.threshold));
		document.put("component", this.component);
		document.put("message", this.message);
		return document;
	}

}
