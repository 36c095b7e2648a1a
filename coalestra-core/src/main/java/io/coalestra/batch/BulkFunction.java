package io.coalestra.batch;

import java.util.List;

/**
 * Answers many keys in one call: one query with many ids, one request with many items.
 *
 * <p>
 * It runs on a thread of the batcher's executor, never on a caller's, unless a call is
 * nested in its own bulk call or bypasses batching. What is bound to the callers'
 * threads, such as transactions, security and log context, is not there;
 * {@link BatcherBuilder#around} can bring it. It may be called by several threads at a
 * time, as many as {@link BatcherBuilder#maxConcurrentBulkCalls} allows.
 *
 * @param <K> the keys' type
 * @param <R> the answer's type
 */
@FunctionalInterface
public interface BulkFunction<K, R> {

	/**
	 * Answers the keys.
	 * @param keys at least one key and at most {@link BatcherBuilder#maxBatchSize}, in
	 * order of arrival, unmodifiable; without duplicates unless the answer is positional
	 * @return the answer; null fails the batch
	 * @throws Exception if the whole batch failed: every caller gets an exception of its
	 * own with this one as the cause
	 */
	R apply(List<K> keys) throws Exception;

}
