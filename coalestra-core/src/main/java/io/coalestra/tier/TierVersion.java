package io.coalestra.tier;

/**
 * Which of two states of an entry is the newer one: by generation, then rank, then order.
 *
 * <p>
 * The tier gives a generation and raises it with every removal and every forced write,
 * which may go back in rank and order; all else is the writer's word.
 *
 * @param generation counts removals and forced writes; zero where there has been none
 * @param rank the writer's authority
 * @param order the moment of observation in nanoseconds since the epoch, or a row's
 * version
 */
public record TierVersion(long generation, int rank, long order) implements Comparable<TierVersion> {

	/** The rank of what any write replaces. */
	public static final int LOWEST_RANK = Integer.MIN_VALUE;

	/** The order of what any write replaces. */
	public static final long LOWEST_ORDER = Long.MIN_VALUE;

	@Override
	public int compareTo(TierVersion other) {
		int byGeneration = Long.compare(this.generation, other.generation);
		return (byGeneration != 0) ? byGeneration : compareContent(other);
	}

	/**
	 * Orders by rank and order alone.
	 * @param other the other version
	 * @return the order
	 */
	public int compareContent(TierVersion other) {
		int byRank = Integer.compare(this.rank, other.rank);
		return (byRank != 0) ? byRank : Long.compare(this.order, other.order);
	}

}
