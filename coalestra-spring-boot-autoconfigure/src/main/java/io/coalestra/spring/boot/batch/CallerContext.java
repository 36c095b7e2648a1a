package io.coalestra.spring.boot.batch;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Surroundings of a caller that change what a bulk call means: its tenant, its identity,
 * its region. A bean of this type can be named by {@code group-by} of a batcher: only
 * calls with equal contexts then share a bulk call, and it runs with theirs. The bean
 * {@code security} is there where Spring Security is.
 *
 * <p>
 * Safe for concurrent use.
 */
public interface CallerContext {

	/**
	 * Reads the context, on the caller's thread.
	 * @return the context, with {@code equals} and {@code hashCode}; null for none, which
	 * is a context too
	 */
	@Nullable Object current();

	/**
	 * Runs a bulk call with the context of its callers, and leaves nothing of it behind.
	 * @param <R> the answer's type
	 * @param context what {@link #current()} returned
	 * @param body the bulk call, to be called once, on this thread
	 * @return what it returned
	 * @throws Exception if the bulk call does
	 */
	<R> R callAs(@Nullable Object context, Callable<R> body) throws Exception;

}
