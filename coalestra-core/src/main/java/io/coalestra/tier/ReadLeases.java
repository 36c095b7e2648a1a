package io.coalestra.tier;

/**
 * Which reads of sources are made by one node at a time: the one that has the key's lease
 * reads, the others wait, bounded, for what it fills the tier with, and read themselves
 * where that does not come.
 *
 * <p>
 * A lease costs a round trip, and pays where what many nodes want at once is expensive to
 * read.
 */
public enum ReadLeases {

	/** None: a key that several nodes miss at once, each of them reads. */
	NONE,

	/** Refreshes behind the callers' backs: one node refreshes, not all. */
	REFRESHES,

	/** All reads of what neither the cache nor the tier has. */
	ALL

}
