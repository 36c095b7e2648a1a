package io.coalestra.snapshot;

/**
 * Is told of every build and every stage of a session that has left the warm path and has
 * ended, with what it came to.
 *
 * <p>
 * Called on the thread that ends the build, before its caller has the snapshot, so it
 * must be quick and never block. What it throws is contained, counted with the failures
 * of sinks and logged once. Safe for concurrent use.
 */
@FunctionalInterface
public interface BuildListener {

	/**
	 * A build has ended.
	 * @param snapshot what it came to, which its caller may get as an exception's part
	 * @param lacking whether the caller does without something that it required
	 */
	void built(Snapshot snapshot, Lacking lacking);

	/**
	 * Whether something is lacking.
	 */
	enum Lacking {

		/** The request is met. */
		NOTHING,

		/** A required key has no value, or a policy of the request is not met. */
		SOMETHING

	}

}
