package io.coalestra.collections.internal.write;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Writers of one row that come, enter if nobody is there, and leave: never two at a time,
 * nobody is kept out by a turn that has ended, and a line in which nobody stands is gone.
 * A turn is a thread's, so there is nothing before and after the threads: that would run
 * on one of them.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class KeyQueueLincheckTests {

	private static final int MAX_THREADS = 8;

	private static final String ROW = "row";

	private final KeyQueue<String> queue = new KeyQueue<>();

	// Each touched by its own thread only.
	private final boolean[] entered = new boolean[MAX_THREADS];

	// Written by whoever has the turn: itself, or zero.
	private volatile int inside;

	@Operation
	public String enter(@Param(name = "thread") int thread) throws InterruptedException {
		if (this.entered[thread]) {
			return "is inside";
		}
		if (!this.queue.enter(ROW, 0)) {
			return "kept out";
		}
		this.entered[thread] = true;
		int before = this.inside;
		this.inside = thread + 1;
		return (before == 0) ? "enters" : "enters beside " + before;
	}

	/**
	 * Ends the turn.
	 */
	@Operation
	public String leave(@Param(name = "thread") int thread) {
		if (!this.entered[thread]) {
			return "is outside";
		}
		this.entered[thread] = false;
		int before = this.inside;
		this.inside = 0;
		this.queue.leave(ROW);
		return (before == thread + 1) ? "leaves" : "was joined by " + before;
	}

	@Validate
	public void asManyLinesAsSomeoneStandsIn() {
		int standing = 0;
		for (boolean each : this.entered) {
			standing += each ? 1 : 0;
		}
		if (standing > 1 || this.queue.size() != standing || (this.inside == 0) != (standing == 0)) {
			throw new IllegalStateException(
					standing + " entered, " + this.inside + " inside, " + this.queue.size() + " lines");
		}
	}

	@Test
	void oneAtATimeInEverySchedule() {
		new ModelCheckingOptions().sequentialSpecification(Turn.class)
			.actorsBefore(0)
			.actorsAfter(0)
			.iterations(12)
			.invocationsPerIteration(300)
			.threads(2)
			.actorsPerThread(3)
			.check(getClass());
	}

	@Test
	void oneAtATimeUnderStress() {
		new StressOptions().sequentialSpecification(Turn.class)
			.actorsBefore(0)
			.actorsAfter(0)
			.iterations(20)
			.invocationsPerIteration(2_000)
			.threads(3)
			.actorsPerThread(4)
			.check(getClass());
	}

	/**
	 * The turn, one step at a time.
	 */
	public static class Turn {

		private int holder = -1;

		public String enter(int thread) {
			if (this.holder == thread) {
				return "is inside";
			}
			if (this.holder >= 0) {
				return "kept out";
			}
			this.holder = thread;
			return "enters";
		}

		public String leave(int thread) {
			if (this.holder != thread) {
				return "is outside";
			}
			this.holder = -1;
			return "leaves";
		}

	}

}
