package io.coalestra.policy;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Which source's word counts more: the rank decides which revision may stay in the cache.
 * It is independent of the priority, which is only the order of asking, and of freshness.
 *
 * @param ranks the rank by source name; names are trimmed
 * @param defaultRank the rank of sources that are not named
 */
public record SourceAuthority(Map<String, Integer> ranks, int defaultRank) {

	/**
	 * Every source has rank 0.
	 */
	public static final SourceAuthority EQUAL = new SourceAuthority(Map.of(), 0);

	/**
	 * Checks and copies.
	 * @throws IllegalArgumentException if a name is blank, or given twice
	 */
	public SourceAuthority {
		Map<String, Integer> trimmed = new TreeMap<>();
		ranks.forEach((source, rank) -> {
			String name = source.strip();
			if (name.isEmpty()) {
				throw new IllegalArgumentException("ranks: \"" + source + "\" (expected: a source's name)");
			}
			if (trimmed.put(name, Objects.requireNonNull(rank, "rank")) != null) {
				throw new IllegalArgumentException("ranks: \"" + name + "\" given twice (expected: once)");
			}
		});
		ranks = Collections.unmodifiableMap(trimmed);
	}

	/**
	 * Returns this policy with one source's rank set or replaced.
	 * @param source the source's name
	 * @param rank its rank; higher counts more
	 * @return the policy
	 */
	public SourceAuthority rank(String source, int rank) {
		Map<String, Integer> more = new TreeMap<>(this.ranks);
		more.put(source.strip(), rank);
		return new SourceAuthority(more, this.defaultRank);
	}

	/**
	 * Returns a source's rank.
	 * @param source the source's name
	 * @return its rank
	 */
	public int rankOf(String source) {
		return this.ranks.isEmpty() ? this.defaultRank : this.ranks.getOrDefault(source, this.defaultRank);
	}

}
