package io.coalestra.tier.coherence;

/**
 * Why a node may have missed that a copy of its is outdated. Whatever the reason, each
 * copy is to be compared with the tier before it is used again.
 */
public enum Doubt {

	/** The subscription stands, for the first time or again: it did not stand before. */
	SUBSCRIBED,

	/** A number of another node is missing. */
	GAP,

	/** Another node, or this node's own echo, was not heard for three heartbeats. */
	SILENCE;

	/**
	 * Returns the name by which it is counted.
	 * @return the name in lower case
	 */
	public String wireName() {
		return switch (this) {
			case SUBSCRIBED -> "subscribed";
			case GAP -> "gap";
			case SILENCE -> "silence";
		};
	}

}
