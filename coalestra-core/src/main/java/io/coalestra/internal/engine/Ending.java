package io.coalestra.internal.engine;

import io.coalestra.failure.ResourceFailure;

/**
 * Why a leg of a build ends.
 */
enum Ending {

	/** Everything is known. */
	COMPLETE(ResourceFailure.Kind.INTERNAL),

	/** The soft deadline has passed, and nothing required is lacking. */
	SOFT_DEADLINE(ResourceFailure.Kind.STILL_LOADING),

	/** The deadline has passed. */
	DEADLINE(ResourceFailure.Kind.DEADLINE_EXCEEDED),

	/** The caller gave up. */
	CANCELLED(ResourceFailure.Kind.CANCELLED),

	/** The session was closed. */
	CLOSED(ResourceFailure.Kind.CLOSED);

	private final ResourceFailure.Kind kind;

	Ending(ResourceFailure.Kind kind) {
		this.kind = kind;
	}

	/**
	 * Returns what the keys come to that are not known.
	 * @return the kind of their failures
	 */
	ResourceFailure.Kind kind() {
		return this.kind;
	}

	/**
	 * Returns whether stale values stand in for them.
	 * @return false where nobody is there to take them
	 */
	boolean allowsFallback() {
		return this != CANCELLED && this != CLOSED;
	}

}
