package io.coalestra.tier;

/**
 * What a tier answers for a key.
 */
public sealed interface TierLookup {

	/**
	 * Returns what a fill of this key must show.
	 * @return the token
	 */
	FillToken token();

	/**
	 * There is a value, not expired.
	 *
	 * @param entry the value
	 * @param token what a fill must show
	 */
	record Found(TierEntry entry, FillToken token) implements TierLookup {
	}

	/**
	 * The key was removed lately, and nothing was stored since.
	 *
	 * @param version the removal's version
	 * @param token what a fill must show
	 */
	record Removed(TierVersion version, FillToken token) implements TierLookup {
	}

	/**
	 * The tier knows nothing of the key, nothing that it can read, or only what has
	 * expired.
	 *
	 * @param token what a fill must show; its mark is not zero where a removal may still
	 * have fills to refuse
	 */
	record Nothing(FillToken token) implements TierLookup {
	}

}
