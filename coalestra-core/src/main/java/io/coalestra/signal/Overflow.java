package io.coalestra.signal;

/**
 * What a full buffer does with one more record.
 */
public enum Overflow {

	/** The oldest record makes room. */
	DROP_OLDEST,

	/** The new record is dropped. */
	DROP_NEWEST,

	/**
	 * Whoever emits is refused by a {@link BufferFullException}. A builder contains it,
	 * so that its reads go on.
	 */
	REFUSE

}
