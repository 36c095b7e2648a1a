package io.coalestra.samples.quickstart.fault;

/**
 * What can be switched to fail. Sources name what they read from; several may share one.
 */
public enum Backend {

	/** The files of {@code /proc}. */
	PROC("/proc"),

	/** The application's own Actuator. */
	ACTUATOR("the Actuator"),

	/** The table of objectives. */
	OBJECTIVES("the table of objectives");

	private final String description;

	Backend(String description) {
		this.description = description;
	}

	String description() {
		return this.description;
	}

}
