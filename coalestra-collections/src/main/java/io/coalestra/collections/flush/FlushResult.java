package io.coalestra.collections.flush;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a flush did. Counts are of pending writes, each of which may stand for several
 * calls.
 *
 * @param stored how many were stored, or needed nothing of the store
 * @param conflicts how many were not, because the stored row was another; they are not
 * pending any more
 * @param failed how many failed and are tried again
 * @param dropped how many were given up
 * @param left how many of those that the flush was to store are pending after it
 * @param cycles rows that are each other's parents, each as {@code table/key}; they were
 * tried in the order in which they were written
 * @param failure the first failure, or null
 */
public record FlushResult(int stored, int conflicts, int failed, int dropped, int left, List<List<String>> cycles,
		@Nullable Throwable failure) {

	/** Nothing was to do. */
	static final FlushResult NOTHING = new FlushResult(0, 0, 0, 0, 0, List.of(), null);

	/**
	 * Copies.
	 */
	public FlushResult {
		cycles = List.copyOf(cycles);
	}

	/**
	 * Returns whether the store has everything that the flush was to store, or something
	 * newer.
	 * @return true if nothing is left and nothing was given up
	 */
	public boolean isComplete() {
		return this.left == 0 && this.dropped == 0;
	}

	/**
	 * Returns what this flush and a later one did together.
	 */
	FlushResult and(FlushResult later) {
		List<List<String>> both = new ArrayList<>(this.cycles);
		later.cycles.stream().filter((cycle) -> !both.contains(cycle)).forEach(both::add);
		return new FlushResult(this.stored + later.stored, this.conflicts + later.conflicts, later.failed,
				this.dropped + later.dropped, later.left, both, (this.failure != null) ? this.failure : later.failure);
	}

	FlushResult leaving(int number) {
		return new FlushResult(this.stored, this.conflicts, this.failed, this.dropped, number, this.cycles,
				this.failure);
	}

}
