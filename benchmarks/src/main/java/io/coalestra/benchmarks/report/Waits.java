package io.coalestra.benchmarks.report;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What callers waited beyond what could not be helped, at one rate of arrival.
 *
 * @param rate arrivals, or publications, a second
 * @param p50Micros half of them waited no longer
 * @param p90Micros nine of ten waited no longer
 * @param p99Micros all but one of a hundred waited no longer
 */
record Waits(double rate, double p50Micros, double p90Micros, double p99Micros) {

	static @Nullable Waits of(JsonNode parameters, JsonNode secondary) {
		Double p50 = Measurement.score(secondary, "p50Micros");
		Double p90 = Measurement.score(secondary, "p90Micros");
		Double p99 = Measurement.score(secondary, "p99Micros");
		if (p50 == null || p90 == null || p99 == null) {
			return null;
		}
		return new Waits(Double.parseDouble(parameters.path("rate").asString()), p50, p90, p99);
	}

}
