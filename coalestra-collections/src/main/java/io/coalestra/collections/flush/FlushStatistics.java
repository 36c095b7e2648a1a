package io.coalestra.collections.flush;

import java.time.Duration;
import java.util.Map;

import io.coalestra.collections.journal.JournalStatistics;
import org.jspecify.annotations.Nullable;

/**
 * The state of a buffer of deferred writes, and what it has done since it was made; of
 * one instant.
 *
 * @param pending how many writes wait or are being stored
 * @param maxPending how many there may be
 * @param oldestAge how long the oldest has waited; zero where none does
 * @param waitingWriters how many writers wait for room
 * @param accepted writes taken
 * @param merged those of them that took the place of a pending one
 * @param refused writes not taken, because there was no room
 * @param stored pending writes that were stored
 * @param conflicts pending writes that were not, because the stored row was another
 * @param dropped pending writes that were given up
 * @param failures attempts that failed
 * @param flushes flushes that had something to do
 * @param recovered pending writes that the journal held when it was opened
 * @param unclaimed those of them whose collection does not exist (yet)
 * @param callbackFailures how often a listener or a handler threw
 * @param closed whether it was closed
 * @param collections the pending writes by collection
 * @param journal the journal, or null where there is none
 */
public record FlushStatistics(int pending, int maxPending, Duration oldestAge, int waitingWriters, long accepted,
		long merged, long refused, long stored, long conflicts, long dropped, long failures, long flushes,
		long recovered, int unclaimed, long callbackFailures, boolean closed, Map<String, OfCollection> collections,
		@Nullable JournalStatistics journal) {

	/**
	 * Copies.
	 */
	public FlushStatistics {
		collections = Map.copyOf(collections);
	}

	/**
	 * The pending writes of a collection.
	 *
	 * @param pending how many there are
	 * @param oldestAge how long the oldest has waited; zero where there is none
	 * @param isUnable whether the store takes nothing of the collection: its disk is
	 * full, or a right is missing
	 * @param unableFor for how long that has been so; zero where it is not
	 */
	public record OfCollection(int pending, Duration oldestAge, boolean isUnable, Duration unableFor) {
	}

}
