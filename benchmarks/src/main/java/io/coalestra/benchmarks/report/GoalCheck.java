package io.coalestra.benchmarks.report;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A goal, and what was measured of it.
 *
 * @param workload the workload, with its parameters
 * @param goal says what is held against what
 * @param bound says between which bounds
 * @param measured the figure or ratio, or null where one side was not measured
 * @param held whether it is within the bounds
 */
record GoalCheck(String workload, String goal, String bound, @Nullable Double measured, boolean held) {

	/**
	 * Finds the goals of one side and holds what was measured against them.
	 * @param side the side
	 * @param sides all sides of its workload
	 * @return the goals that are for the side's parameters
	 */
	static List<GoalCheck> of(Measurement side, List<Measurement> sides) {
		List<GoalCheck> checks = new ArrayList<>();
		for (Goal goal : goalsOf(side)) {
			if (goal.when().isEmpty() || List.of(side.workload().split(" ", -1)).contains(goal.when())) {
				checks.add(check(goal, side, sides));
			}
		}
		return checks;
	}

	private static List<Goal> goalsOf(Measurement side) {
		String benchmark = "io.coalestra.benchmarks." + side.workload().split(" ", -1)[0] + "Benchmark";
		try {
			for (Method method : Class.forName(benchmark).getDeclaredMethods()) {
				if (method.getName().equals(side.side())) {
					return List.of(method.getAnnotationsByType(Goal.class));
				}
			}
			return List.of();
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(benchmark + ": not on the class path (expected: the benchmark that ran)",
					ex);
		}
	}

	private static GoalCheck check(Goal goal, Measurement side, List<Measurement> sides) {
		Double figure = goal.figure().of(side);
		String name = "`" + side.side() + "`, " + goal.figure().title();
		Double measured = figure;
		if (!goal.beside().isEmpty()) {
			name += ", beside `" + goal.beside() + "`";
			measured = ratio(figure, figureOf(goal.beside(), goal, sides));
		}
		else if (!goal.above().isEmpty()) {
			name += ", above `" + goal.above() + "`";
			measured = difference(figure, figureOf(goal.above(), goal, sides));
		}
		else if (goal.against().length > 0) {
			name += ", beside " + goal.against()[0].title();
			measured = ratio(figure, goal.against()[0].of(side));
		}
		boolean held = measured != null && measured <= goal.atMost() && measured >= goal.atLeast();
		return new GoalCheck(side.workload(), name, bound(goal), measured, held);
	}

	private static @Nullable Double figureOf(String name, Goal goal, List<Measurement> sides) {
		for (Measurement side : sides) {
			if (side.side().equals(name)) {
				return goal.figure().of(side);
			}
		}
		return null;
	}

	private static @Nullable Double ratio(@Nullable Double figure, @Nullable Double other) {
		return (figure != null && other != null) ? figure / other : null;
	}

	private static @Nullable Double difference(@Nullable Double figure, @Nullable Double other) {
		return (figure != null && other != null) ? figure - other : null;
	}

	private static String bound(Goal goal) {
		if (goal.atLeast() == goal.atMost()) {
			return "exactly " + number(goal.atMost());
		}
		return ((goal.atLeast() > 0) ? "at least " + number(goal.atLeast()) + ", " : "") + "at most "
				+ number(goal.atMost());
	}

	private static String number(double value) {
		return (value == Math.rint(value)) ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(value);
	}

}
