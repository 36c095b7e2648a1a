package io.coalestra.collections.option;

import java.time.Duration;

/**
 * How rows that are not in memory are loaded. Immutable; each method returns new options.
 *
 * @param maxBatch how many rows one query asks for at most: 1 or more
 * @param maxQueries how many queries run at a time: 1 or more
 * @param limit how long a caller waits at most: more than zero
 */
public record LoadOptions(int maxBatch, int maxQueries, Duration limit) {

	/** 500 rows a query, 8 queries at a time, 10 seconds. */
	public static final LoadOptions DEFAULTS = new LoadOptions(500, 8, Duration.ofSeconds(10));

	/**
	 * Checks.
	 * @throws IllegalArgumentException if a value is out of its bounds
	 */
	public LoadOptions {
		if (maxBatch < 1) {
			throw new IllegalArgumentException("maxBatch: " + maxBatch + " (expected: 1 or more)");
		}
		if (maxQueries < 1) {
			throw new IllegalArgumentException("maxQueries: " + maxQueries + " (expected: 1 or more)");
		}
		if (limit.isNegative() || limit.isZero()) {
			throw new IllegalArgumentException("limit: " + limit + " (expected: more than zero)");
		}
	}

	/**
	 * Asks for so many rows a query at most.
	 * @param rows the most rows: 1 or more
	 * @return the options
	 */
	public LoadOptions maxBatch(int rows) {
		return new LoadOptions(rows, this.maxQueries, this.limit);
	}

	/**
	 * Runs so many queries at a time at most.
	 * @param queries the most queries: 1 or more
	 * @return the options
	 */
	public LoadOptions maxQueries(int queries) {
		return new LoadOptions(this.maxBatch, queries, this.limit);
	}

	/**
	 * Lets callers wait so long at most.
	 * @param span the limit: more than zero
	 * @return the options
	 */
	public LoadOptions limit(Duration span) {
		return new LoadOptions(this.maxBatch, this.maxQueries, span);
	}

}
