package io.coalestra.internal.store;

/**
 * Counts what warm builds read, at a tenth of the cost of an atomic addition, which would
 * be a sixth of a whole warm build of one key.
 *
 * <p>
 * Threads add to cells by plain additions, each to the one that its number falls to. Only
 * where two threads of one cell add in the very same instant, one of the two additions
 * may be lost; a reader sees what was added some moments ago. It is a figure for people
 * and gauges: nothing is decided by it, and what a metric sink is told is exact.
 */
final class WarmCount {

	private static final int CELLS = 64;

	// Cells are this far apart, so that no two share a line of the processor's cache.
	private static final int DISTANCE = 16;

	private final long[] cells = new long[CELLS * DISTANCE];

	void add(long count) {
		this.cells[((int) Thread.currentThread().threadId() & (CELLS - 1)) * DISTANCE] += count;
	}

	long sum() {
		long sum = 0;
		for (int i = 0; i < this.cells.length; i += DISTANCE) {
			sum += this.cells[i];
		}
		return sum;
	}

}
