package io.coalestra.batch;

/**
 * What made a batch start.
 */
public enum BatchTrigger {

	/** It was full, by callers or by distinct keys. */
	SIZE,

	/** Its window ended. */
	WINDOW,

	/** No bulk call of its group was running when its first item arrived. */
	IDLE,

	/** The last running bulk call of its group ended. */
	COMPLETION,

	/** {@link Batcher#flush()} was called. */
	FLUSH,

	/** The batcher was closed. */
	SHUTDOWN,

	/**
	 * The call did not gather: it was nested in a bulk call of the same batcher, or
	 * bypassed it.
	 */
	DIRECT

}
