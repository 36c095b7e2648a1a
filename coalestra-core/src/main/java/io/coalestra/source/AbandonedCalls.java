package io.coalestra.source;

/**
 * What becomes of a source's call when nobody waits for its answer any more.
 */
public enum AbandonedCalls {

	/** It goes on, and its answer fills the cache. */
	FINISH,

	/**
	 * It is interrupted, to spare the source; one that still waits for its turn or for
	 * its next attempt is not made. A derived value that nobody waits for waits no longer
	 * for what it is made of, whose own sources then decide.
	 */
	CANCEL

}
