package io.coalestra.collections.row;

/**
 * What tells the versions of a row apart.
 */
public enum VersionKind {

	/** A whole number that the store raises by one with each write. */
	NUMBER,

	/** A moment, to the microsecond, that the store moves forward with each write. */
	TIMESTAMP

}
