package io.coalestra.tier.coherence;

import java.util.List;

/**
 * Is told what other nodes have changed, and when that may have been missed. Called by
 * the tier's threads or a timer's, at times by both at once; quick, never blocks, and
 * throws nothing.
 */
public interface CoherenceListener {

	/**
	 * Other nodes have changed keys. May come twice, and late.
	 * @param changes the changes, never empty
	 */
	void changed(List<TierChange> changes);

	/**
	 * Something may have been missed. Said only when the tier answers: while it does not,
	 * there is nothing to compare with.
	 * @param doubt why
	 */
	void doubted(Doubt doubt);

}
