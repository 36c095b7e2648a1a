package io.coalestra.policy;

/**
 * What is done when a snapshot does not meet a policy.
 */
public enum Remedy {

	/** It is rejected. */
	REJECT,

	/**
	 * The keys at fault are read again first, each once, within the deadline; what is
	 * still at fault then is rejected.
	 */
	READ_AGAIN

}
