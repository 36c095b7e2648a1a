package io.coalestra.samples.quickstart.host;

import org.jspecify.annotations.Nullable;

/**
 * What one process uses.
 *
 * @param pid its id
 * @param name its name, as it says itself: never to be trusted
 * @param cpu how many processors it keeps busy: 1.5 is one and a half
 * @param residentBytes how much memory it occupies, or null where that is not known
 * @param threads how many threads it has, or null where that is not known
 */
public record ProcessUsage(long pid, String name, double cpu, @Nullable Long residentBytes, @Nullable Integer threads) {
}
