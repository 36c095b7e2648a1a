package io.coalestra.collections.internal.engine;

import io.coalestra.collections.internal.local.Cell;

/**
 * What a load found, and the stamp of the row from before it began.
 *
 * @param <R> the rows' type
 * @param cell what was found
 * @param stamp the stamp
 */
record Loaded<R>(Cell<R> cell, long stamp) {
}
