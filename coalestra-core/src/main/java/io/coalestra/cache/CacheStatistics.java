package io.coalestra.cache;

/**
 * What a builder's cache has done since the builder was made. Reads of a warm build are
 * counted together, once, and without an atomic operation: where threads read at the very
 * same moment, {@code freshHits} may lack some of them. Everything else is exact.
 *
 * @param size the number of entries
 * @param maxEntries the most entries
 * @param freshHits reads that found a fresh value
 * @param staleHits reads that found a stale value and used it
 * @param misses reads that found nothing usable
 * @param writes revisions stored
 * @param invalidations entries removed on demand, or because a dependency had changed
 * @param evictions entries removed because of the bound
 * @param expirations entries removed because they were too old to serve
 */
public record CacheStatistics(long size, long maxEntries, long freshHits, long staleHits, long misses, long writes,
		long invalidations, long evictions, long expirations) {

	/**
	 * Returns the reads that found a usable value.
	 * @return fresh and stale hits
	 */
	public long hits() {
		return this.freshHits + this.staleHits;
	}

}
