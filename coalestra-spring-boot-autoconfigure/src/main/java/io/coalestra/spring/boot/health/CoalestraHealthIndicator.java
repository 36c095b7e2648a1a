package io.coalestra.spring.boot.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.Finding;
import io.coalestra.health.HealthAssessment;
import io.coalestra.health.Severity;
import io.coalestra.snapshot.SnapshotBuilder;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * A {@link HealthIndicator} that reports the state of a {@link SnapshotBuilder}: healthy
 * as {@link Status#UP}, degraded as {@link #DEGRADED}, critical as {@link Status#DOWN}.
 *
 * <p>
 * It reads counters only: no source is asked, and nothing is waited for. Counters of
 * faults are judged by their growth since a baseline. Degraded means that snapshots are
 * still made, so it answers with HTTP 200 and, as every status that is not in
 * {@code management.endpoint.health.status.order}, does not change the status of the
 * application as a whole; put it there to have it seen. Safe for concurrent use.
 */
public final class CoalestraHealthIndicator extends AbstractHealthIndicator {

	/**
	 * It answers, but slower, older or with less reserve.
	 */
	public static final Status DEGRADED = new Status("DEGRADED");

	private final SnapshotBuilder builder;

	private final HealthJudgement judgement;

	/**
	 * Makes an indicator that judges the state alone, and no counters.
	 * @param builder whose state it reports
	 */
	public CoalestraHealthIndicator(SnapshotBuilder builder) {
		this(builder, HealthJudgement.DEFAULT);
	}

	/**
	 * Makes an indicator.
	 * @param builder whose state it reports
	 * @param judgement how the state is judged
	 */
	public CoalestraHealthIndicator(SnapshotBuilder builder, HealthJudgement judgement) {
		super("The state of the snapshot builder could not be taken");
		this.builder = Objects.requireNonNull(builder, "builder");
		this.judgement = Objects.requireNonNull(judgement, "judgement");
	}

	@Override
	protected void doHealthCheck(Health.Builder health) {
		BuilderHealth state = this.builder.health();
		HealthAssessment assessment = this.judgement.assess(state);
		List<Finding> findings = assessment.findings();
		health.status(statusOf(assessment.severity()))
			.withDetail("sources", state.timeoutGuarantees().size())
			.withDetail("cacheEntries", state.cache().size());
		if (!findings.isEmpty()) {
			health.withDetail("findings", findings.stream().map(CoalestraHealthIndicator::describe).toList());
		}
	}

	private static Status statusOf(Severity severity) {
		return switch (severity) {
			case HEALTHY -> Status.UP;
			case DEGRADED -> DEGRADED;
			case CRITICAL -> Status.DOWN;
		};
	}

	private static Map<String, String> describe(Finding finding) {
		Map<String, String> details = new LinkedHashMap<>();
		details.put("severity", finding.severity().wireName());
		details.put("reason", finding.reason());
		if (!finding.component().isEmpty()) {
			details.put("component", finding.component());
		}
		details.put("message", finding.message());
		return details;
	}

}
