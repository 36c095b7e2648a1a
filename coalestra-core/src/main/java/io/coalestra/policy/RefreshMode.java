package io.coalestra.policy;

/**
 * When a value that is no longer fresh, or soon will not be, is read again.
 */
public enum RefreshMode {

	/**
	 * The caller waits for the sources; the stale value serves only if they fail.
	 */
	BLOCKING,

	/**
	 * The caller gets the stale value at once, marked so, and the read goes on behind it.
	 */
	STALE_WHILE_REVALIDATE,

	/**
	 * A fresh value that is about to expire is returned, and read again behind the
	 * caller's back. Past its time to live it is as {@link #BLOCKING}.
	 */
	REFRESH_AHEAD

}
