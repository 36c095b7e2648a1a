package io.coalestra.spring.boot.examples;

import java.time.Duration;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthAssessment;
import io.coalestra.health.HealthPolicy;
import io.coalestra.health.Severity;
import io.coalestra.snapshot.CloseOptions;
import io.coalestra.snapshot.CloseReport;
import io.coalestra.snapshot.SnapshotBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The code of the page on operating, as it stands there.
 */
class OperatingExamples {

	private static final Logger log = LoggerFactory.getLogger(OperatingExamples.class);

	void watch(SnapshotBuilder builder) {
		// @formatter:off
		BuilderHealth before = builder.health();
		// … later
		HealthAssessment assessment = builder.health().assess(HealthPolicy.DEFAULT, before);
		if (assessment.severity() == Severity.CRITICAL) {
			log.warn("{}", assessment.reasons());
		}
		// @formatter:on
	}

	void end(SnapshotBuilder builder) {
		CloseReport report = builder.close(CloseOptions.DEFAULT.drain(Duration.ofSeconds(3)));
		report.steps().forEach((step) -> log.info("{} {} {}", step.step(), step.outcome(), step.detail()));
	}

}
