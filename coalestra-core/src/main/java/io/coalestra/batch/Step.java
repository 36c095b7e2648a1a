package io.coalestra.batch;

import org.jspecify.annotations.Nullable;

/**
 * What is to be done outside the lock after a step of {@link Gathering}. Confined to the
 * thread that took it.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
final class Step<K, V> {

	/** The first batch to launch; the others hang on it, in order. */
	@Nullable Batch<K, V> launches;

	private @Nullable Batch<K, V> lastLaunch;

	/** Why the items were not taken. */
	BatchException.@Nullable Reason refusal;

	/** Whether the lane was given up meanwhile, and the items were not taken. */
	boolean retired;

	/** The lane whose window needs a timer. */
	@Nullable Lane<K, V> arms;

	long armNanos;

	/** The lane that was given up. */
	@Nullable Lane<K, V> emptied;

	/** The batch that runs for nobody any more. */
	@Nullable Batch<K, V> abandoned;

	/** Whether the batcher is closed and nothing is left. */
	boolean drained;

	void launch(Batch<K, V> batch) {
		if (this.lastLaunch == null) {
			this.launches = batch;
		}
		else {
			this.lastLaunch.nextLaunch = batch;
		}
		this.lastLaunch = batch;
	}

}
