package io.coalestra.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthAssessment;
import io.coalestra.health.HealthPolicy;
import io.coalestra.health.Severity;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a {@link BuilderHealth}, judged by {@link HealthPolicy#DEFAULT} unless
 * told otherwise.
 */
public final class BuilderHealthAssert extends AbstractAssert<BuilderHealthAssert, BuilderHealth> {

	private HealthPolicy policy = HealthPolicy.DEFAULT;

	private @Nullable BuilderHealth baseline;

	BuilderHealthAssert(@Nullable BuilderHealth actual) {
		super(actual, BuilderHealthAssert.class);
	}

	private BuilderHealth health() {
		isNotNull();
		return Objects.requireNonNull(this.actual);
	}

	private HealthAssessment assessment() {
		BuilderHealth before = this.baseline;
		return (before != null) ? health().assess(this.policy, before) : health().assess(this.policy);
	}

	/**
	 * Judges by another policy from here on.
	 * @param value the policy
	 * @return this
	 */
	public BuilderHealthAssert judgedBy(HealthPolicy value) {
		this.policy = Objects.requireNonNull(value, "policy");
		return this;
	}

	/**
	 * Judges counters by their growth since an earlier state from here on.
	 * @param value the earlier state
	 * @return this
	 */
	public BuilderHealthAssert since(BuilderHealth value) {
		this.baseline = Objects.requireNonNull(value, "baseline");
		return this;
	}

	/**
	 * Asserts that there is no finding.
	 * @return this
	 */
	public BuilderHealthAssert isHealthy() {
		return hasSeverity(Severity.HEALTHY);
	}

	/**
	 * Asserts that there are findings, and none is critical.
	 * @return this
	 */
	public BuilderHealthAssert isDegraded() {
		return hasSeverity(Severity.DEGRADED);
	}

	/**
	 * Asserts that there is a critical finding.
	 * @return this
	 */
	public BuilderHealthAssert isCritical() {
		return hasSeverity(Severity.CRITICAL);
	}

	private BuilderHealthAssert hasSeverity(Severity expected) {
		HealthAssessment assessment = assessment();
		if (assessment.severity() != expected) {
			failWithActualExpectedAndMessage(assessment.severity(), expected,
					"%nExpected the state to be %s, but it is %s%s", expected.wireName(),
					assessment.severity().wireName(), list(assessment));
		}
		return this;
	}

	/**
	 * Asserts that there is a finding with a reason.
	 * @param reason the reason
	 * @return this
	 */
	public BuilderHealthAssert hasFinding(String reason) {
		HealthAssessment assessment = assessment();
		if (!assessment.reasons().contains(reason)) {
			failWithMessage("%nExpected the finding <%s>%s", reason, assessment.findings().isEmpty()
					? ", but there is none" : ", but there are only" + list(assessment));
		}
		return this;
	}

	/**
	 * Asserts that there is a finding with a reason about a component.
	 * @param reason the reason
	 * @param component the component: a source, a limiter, a buffer
	 * @return this
	 */
	public BuilderHealthAssert hasFinding(String reason, String component) {
		HealthAssessment assessment = assessment();
		if (assessment.findings()
			.stream()
			.noneMatch((finding) -> finding.reason().equals(reason) && finding.component().equals(component))) {
			failWithMessage("%nExpected the finding <%s> about <%s>%s", reason, component,
					assessment.findings().isEmpty() ? ", but there is none"
							: ", but there are only" + list(assessment));
		}
		return this;
	}

	private static String list(HealthAssessment assessment) {
		StringBuilder text = new StringBuilder();
		for (Finding finding : assessment.findings()) {
			text.append(String.format("%n  %s %s: %s", finding.reason(), finding.component(), finding.message()));
		}
		return text.toString();
	}

	/**
	 * Asserts that no read, refresh or call is in progress and no permit is taken: that a
	 * test has left nothing behind.
	 * @return this
	 */
	public BuilderHealthAssert hasNothingInProgress() {
		BuilderHealth health = health();
		List<String> left = new ArrayList<>();
		addIfPositive(left, health.flights(), "reads");
		addIfPositive(left, health.backgroundRefreshes(), "refreshes");
		addIfPositive(left, health.runningCalls(), "calls of sources");
		health.capacity().forEach((name, permits) -> {
			addIfPositive(left, permits.inUse(), "permits of " + name);
			addIfPositive(left, permits.waiting(), "calls that wait for permits of " + name);
		});
		if (!left.isEmpty()) {
			failWithMessage("%nExpected nothing in progress, but there are: %s", String.join(", ", left));
		}
		return this;
	}

	private static void addIfPositive(List<String> left, long count, String what) {
		if (count > 0) {
			left.add(count + " " + what);
		}
	}

	/**
	 * Asserts that a source has a circuit that is open.
	 * @param source the source's name
	 * @return this
	 */
	public BuilderHealthAssert hasOpenCircuit(String source) {
		if (health().circuits()
			.stream()
			.noneMatch((circuit) -> circuit.source().equals(source) && circuit.state().equals("open"))) {
			failWithMessage("%nExpected an open circuit of <%s>, but there are: %s", source, health().circuits());
		}
		return this;
	}

}
