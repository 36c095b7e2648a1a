package io.coalestra.cache;

/**
 * What came of offering a revision to the cache.
 */
public enum WriteStatus {

	/** It was stored. */
	STORED,

	/** What is stored has a higher rank. */
	IGNORED_LOWER_AUTHORITY,

	/** What is stored has the same rank and was observed later. */
	IGNORED_OLDER,

	/** What is stored has the same rank and was observed at the same time. */
	IGNORED_DUPLICATE,

	/** The key was invalidated, or the cache cleared, after the read had begun. */
	IGNORED_INVALIDATED

}
