package io.coalestra.internal.flight;

/**
 * What a shared tier has to say of what is stored for a flight's key.
 */
public enum Comparison {

	/** The tier has no part in the key, or less to say than this node. */
	NONE,

	/** It was to be asked, and has not answered, or not yet. */
	OUTSTANDING,

	/** It has answered; what is stored can be judged by that. */
	MADE,

	/** It has answered that something else has become of the key. */
	REFUTED

}
