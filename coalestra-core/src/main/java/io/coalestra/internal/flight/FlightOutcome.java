package io.coalestra.internal.flight;

import io.coalestra.cache.Revision;
import io.coalestra.failure.ResourceFailure;
import org.jspecify.annotations.Nullable;

/**
 * How a flight ended: the same for all who waited.
 */
public sealed interface FlightOutcome {

	/**
	 * A source gave a value, or said that there is none.
	 *
	 * @param revision the revision that counts: the source's, or a fresher or higher one
	 * that was in the cache already
	 * @param supersededSource the source whose answer lost to that one, or null
	 * @param lost that answer, for those to whom what is in the cache is too old and it
	 * is not; null where it was stale itself, or did not lose
	 */
	record Landed(Revision<?> revision, @Nullable String supersededSource,
			@Nullable Revision<?> lost) implements FlightOutcome {

		/**
		 * Makes the outcome of an answer that lost to nothing.
		 * @param revision the revision that counts
		 */
		public Landed(Revision<?> revision) {
			this(revision, null, null);
		}

	}

	/**
	 * Every source failed, and what is in the cache stands in.
	 *
	 * @param revision the revision, stale unless it came while the sources failed or was
	 * read ahead of its end
	 * @param failure why
	 */
	record FellBack(Revision<?> revision, ResourceFailure failure) implements FlightOutcome {
	}

	/**
	 * There is no value.
	 *
	 * @param failure why
	 */
	record Failed(ResourceFailure failure) implements FlightOutcome {
	}

}
