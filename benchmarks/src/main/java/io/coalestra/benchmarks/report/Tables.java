package io.coalestra.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

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
			List<Column> columns = Column.of(sides);
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
				columns.forEach((column) -> text.append(' ').append(number(column.value().apply(side))).append(" |"));
				text.append('\n');
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

	/**
	 * A column that only some workloads have.
	 *
	 * @param title what it is called
	 * @param value finds its value
	 */
	private record Column(String title, Function<Measurement, @Nullable Double> value) {

		private static final List<Column> ALL = List.of(new Column("bytes", Measurement::bytesPerOperation),
				new Column("calls", Measurement::calls), new Column("keys", Measurement::keys),
				new Column("processor ns a key", Measurement::cpuNanos),
				new Column("policies, ns a call", Measurement::policyNanos),
				new Column("Resilience4j, ns a call", Measurement::peerPolicyNanos),
				waits("median wait, µs", Waits::p50Micros), waits("90 of 100, µs", Waits::p90Micros),
				waits("99 of 100, µs", Waits::p99Micros));

		private static Column waits(String title, Function<Waits, Double> part) {
			return new Column(title, (one) -> (one.waits() != null) ? part.apply(one.waits()) : null);
		}

		static List<Column> of(List<Measurement> sides) {
			return ALL.stream()
				.filter((column) -> sides.stream().anyMatch((side) -> column.value().apply(side) != null))
				.toList();
		}

	}

}
