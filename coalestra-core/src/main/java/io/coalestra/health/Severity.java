package io.coalestra.health;

/**
 * How grave a state is, in rising order.
 */
public enum Severity {

	/** Nothing to see. */
	HEALTHY("healthy"),

	/** It answers, but slower, older or with less reserve. */
	DEGRADED("degraded"),

	/** It does not answer, or may stop to. */
	CRITICAL("critical");

	private final String wireName;

	Severity(String wireName) {
		this.wireName = wireName;
	}

	/**
	 * Returns the name under which the severity is serialized.
	 * @return the name
	 */
	public String wireName() {
		return this.wireName;
	}

}
