package io.coalestra.spring.boot.health;

import java.util.Objects;

import io.coalestra.health.ComponentHealth;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * A {@link HealthIndicator} that reports the collections as {@link CollectionsHealth}
 * does: {@link Status#UP}, or {@link CoalestraHealthIndicator#DEGRADED} while that finds
 * something. It asks no database: that is what the data source's own indicator does. Safe
 * for concurrent use.
 */
public final class CollectionsHealthIndicator extends AbstractHealthIndicator {

	private final CollectionsHealth collections;

	/**
	 * Makes an indicator.
	 * @param collections what it reports
	 */
	public CollectionsHealthIndicator(CollectionsHealth collections) {
		super("The state of the collections could not be taken");
		this.collections = Objects.requireNonNull(collections, "collections");
	}

	@Override
	protected void doHealthCheck(Health.Builder health) {
		ComponentHealth state = this.collections.componentHealth();
		health.status(state.findings().isEmpty() ? Status.UP : CoalestraHealthIndicator.DEGRADED);
		state.fields().forEach((name, value) -> {
			if (value != null) {
				health.withDetail(name, value);
			}
		});
	}

}
