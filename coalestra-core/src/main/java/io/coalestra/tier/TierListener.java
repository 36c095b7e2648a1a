package io.coalestra.tier;

/**
 * Is told what other nodes send. Called by the tier's own threads, one call at a time and
 * in the order in which a node sent; must be quick and never block.
 */
public interface TierListener {

	/**
	 * A message has come, this node's own included. Messages may be lost, and may come
	 * twice.
	 * @param message what was sent, not to be written into
	 */
	void received(byte[] message);

	/**
	 * The subscription stands, for the first time or again. What was sent before may have
	 * been missed.
	 */
	void subscribed();

	/**
	 * The connection is lost: until {@link #subscribed()} is called, nothing is heard.
	 */
	void interrupted();

}
