package io.coalestra.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads JMH's result, writes {@code results.json}, and renders the tables of
 * {@code docs/performance.md} between its two markers. Nothing in them is typed by hand.
 *
 * <p>
 * Arguments: JMH's result file, {@code results.json}, the page.
 */
public final class Report {

	private static final String BEGIN = "<!-- rendered from results.json: begin -->";

	private static final String END = "<!-- rendered from results.json: end -->";

	private static final String PLOTTED = "Arrivals";

	private static final String PLOT = "images/batching-waits.svg";

	private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

	private Report() {
	}

	/**
	 * Renders.
	 * @param arguments the three paths
	 * @throws IOException if a file cannot be read or written
	 */
	public static void main(String[] arguments) throws IOException {
		if (arguments.length != 3) {
			throw new IllegalArgumentException("arguments: " + arguments.length
					+ " (expected: JMH's result file, results.json, and the page to render into)");
		}
		List<Measurement> measurements = read(Path.of(arguments[0]));
		Files.writeString(Path.of(arguments[1]), MAPPER.writeValueAsString(measurements) + "\n");
		Path page = Path.of(arguments[2]);
		String tables = new Tables(measurements).markdown();
		WaitPlot plot = new WaitPlot(
				measurements.stream().filter((one) -> one.workload().startsWith(PLOTTED)).toList());
		if (!plot.isEmpty()) {
			Files.writeString(page.resolveSibling(PLOT), plot.svg());
			tables += "![What callers wait, against how often they arrive](" + PLOT + ")\n";
		}
		render(page, tables);
	}

	private static List<Measurement> read(Path jmhResult) throws IOException {
		List<Measurement> measurements = new ArrayList<>();
		for (JsonNode run : MAPPER.readTree(Files.readString(jmhResult))) {
			measurements.add(Measurement.of(run));
		}
		return measurements;
	}

	private static void render(Path page, String tables) throws IOException {
		String text = Files.readString(page);
		int begin = text.indexOf(BEGIN);
		int end = text.indexOf(END);
		if (begin < 0 || end < begin) {
			throw new IllegalStateException(
					page + ": no place to render into (expected: the lines \"" + BEGIN + "\" and \"" + END + "\")");
		}
		Files.writeString(page,
				text.substring(0, begin + BEGIN.length()) + "\n\n" + tables + "\n" + text.substring(end));
	}

}
