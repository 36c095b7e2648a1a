package io.coalestra.collections.fleet;

import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What rows must be that are only ever added to, each by one writer: every change that
 * was acknowledged is there, and none that was not begun. Read and written by the test's
 * thread.
 */
final class CounterModel {

	private final long[] begun;

	private final long[] acknowledged;

	CounterModel(int rows) {
		this.begun = new long[rows];
		this.acknowledged = new long[rows];
	}

	void begin(int row) {
		this.begun[row]++;
	}

	/**
	 * A change was acknowledged with this row: all changes before it are now known to be
	 * there or not.
	 */
	void acknowledge(int row, long value) {
		check("a change", row, value);
		assertThat(value).as("row %d: changed", row).isGreaterThan(this.acknowledged[row]);
		this.acknowledged[row] = value;
		this.begun[row] = value;
	}

	/**
	 * A change certainly did not happen.
	 */
	void refuse(int row) {
		this.begun[row]--;
	}

	/**
	 * A row is seen, in the store or by its writer.
	 */
	void check(String where, int row, long value) {
		assertThat(value).as("row %d in %s, of %s acknowledged", row, where, Arrays.toString(this.acknowledged))
			.isBetween(this.acknowledged[row], this.begun[row]);
	}

	long acknowledged(int row) {
		return this.acknowledged[row];
	}

}
