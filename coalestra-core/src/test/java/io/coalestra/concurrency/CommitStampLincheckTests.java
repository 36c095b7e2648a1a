package io.coalestra.concurrency;

import io.coalestra.internal.store.CommitStamp;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * Two cells that are written together under a stamp are read together.
 */
public class CommitStampLincheckTests {

	private final CommitStamp commits = new CommitStamp();

	private volatile int left;

	private volatile int right;

	@Operation
	public void write(@Param(gen = IntGen.class, conf = "1:3") int value) {
		this.commits.commit(() -> {
			this.left = value;
			this.right = value;
		});
	}

	@Operation
	public int read() {
		for (int attempt = 0; attempt < 2; attempt++) {
			long begun = this.commits.begin();
			int seenLeft = this.left;
			int seenRight = this.right;
			if (this.commits.isUnchanged(begun)) {
				return both(seenLeft, seenRight);
			}
		}
		int[] seen = new int[1];
		this.commits.readExclusively(() -> seen[0] = both(this.left, this.right));
		return seen[0];
	}

	private static int both(int left, int right) {
		return left * 1_000 + right;
	}

	@Test
	void whatIsWrittenTogetherIsReadTogetherInEverySchedule() {
		new ModelCheckingOptions().sequentialSpecification(Cells.class)
			.iterations(5)
			.invocationsPerIteration(300)
			.threads(2)
			.actorsPerThread(3)
			.check(getClass());
	}

	@Test
	void whatIsWrittenTogetherIsReadTogetherUnderStress() {
		new StressOptions().sequentialSpecification(Cells.class)
			.iterations(20)
			.invocationsPerIteration(2_000)
			.threads(3)
			.actorsPerThread(3)
			.check(getClass());
	}

	/**
	 * The cells, one step at a time.
	 */
	public static class Cells {

		private int value;

		public void write(int written) {
			this.value = written;
		}

		public int read() {
			return both(this.value, this.value);
		}

	}

}
