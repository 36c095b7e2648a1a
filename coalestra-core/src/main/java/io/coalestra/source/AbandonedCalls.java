package io.coalestra.source;

/**
 * What becomes of a source's call when nobody waits for its answer any more.
 */
public enum AbandonedCalls {

	/** It goes on, and its answer fills the cache. */
	FINISH,

	/** It is interrupted, to spare the source. */
	CANCEL

}
