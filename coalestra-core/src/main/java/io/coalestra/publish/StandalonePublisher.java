package io.coalestra.publish;

/**
 * A publisher on its own over a cache, for the part of an application that takes events
 * in and builds no snapshots.
 *
 * <p>
 * The builder over the same cache sees what is published at once, together or not at all,
 * and its subscriptions are told. The publisher decides by its own ranks of sources and
 * tolerance of clocks; how long a value is fresh is the builder's to say. Safe for
 * concurrent use. After closing, every operation that would change the cache is refused
 * with {@link IllegalStateException}.
 */
public interface StandalonePublisher extends ResourcePublisher, AutoCloseable {

	/**
	 * Returns whether the publisher was closed.
	 * @return true once {@link #close()} was called
	 */
	boolean isClosed();

	/**
	 * Closes the publisher: nothing is taken any more, what was submitted is written
	 * within the limit of {@link SubmissionSettings#drainLimit()}, and the rest is
	 * withdrawn. The cache stays as it is. A second call does nothing.
	 */
	@Override
	void close();

}
