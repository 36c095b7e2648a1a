package io.coalestra.batch;

import org.jspecify.annotations.Nullable;

/**
 * The items that may pool: those of one group, and of one method body in the inline form.
 *
 * <p>
 * Its mutable fields belong to {@link Gathering}: they are written and read under its
 * lock only.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
final class Lane<K, V> {

	final @Nullable Object group;

	/** What it is found by, or null for the one lane that always is. */
	final @Nullable Object id;

	final Bulk<K, V> bulk;

	/** The batch that takes the next item; not yet sealed. */
	@Nullable Batch<K, V> open;

	/** Its bulk calls that have a permit. */
	int running;

	/** Its batches that have not ended, the open one included. */
	int batches;

	/** Whether a timer will look at the open batch. */
	boolean armed;

	/** Whether it was given up because it was empty: its next item needs a new one. */
	boolean retired;

	Lane(@Nullable Object group, @Nullable Object id, Bulk<K, V> bulk) {
		this.group = group;
		this.id = id;
		this.bulk = bulk;
	}

	boolean isIdle() {
		return this.batches == 0 && !this.armed;
	}

}
