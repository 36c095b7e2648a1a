package io.coalestra.tier;

import java.util.Objects;

/**
 * A value on its way to a tier: how new it is, and its bytes, which are not copied and
 * must not be written into.
 */
public final class TierContent {

	private final int rank;

	private final long order;

	private final byte[] payload;

	private TierContent(int rank, long order, byte[] payload) {
		this.rank = rank;
		this.order = order;
		this.payload = Objects.requireNonNull(payload, "payload");
	}

	/**
	 * Makes a content.
	 * @param rank its authority: more than {@link TierVersion#LOWEST_RANK}
	 * @param order when it was observed, in nanoseconds since the epoch, or its row
	 * version
	 * @param payload its bytes
	 * @return the content
	 */
	public static TierContent of(int rank, long order, byte[] payload) {
		if (rank == TierVersion.LOWEST_RANK) {
			throw new IllegalArgumentException(
					"rank: " + rank + " (expected: more than that, which is the rank of an invalidation)");
		}
		return new TierContent(rank, order, payload);
	}

	/**
	 * Returns the authority.
	 * @return the rank
	 */
	public int rank() {
		return this.rank;
	}

	/**
	 * Returns the moment of observation, or the row version.
	 * @return the order
	 */
	public long order() {
		return this.order;
	}

	/**
	 * Returns the bytes.
	 * @return the bytes, not a copy
	 */
	public byte[] payload() {
		return this.payload;
	}

	@Override
	public String toString() {
		return this.payload.length + " bytes of rank " + this.rank + ", order " + this.order;
	}

}
