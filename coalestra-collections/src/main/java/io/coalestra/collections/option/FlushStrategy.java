package io.coalestra.collections.option;

/**
 * When the writes of a collection reach its store.
 */
public enum FlushStrategy {

	/** Within the call: a write has been stored when it returns. */
	ALWAYS,

	/** When the application asks for it. */
	ON_CHECKPOINT,

	/** Time and again, and when the application asks for it. */
	ON_SCHEDULE,

	/** When the application stops, and when it asks for it. */
	ON_SHUTDOWN

}
