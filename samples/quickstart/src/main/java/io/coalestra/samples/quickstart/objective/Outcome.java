package io.coalestra.samples.quickstart.objective;

/**
 * Whether an objective is met.
 *
 * @param objective what was to be achieved
 * @param measured what was measured
 * @param unit in what it is measured
 * @param met whether it is met
 */
public record Outcome(Objective objective, double measured, Indicator.Unit unit, boolean met) {

	static Outcome of(Objective objective, double measured, Indicator.Unit unit) {
		return new Outcome(objective, measured, unit, objective.comparison().isMet(measured, objective.target()));
	}

}
