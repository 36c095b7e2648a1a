package io.coalestra.collections.flush;

import java.util.Objects;

import io.coalestra.collections.row.Row;
import org.jspecify.annotations.Nullable;

/**
 * What became of a deferred write in the end.
 */
public sealed interface DeferredOutcome {

	/**
	 * The store has taken it.
	 *
	 * @param row the row as it is stored now, complete and with its version; null where
	 * it was deleted
	 */
	record Stored(@Nullable Row row) implements DeferredOutcome {
	}

	/**
	 * The stored row was not the one that the write was made upon: another node has
	 * written it, or deleted it, or created it first.
	 */
	record Refused() implements DeferredOutcome {
	}

	/**
	 * It was given up, after as many attempts as it may have, or as the store can never
	 * take it.
	 *
	 * @param cause why
	 */
	record Dropped(Throwable cause) implements DeferredOutcome {

		/**
		 * Checks.
		 */
		public Dropped {
			Objects.requireNonNull(cause, "cause");
		}

	}

}
