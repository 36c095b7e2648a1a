package io.coalestra.cache;

import org.jspecify.annotations.Nullable;

/**
 * The rule by which one revision replaces another: authority first, then time.
 */
public enum WriteRule {

	/** Equal rank and equal time: what is stored stays. */
	MONOTONIC,

	/** Equal rank and equal time: what comes replaces it. */
	REPLACE_EQUAL,

	/** What comes replaces what is stored whatever their ranks and times. */
	FORCE;

	/**
	 * Decides.
	 * @param rank the candidate's authority
	 * @param observedAt when the candidate was observed
	 * @param stored what is stored, or null
	 * @return {@link WriteStatus#STORED} if the candidate may replace it, else why not
	 */
	public WriteStatus decide(int rank, long observedAt, Revision.@Nullable Provenance stored) {
		if (this == FORCE || stored == null || rank > stored.rank()) {
			return WriteStatus.STORED;
		}
		if (rank < stored.rank()) {
			return WriteStatus.IGNORED_LOWER_AUTHORITY;
		}
		if (observedAt < stored.observedAt()) {
			return WriteStatus.IGNORED_OLDER;
		}
		return (observedAt == stored.observedAt() && this == MONOTONIC) ? WriteStatus.IGNORED_DUPLICATE
				: WriteStatus.STORED;
	}

}
