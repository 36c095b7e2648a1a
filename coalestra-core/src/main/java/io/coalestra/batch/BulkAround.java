package io.coalestra.batch;

import java.util.concurrent.Callable;

/**
 * Wraps each bulk call, to bring to its thread what the callers' threads had: the tenant
 * or the identity that they are grouped by, or a span that links to theirs.
 *
 * <p>
 * Called on the bulk call's thread, by several threads at a time. The form in which one
 * caller leads the batch is not wrapped: there the leader's own surroundings hold.
 */
@FunctionalInterface
public interface BulkAround {

	/**
	 * Runs the bulk call.
	 * @param <R> the answer's type
	 * @param call what is about to run
	 * @param body runs it; to be called once, on this thread
	 * @return what the body returned
	 * @throws Exception if the body does or the wrapping fails: the batch fails with it
	 */
	<R> R around(BulkCall call, Callable<R> body) throws Exception;

}
