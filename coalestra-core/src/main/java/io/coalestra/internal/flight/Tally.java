package io.coalestra.internal.flight;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the work that a build causes, or the stages of a session. Written by whichever
 * threads do it, also after the build has ended; a snapshot keeps what was counted when
 * it was made.
 */
@SuppressWarnings("EnumOrdinal") // an array by position within one object's life, never
									// stored or sent
public final class Tally {

	private static final int COUNTS = Count.values().length;

	private final AtomicIntegerArray counts = new AtomicIntegerArray(COUNTS);

	// Replaced as a whole under the monitor, once for each call; most builds make none.
	private Map<String, Calls> calls = Map.of();

	/**
	 * Returns what was counted so far, which does not change any more.
	 * @return a tally that nobody writes
	 */
	public Tally copy() {
		Tally copy = new Tally();
		for (int i = 0; i < COUNTS; i++) {
			copy.counts.setPlain(i, this.counts.get(i));
		}
		copy.calls = calls();
		return copy;
	}

	/**
	 * Adds to a count.
	 * @param count which
	 * @param amount how much
	 */
	public void add(Count count, int amount) {
		this.counts.addAndGet(count.ordinal(), amount);
	}

	/**
	 * Returns a count.
	 * @param count which
	 * @return how much so far
	 */
	public int of(Count count) {
		return this.counts.get(count.ordinal());
	}

	/**
	 * Counts a call.
	 * @param source the source's name
	 * @param latencyNanos how long it took
	 */
	public synchronized void called(String source, long latencyNanos) {
		Map<String, Calls> more = new TreeMap<>(this.calls);
		more.merge(source, new Calls(1, latencyNanos), Calls::plus);
		this.calls = Collections.unmodifiableMap(more);
	}

	/**
	 * Returns the calls by source.
	 * @return the calls so far, by the sources' names in their order
	 */
	public synchronized Map<String, Calls> calls() {
		return this.calls;
	}

	/**
	 * Calls of one source.
	 *
	 * @param number how many
	 * @param latencyNanos how long they took in all
	 */
	public record Calls(int number, long latencyNanos) {

		Calls plus(Calls other) {
			return new Calls(this.number + other.number, this.latencyNanos + other.latencyNanos);
		}

	}

	/**
	 * What is counted.
	 */
	public enum Count {

		/** Keys answered from the cache. */
		CACHE_HITS,

		/** Keys that the cache did not answer. */
		CACHE_MISSES,

		/** Reads that were joined. */
		COALESCED,

		/** Calls of sources. */
		SOURCE_CALLS,

		/** Calls of batch sources. */
		BATCH_CALLS,

		/** Calls of derived sources. */
		DERIVED_CALLS,

		/** Calls that keys were split into. */
		BATCH_CHUNKS,

		/** Calls that repeated a failed one. */
		RETRIES,

		/** Background refreshes set off. */
		REFRESHES,

		/** Remembered answers of supports. */
		SUPPORT_HITS,

		/** Times that supports was asked. */
		SUPPORT_MISSES,

		/** Values refused for their time of observation. */
		FUTURE_REJECTIONS

	}

}
