package io.coalestra.collections.journal;

/**
 * What is done with a journal of which a part that is not its very end cannot be read.
 */
public enum OnDamage {

	/** It is not opened. */
	REFUSE,

	/** What can be read is, and what cannot is reported. */
	SALVAGE

}
