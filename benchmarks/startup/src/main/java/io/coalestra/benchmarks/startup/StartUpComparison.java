package io.coalestra.benchmarks.startup;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Starts {@link BareWebApplication} with the starter and without it, in turns, each in a
 * JVM of its own, and compares the medians of pairs. It fails if the starter costs more
 * than {@value #MOST_TIME} of the time, or {@value #MOST_MEMORY} bytes of memory.
 *
 * <p>
 * Argument: the number of pairs. One pair more is started first and not counted.
 */
public final class StartUpComparison {

	private static final double MOST_TIME = 0.05;

	private static final double MOST_MEMORY = 10 << 20;

	// The library itself, and what only it brings.
	private static final Pattern STARTER = Pattern.compile("/(coalestra-(core|spring)|caffeine|resilience4j)");

	private StartUpComparison() {
	}

	/**
	 * Compares.
	 * @param arguments the number of pairs
	 * @throws IOException if a JVM cannot be started
	 * @throws InterruptedException if interrupted
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException {
		int pairs = Integer.parseInt(arguments[0]);
		String with = System.getProperty("java.class.path");
		String without = Arrays.stream(with.split(File.pathSeparator))
			.filter((entry) -> !STARTER.matcher(entry).find())
			.collect(Collectors.joining(File.pathSeparator));
		List<Run> plain = new ArrayList<>();
		List<Run> starter = new ArrayList<>();
		for (int pair = 0; pair <= pairs; pair++) {
			boolean plainFirst = pair % 2 == 0;
			Run first = start(plainFirst ? without : with);
			Run second = start(plainFirst ? with : without);
			if (pair > 0) {
				plain.add(plainFirst ? first : second);
				starter.add(plainFirst ? second : first);
			}
		}
		report(plain, starter);
	}

	private static void report(List<Run> plain, List<Run> starter) {
		double time = median(plain, Run::millis);
		double timeMore = medianDifference(plain, starter, Run::millis);
		double memory = median(plain, Run::bytes);
		double memoryMore = medianDifference(plain, starter, Run::bytes);
		System.out.printf(Locale.ROOT, "pairs    %d%n", plain.size());
		System.out.printf(Locale.ROOT, "beans    %d without, %d more with the starter%n", plain.getFirst().beans(),
				starter.getFirst().beans() - plain.getFirst().beans());
		System.out.printf(Locale.ROOT, "time     %.0f ms without, %+.0f ms (%+.1f %%) with the starter%n", time,
				timeMore, 100 * timeMore / time);
		System.out.printf(Locale.ROOT, "memory   %.1f MB without, %+.2f MB with the starter%n", memory / (1 << 20),
				memoryMore / (1 << 20));
		if (timeMore > MOST_TIME * time || memoryMore > MOST_MEMORY) {
			System.out.printf(Locale.ROOT, "missed   expected at most %.0f %% and %.0f MB more%n", 100 * MOST_TIME,
					MOST_MEMORY / (1 << 20));
			System.exit(1);
		}
	}

	private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
		return middle(runs.stream().mapToDouble(figure).sorted().toArray());
	}

	private static double medianDifference(List<Run> plain, List<Run> starter, ToDoubleFunction<Run> figure) {
		double[] differences = new double[plain.size()];
		for (int i = 0; i < differences.length; i++) {
			differences[i] = figure.applyAsDouble(starter.get(i)) - figure.applyAsDouble(plain.get(i));
		}
		Arrays.sort(differences);
		return middle(differences);
	}

	private static double middle(double[] sorted) {
		int half = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
	}

	private static Run start(String classPath) throws IOException, InterruptedException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		Process process = new ProcessBuilder(java, "-cp", classPath, BareWebApplication.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		int status = process.waitFor();
		String[] figures = output.lines()
			.filter((line) -> line.startsWith(BareWebApplication.RESULT))
			.map((line) -> line.substring(BareWebApplication.RESULT.length()).split(" "))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("the application ended with " + status + ":\n" + output));
		return new Run(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]), Integer.parseInt(figures[2]));
	}

	private record Run(double millis, double bytes, int beans) {
	}

}
