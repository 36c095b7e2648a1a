package io.coalestra.spring.boot.health;

import java.util.Map;
import java.util.Objects;

import io.coalestra.health.ComponentHealth;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * A {@link HealthIndicator} that reports the batchers as {@link BatchersHealth} does:
 * {@link Status#UP}, or {@link CoalestraHealthIndicator#DEGRADED} while the latest bulk
 * calls of one have all failed. Safe for concurrent use.
 */
public final class BatchersHealthIndicator extends AbstractHealthIndicator {

	private final BatchersHealth batchers;

	/**
	 * Makes an indicator.
	 * @param batchers what it reports
	 */
	public BatchersHealthIndicator(BatchersHealth batchers) {
		super("The state of the batchers could not be taken");
		this.batchers = Objects.requireNonNull(batchers, "batchers");
	}

	@Override
	protected void doHealthCheck(Health.Builder health) {
		ComponentHealth state = this.batchers.componentHealth();
		health.status(state.findings().isEmpty() ? Status.UP : CoalestraHealthIndicator.DEGRADED);
		if (state.fields().get("batchers") instanceof Map<?, ?> reports) {
			reports.forEach((name, report) -> health.withDetail(String.valueOf(name), report));
		}
	}

}
