package io.coalestra.batch;

/**
 * What bounds the gathering of a batcher.
 *
 * @param maxBatchSize the most callers of a batch
 * @param maxDistinctKeys the most distinct keys of a batch; at or above
 * {@code maxBatchSize} it says nothing
 * @param maxConcurrentBulkCalls the most bulk calls at a time
 * @param maxPending the most items that are taken and not answered
 * @param window how long a batch gathers
 */
record Limits(int maxBatchSize, int maxDistinctKeys, int maxConcurrentBulkCalls, int maxPending, Window window) {

	boolean capsDistinctKeys() {
		return this.maxDistinctKeys < this.maxBatchSize;
	}

}
