package io.coalestra.policy;

/**
 * What shares one circuit.
 */
public enum CircuitScope {

	/** Everything of the source. */
	SOURCE,

	/** Keys of one namespace. */
	NAMESPACE,

	/** Keys of one subject; keys without one share a circuit by type. */
	SUBJECT,

	/** One key. */
	RESOURCE

}
