package io.coalestra.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One side of one workload.
 *
 * @param workload the workload, with its parameters
 * @param side the side
 * @param unit of median and error
 * @param median of all measured iterations
 * @param error JMH's 99.9 % error, or null where it has none
 * @param bytesPerOperation allocated, or null where it was not measured
 * @param calls the most calls of the source in one round, or null where they were not
 * counted
 * @param keys the most keys asked of the source in one round, or null where they were not
 * counted
 * @param cpuNanos processor time of the process a key, or null where it was not measured
 * @param policyNanos what policies add to a call, or null where it was not measured
 * @param peerPolicyNanos what the peer's policies add to a call, or null where it was not
 * measured
 * @param waits what callers waited beyond the source's time, or null where it was not
 * measured
 */
record Measurement(String workload, String side, String unit, double median, @Nullable Double error,
		@Nullable Double bytesPerOperation, @Nullable Double calls, @Nullable Double keys, @Nullable Double cpuNanos,
		@Nullable Double policyNanos, @Nullable Double peerPolicyNanos, @Nullable Waits waits) {

	static Measurement of(JsonNode run) {
		String name = run.path("benchmark").asString();
		int side = name.lastIndexOf('.');
		String workload = name.substring(name.lastIndexOf('.', side - 1) + 1, side).replace("Benchmark", "");
		JsonNode parameters = run.path("params");
		for (String parameter : parameters.propertyNames()) {
			workload += " " + parameter + "=" + parameters.path(parameter).asString();
		}
		JsonNode primary = run.path("primaryMetric");
		JsonNode secondary = run.path("secondaryMetrics");
		return new Measurement(workload, name.substring(side + 1), primary.path("scoreUnit").asString(),
				median(primary.path("rawData")), finite(primary.path("scoreError")),
				score(secondary, "gc.alloc.rate.norm"), most(secondary, "calls"), most(secondary, "keys"),
				score(secondary, "cpuNanos"), score(secondary, "policies"), score(secondary, "resilience4j"),
				Waits.of(parameters, secondary));
	}

	private static List<Double> all(JsonNode forks) {
		List<Double> all = new ArrayList<>();
		for (JsonNode fork : forks) {
			for (JsonNode iteration : fork) {
				all.add(iteration.asDouble());
			}
		}
		return all;
	}

	private static double median(JsonNode forks) {
		List<Double> all = all(forks);
		Collections.sort(all);
		int middle = all.size() / 2;
		return (all.size() % 2 == 1) ? all.get(middle) : (all.get(middle - 1) + all.get(middle)) / 2;
	}

	private static @Nullable Double finite(JsonNode number) {
		return (number.isNumber() && Double.isFinite(number.asDouble())) ? number.asDouble() : null;
	}

	// Counters of single shots are summed over the iterations by JMH; the mean of one
	// shot is wanted.
	static @Nullable Double score(JsonNode secondary, String name) {
		JsonNode metric = secondary.path(name);
		return metric.isMissingNode() ? null : median(metric.path("rawData"));
	}

	private static @Nullable Double most(JsonNode secondary, String name) {
		JsonNode metric = secondary.path(name);
		return metric.isMissingNode() ? null : Collections.max(all(metric.path("rawData")));
	}

}
