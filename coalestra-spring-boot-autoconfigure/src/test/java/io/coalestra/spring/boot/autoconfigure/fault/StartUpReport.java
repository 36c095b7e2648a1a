package io.coalestra.spring.boot.autoconfigure.fault;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the application prints when it does not start.
 */
public final class StartUpReport {

	private StartUpReport() {
	}

	/**
	 * Makes the report of a failure.
	 * @param failure what kept the application from starting, or null if it has started
	 * @return the report
	 */
	public static FailureAnalysis of(Throwable failure) {
		assertThat(failure).as("the failure of the start").isNotNull();
		FailureAnalysis analysis = new InvalidConfigurationFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("the report of %s", failure).isNotNull();
		return analysis;
	}

}
