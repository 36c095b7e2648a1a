package io.coalestra.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Renders measurements as one table a workload, each side with its ratio to the first.
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
			text.append("| side | median | error | ratio to the least | bytes | calls | keys |\n");
			text.append("|---|--:|--:|--:|--:|--:|--:|\n");
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
					.append(" | ")
					.append(number(side.bytesPerOperation()))
					.append(" | ")
					.append(number(side.calls()))
					.append(" | ")
					.append(number(side.keys()))
					.append(" |\n");
			}
			text.append('\n');
		});
		return text.toString();
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
