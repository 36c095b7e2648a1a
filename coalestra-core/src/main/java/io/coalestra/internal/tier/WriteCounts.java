package io.coalestra.internal.tier;

/**
 * What became of writes.
 *
 * @param written publications and invalidations that the tier has stored
 * @param refused publications for which it had something newer
 * @param failed requests that it did not take; they are repeated
 * @param overflows how often too many waited, so that everything was cleared
 * @param pending keys that wait now
 */
record WriteCounts(long written, long refused, long failed, long overflows, int pending) {
}
