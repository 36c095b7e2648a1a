package io.coalestra.samples.quickstart.host;

import org.jspecify.annotations.Nullable;

/**
 * How many threads want a processor, on average. Only the first average is known
 * everywhere.
 *
 * @param oneMinute over the last minute
 * @param fiveMinutes over the last five minutes, or null
 * @param fifteenMinutes over the last fifteen minutes, or null
 * @param runnable how many want one right now, or null
 */
public record Load(double oneMinute, @Nullable Double fiveMinutes, @Nullable Double fifteenMinutes,
		@Nullable Integer runnable) {
}
