package io.coalestra.batch;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What happened to one batch, as its {@link BatchListener} is told.
 *
 * @param batcher the batcher's name
 * @param trigger what made it start
 * @param callers how many callers it had when it started
 * @param keys how many keys the bulk function was given
 * @param waited from the first item's arrival until the bulk call began, queueing
 * included
 * @param duration how long the bulk call took
 * @param absent how many callers got nothing because their item does not exist
 * @param failed how many callers got a failure
 * @param failure what failed the whole batch, or null when it did not fail
 */
public record BatchReport(String batcher, BatchTrigger trigger, int callers, int keys, Duration waited,
		Duration duration, int absent, int failed, @Nullable Throwable failure) {
}
