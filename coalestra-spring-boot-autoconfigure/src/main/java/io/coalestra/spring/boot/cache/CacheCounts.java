package io.coalestra.spring.boot.cache;

/**
 * What a cache has done since it was made, and how much is in it.
 *
 * @param entries entries now
 * @param hits look-ups that found a fresh value
 * @param misses look-ups that found none
 * @param staleAnswers look-ups, counted among the misses, that were answered with a value
 * past its time to live
 * @param loads calls of methods for values that were missing or due
 * @param failedLoads those of them that threw
 * @param puts values that were put
 * @param evictions entries that left because of the bound
 */
public record CacheCounts(long entries, long hits, long misses, long staleAnswers, long loads, long failedLoads,
		long puts, long evictions) {
}
