package io.coalestra.signal;

/**
 * Before which sinks a builder puts a buffer. One that is buffered already never gets a
 * second.
 */
public enum SinkBuffering {

	/** Before each that does not say that it never blocks. */
	AUTO,

	/** Before each. */
	ALL,

	/**
	 * Before none: a sink that blocks then slows builds. What it throws is contained all
	 * the same.
	 */
	NONE

}
