package io.coalestra.internal.store;

import java.util.concurrent.atomic.LongAdder;

import io.coalestra.cache.CacheStatistics;

/**
 * What is counted of a store. Every count is exact but that of warm reads, which
 * {@link WarmCount} explains.
 */
public final class StoreCounts {

	private final WarmCount warmHits = new WarmCount();

	private final LongAdder freshHits = new LongAdder();

	private final LongAdder staleHits = new LongAdder();

	private final LongAdder misses = new LongAdder();

	private final LongAdder writes = new LongAdder();

	private final LongAdder invalidations = new LongAdder();

	private final LongAdder expirations = new LongAdder();

	StoreCounts() {
	}

	/**
	 * Counts the reads of a warm build.
	 * @param fresh how many
	 */
	public void warm(int fresh) {
		this.warmHits.add(fresh);
	}

	/**
	 * Counts the reads of a build that is not warm.
	 * @param fresh found fresh
	 * @param stale found stale and used
	 * @param missed found unusable
	 */
	public void cold(int fresh, int stale, int missed) {
		add(this.freshHits, fresh);
		add(this.staleHits, stale);
		add(this.misses, missed);
	}

	private static void add(LongAdder count, int more) {
		if (more > 0) {
			count.add(more);
		}
	}

	LongAdder writes() {
		return this.writes;
	}

	LongAdder invalidations() {
		return this.invalidations;
	}

	LongAdder expirations() {
		return this.expirations;
	}

	CacheStatistics statistics(long size, long maxEntries, long evictions) {
		return new CacheStatistics(size, maxEntries, this.warmHits.sum() + this.freshHits.sum(), this.staleHits.sum(),
				this.misses.sum(), this.writes.sum(), this.invalidations.sum(), evictions, this.expirations.sum());
	}

}
