package io.coalestra.samples.quickstart.board;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.coalestra.samples.quickstart.fault.Backend;
import io.coalestra.samples.quickstart.fault.FaultMode;
import org.jspecify.annotations.Nullable;

/**
 * The board as it goes over the wire: a form of its own, so that what clients see does
 * not change with the library.
 *
 * @param id the snapshot's id
 * @param takenAt when it was begun
 * @param values each value with its provenance, by key
 * @param errors why a key has no value, by key
 * @param failing the sources that fail at present
 * @param faults what is switched to fail
 * @param diagnostics what the snapshot took
 */
record BoardView(String id, Instant takenAt, Map<String, Value> values, Map<String, Failure> errors,
		List<FailingSource> failing, Map<Backend, FaultMode> faults, Diagnostics diagnostics) {

	/**
	 * A value with its provenance.
	 *
	 * @param value the value itself
	 * @param source where it is from
	 * @param fallbackFor the source that is asked first, where it is from another one
	 * @param observedAt when it was true
	 * @param ageMillis how long ago that was, when the snapshot was made
	 * @param stale whether it is past its time to live
	 * @param fromCache whether it was there already
	 * @param version which revision it is
	 */
	record Value(Object value, String source, @Nullable String fallbackFor, Instant observedAt, long ageMillis,
			boolean stale, boolean fromCache, String version) {
	}

	/**
	 * Why a key has no value.
	 *
	 * @param kind what it comes to
	 * @param detail the same in words
	 * @param sources what each source's attempt came to
	 */
	record Failure(String kind, String detail, List<Attempt> sources) {
	}

	/**
	 * What a source's attempt came to.
	 *
	 * @param source the source
	 * @param reason why it gave no value
	 * @param message the same in words
	 * @param calls how many calls were made
	 */
	record Attempt(String source, String reason, String message, int calls) {
	}

	/**
	 * A source that has failed and not answered since.
	 *
	 * @param source the source
	 * @param message what it failed with
	 * @param failedAt when it did so last
	 * @param leftAlone whether its circuit is open, so that it is not even asked
	 */
	record FailingSource(String source, String message, Instant failedAt, boolean leftAlone) {
	}

	/**
	 * What the snapshot took.
	 *
	 * @param durationMillis how long it took
	 * @param requested how many keys were asked for
	 * @param resolved how many have a value
	 * @param failed how many have an error
	 * @param stale how many values are stale
	 * @param cacheHits how many values were there already
	 * @param coalesced for how many a read in progress was joined
	 * @param sourceCalls how many calls of sources were made
	 * @param batchCalls how many of these were for many keys
	 * @param derivedCalls how many were computations
	 * @param retries how many repeated a failed one
	 * @param spreadMillis how far apart the values were observed
	 */
	record Diagnostics(double durationMillis, int requested, int resolved, int failed, int stale, int cacheHits,
			int coalesced, int sourceCalls, int batchCalls, int derivedCalls, int retries, long spreadMillis) {
	}

}
