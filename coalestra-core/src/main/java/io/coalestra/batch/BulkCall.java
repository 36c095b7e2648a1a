package io.coalestra.batch;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A bulk call that is about to run, as {@link BulkAround} sees it.
 *
 * @param batcher the batcher's name
 * @param trigger what made it start
 * @param group the group that all its callers share, or null when nothing groups them; a
 * list of two when both the key and the caller's surroundings group
 * @param callers how many callers it has
 * @param captured what {@link BatcherBuilder#capture} returned on the callers' threads,
 * in order of arrival; empty when nothing is captured
 */
public record BulkCall(String batcher, BatchTrigger trigger, @Nullable Object group, int callers,
		List<Object> captured) {
}
