package io.coalestra.policy;

/**
 * Which keys of a request a policy is held against.
 */
public enum Participants {

	/** The required ones. */
	REQUIRED,

	/** The required ones, and those optional ones that have a value. */
	ALL

}
