package io.coalestra.collections.access;

/**
 * What has happened in a collection so far, and what it holds. Immutable.
 *
 * @param localHits reads that this process's memory answered
 * @param sharedHits rows that the shared tier gave
 * @param storeHits rows that the store gave
 * @param absences reads that the store answered with nothing
 * @param storeCalls how often the store was asked for rows
 * @param loadFailures rows that could not be loaded
 * @param writes writes that were stored
 * @param deferred writes that were accepted, to be stored later
 * @param attempts how often a write was tried at the store
 * @param conflicts tries that another writer's version defeated
 * @param refused deferred writes that were refused in the end
 * @param dropped deferred writes that were given up in the end
 * @param loading reads that wait at this moment for rows to be loaded
 * @param localRows about how many rows are in memory
 * @param unsettled how many rows the shared tier may hold in an older version, because it
 * did not take their change
 */
public record CollectionStatistics(long localHits, long sharedHits, long storeHits, long absences, long storeCalls,
		long loadFailures, long writes, long deferred, long attempts, long conflicts, long refused, long dropped,
		int loading, long localRows, int unsettled) {
}
