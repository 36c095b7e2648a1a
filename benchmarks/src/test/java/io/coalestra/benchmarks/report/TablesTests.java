package io.coalestra.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the page shows of a run.
 */
class TablesTests {

	private static final String GOAL = "| `coalestraPlanned`, time, beside `caffeineGet` | at most 1.7 | ";

	@Test
	void eachSideIsShownWithItsRatioToTheLeast() {
		assertThat(tables(side("coalestraPlanned", 60), side("caffeineGet", 40)))
			.contains("| coalestraPlanned | 60.00 ns/op |  | 1.50 |", "| caffeineGet | 40.00 ns/op |  | 1.00 |");
	}

	@Test
	void aGoalStandsBesideWhatWasMeasured() {
		assertThat(tables(side("coalestraPlanned", 60), side("caffeineGet", 40))).contains(GOAL + "1.50 | yes |");
	}

	@Test
	void whatTheMachineAddsByItselfIsTakenOff() {
		assertThat(tables(waiting("adaptive", 1_150), waiting("direct", 1_000)))
			.contains("| `adaptive`, median wait, µs, above `direct` | at most 200 | 150 | yes |");
	}

	@Test
	void aGoalThatIsMissedIsSaid() {
		assertThat(tables(side("coalestraPlanned", 80), side("caffeineGet", 40))).contains(GOAL + "2.00 | **no** |");
	}

	@Test
	void aGoalWithoutItsOtherSideIsNotClaimed() {
		assertThat(tables(side("coalestraPlanned", 60))).contains(GOAL + "not measured | **no** |");
	}

	@Test
	void goalsOfOtherParametersAreLeftOut() {
		assertThat(tables(side("coalestraPlanned", 60))).doesNotContain("loopOverBoundedCaffeine", "bytes, ");
	}

	@Test
	void everyGoalIsHeldAgainstASideThatThereIs() throws IOException, ClassNotFoundException {
		List<String> benchmarks = benchmarks();
		assertThat(benchmarks).contains("io.coalestra.benchmarks.WarmSnapshotBenchmark");
		for (String benchmark : benchmarks) {
			Method[] methods = Class.forName(benchmark).getDeclaredMethods();
			Set<String> sides = Arrays.stream(methods)
				.filter((method) -> method.isAnnotationPresent(Benchmark.class))
				.map(Method::getName)
				.collect(Collectors.toSet());
			for (Method method : methods) {
				for (Goal goal : method.getAnnotationsByType(Goal.class)) {
					assertThat(sides).as(benchmark).contains(method.getName());
					assertThat(Stream.of(goal.beside(), goal.above()).filter((other) -> !other.isEmpty()))
						.as(benchmark + ": " + goal)
						.isSubsetOf(sides);
				}
			}
		}
	}

	private static List<String> benchmarks() throws IOException {
		try (InputStream list = Benchmark.class.getResourceAsStream("/META-INF/BenchmarkList")) {
			return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map((line) -> line.split(" +", -1))
				.map((words) -> words[3])
				.distinct()
				.toList();
		}
	}

	private static String tables(Measurement... sides) {
		return new Tables(List.of(sides)).markdown();
	}

	private static Measurement waiting(String name, long median) {
		return new Measurement("Arrivals rate=10", name, "ms/op", 3_000, null, null, null, null, null, null, null,
				new Waits(10, median, median, median));
	}

	private static Measurement side(String name, double time) {
		return new Measurement("WarmSnapshot keys=1", name, "ns/op", time, null, null, null, null, null, null, null,
				null);
	}

}
