package io.coalestra.spring.boot.health;

import java.util.Objects;
import java.util.function.Supplier;

import io.coalestra.health.BuilderHealth;
import io.coalestra.health.HealthAssessment;
import io.coalestra.health.HealthPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How the state of a builder is judged, the same wherever it is shown: in the health, by
 * the endpoint and by the meter of its severity.
 *
 * @param policy from where on something is a finding
 * @param baseline answers the state to compare counters with, or null when there is none
 */
public record HealthJudgement(HealthPolicy policy, Supplier<@Nullable BuilderHealth> baseline) {

	/** By the default policy, and no counters. */
	public static final HealthJudgement DEFAULT = new HealthJudgement(HealthPolicy.DEFAULT, () -> null);

	/**
	 * Checks.
	 */
	public HealthJudgement {
		Objects.requireNonNull(policy, "policy");
		Objects.requireNonNull(baseline, "baseline");
	}

	/**
	 * Judges a state.
	 * @param state the state
	 * @return what is to be said of it
	 */
	public HealthAssessment assess(BuilderHealth state) {
		BuilderHealth before = this.baseline.get();
		return (before != null) ? state.assess(this.policy, before) : state.assess(this.policy);
	}

}
