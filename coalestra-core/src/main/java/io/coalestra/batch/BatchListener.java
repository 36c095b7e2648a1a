package io.coalestra.batch;

/**
 * Is told of each batch, for metrics.
 *
 * <p>
 * Called on the bulk call's thread after the callers have their answers, by several
 * threads at a time. What it throws is logged and goes no further.
 */
@FunctionalInterface
public interface BatchListener {

	/**
	 * Takes note of a batch whose bulk call has ended.
	 * @param report what happened to it
	 */
	void onBatch(BatchReport report);

}
