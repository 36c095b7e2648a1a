package io.coalestra.samples.quickstart.fault;

/**
 * What is wrong with a back end.
 */
public enum FaultMode {

	/** Nothing. */
	OFF,

	/** It fails at once. */
	ERROR,

	/** It answers, but later than anybody wants to wait. */
	SLOW

}
