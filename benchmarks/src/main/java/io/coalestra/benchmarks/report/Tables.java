package io.coalestra.benchmarks.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Renders measurements as one table a workload, each side with its ratio to the least,
 * and one of the workload's goals, each beside what was measured.
 */
final class Tables {

	private final Map<String, List<Measurement>> byWorkload = new LinkedHashMap<>();

	Tables(List<Measurement> measurements) {
		for (Measurement measurement : measurements) {
			this.byWorkload.computeIfAbsent(measurement.workload(), (workload) -> new ArrayList<>()).add(measurement);
		}
	}

	String markdown() {
		StringBuilder text = new StringBuilder();
		this.byWorkload.forEach((workload, sides) -> {
			text.append("**").append(workload).append("**\n\n");
			List<Figure> columns = columns(sides);
			text.append("| side | median | error | ratio to the least |");
			columns.forEach((column) -> text.append(' ').append(column.title()).append(" |"));
			text.append("\n|---|--:|--:|--:|").append("--:|".repeat(columns.size())).append('\n');
			double least = sides.stream().mapToDouble(Measurement::median).min().orElse(1);
			for (Measurement side : sides) {
				text.append("| ")
					.append(side.side())
					.append(" | ")
					.append(number(side.median()))
					.append(' ')
					.append(side.unit())
					.append(" | ")
					.append(number(side.error()))
					.append(" | ")
					.append(ratio(side.median() / least))
					.append(" |");
				columns.forEach((column) -> text.append(' ').append(number(column.of(side))).append(" |"));
				text.append('\n');
			}
			text.append('\n');
			appendGoals(text, sides);
		});
		return text.toString();
	}

	// Of the figures that only some workloads have, those that this one has.
	private static List<Figure> columns(List<Measurement> sides) {
		return EnumSet.complementOf(EnumSet.of(Figure.TIME))
			.stream()
			.filter((figure) -> sides.stream().anyMatch((side) -> figure.of(side) != null))
			.toList();
	}

	private static void appendGoals(StringBuilder text, List<Measurement> sides) {
		List<GoalCheck> checks = sides.stream().flatMap((side) -> GoalCheck.of(side, sides).stream()).toList();
		if (checks.isEmpty()) {
			return;
		}
		text.append("| goal | bound | measured | held |\n|---|--:|--:|---|\n");
		for (GoalCheck check : checks) {
			text.append("| ")
				.append(check.goal())
				.append(" | ")
				.append(check.bound())
				.append(" | ")
				.append((check.measured() != null) ? number(check.measured()) : "not measured")
				.append(" | ")
				.append(check.held() ? "yes" : "**no**")
				.append(" |\n");
		}
		text.append('\n');
	}

	private static String number(@Nullable Double value) {
		if (value == null) {
			return "";
		}
		return String.format(Locale.ROOT, (value >= 100) ? "%.0f" : "%.2f", value);
	}

	private static String ratio(double value) {
		return String.format(Locale.ROOT, "%.2f", value);
	}

}
