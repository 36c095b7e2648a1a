package io.coalestra.collections.store;

import java.util.List;
import java.util.Objects;

/**
 * What came of a group of writes: all done, or none. Immutable.
 */
public sealed interface GroupOutcome {

	/**
	 * All are done.
	 *
	 * @param outcomes what came of each, in their order
	 */
	record Applied(List<WriteOutcome> outcomes) implements GroupOutcome {

		/**
		 * Copies.
		 */
		public Applied {
			outcomes = List.copyOf(outcomes);
		}

	}

	/**
	 * None is done, because one could not be.
	 *
	 * @param index which: the place in the group
	 * @param outcome what came of that one
	 */
	record Undone(int index, WriteOutcome outcome) implements GroupOutcome {

		/**
		 * Checks.
		 * @throws IllegalArgumentException if the outcome is that of a write that was
		 * done
		 */
		public Undone {
			if (Objects.requireNonNull(outcome, "outcome").isDone()) {
				throw new IllegalArgumentException("outcome: done (expected: that of a write that could not be)");
			}
		}

	}

}
