package io.coalestra.concurrency;

import java.util.ArrayDeque;
import java.util.Deque;

import io.coalestra.internal.capacity.Permits;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * Calls that ask for a permit, give up waiting or give it back, while the limit changes:
 * never more in use than there are, none lost, none given twice, and handed over in the
 * order of asking. Each thread has one call at a time.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class PermitsLincheckTests {

	private static final int MAX_THREADS = 8;

	private final Permits permits = new Permits(1);

	// Each touched by its own thread only.
	private final Call[] calls = new Call[MAX_THREADS];

	@Operation
	public String ask(@Param(name = "thread") int thread) {
		if (this.calls[thread] != null) {
			return "has asked";
		}
		Call call = new Call();
		this.calls[thread] = call;
		call.got = this.permits.acquire(call);
		return call.got ? "got it" : "waits";
	}

	@Operation
	public String end(@Param(name = "thread") int thread) {
		Call call = this.calls[thread];
		if (call == null) {
			return "has not asked";
		}
		this.calls[thread] = null;
		if (!call.got && this.permits.cancel(call)) {
			return "gave up";
		}
		this.permits.release();
		return "gave back";
	}

	@Operation
	public void limit(@Param(gen = IntGen.class, conf = "1:2") int limit) {
		this.permits.limit(limit);
	}

	@Operation
	public String state() {
		Permits.State state = this.permits.state();
		return state.inUse() + " of " + state.limit() + ", " + state.waiting() + " wait";
	}

	@Test
	void permitsAreNeitherLostNorDoubledInEverySchedule() {
		new ModelCheckingOptions().sequentialSpecification(Queue.class)
			.iterations(6)
			.invocationsPerIteration(300)
			.threads(2)
			.actorsPerThread(3)
			.check(getClass());
	}

	@Test
	void permitsAreNeitherLostNorDoubledUnderStress() {
		new StressOptions().sequentialSpecification(Queue.class)
			.iterations(20)
			.invocationsPerIteration(1_000)
			.threads(3)
			.actorsPerThread(4)
			.check(getClass());
	}

	private static final class Call extends Permits.Waiter {

		private boolean got;

		@Override
		protected void granted() {
			// That it was granted shows when it cannot give up any more.
		}

	}

	/**
	 * The permits, one step at a time.
	 */
	public static class Queue {

		private final Deque<Integer> waiting = new ArrayDeque<>();

		private final boolean[] asked = new boolean[MAX_THREADS];

		private int limit = 1;

		private int inUse;

		public String ask(int thread) {
			if (this.asked[thread]) {
				return "has asked";
			}
			this.asked[thread] = true;
			this.waiting.add(thread);
			grant();
			return this.waiting.contains(thread) ? "waits" : "got it";
		}

		public String end(int thread) {
			if (!this.asked[thread]) {
				return "has not asked";
			}
			this.asked[thread] = false;
			if (this.waiting.remove(thread)) {
				return "gave up";
			}
			this.inUse--;
			grant();
			return "gave back";
		}

		public void limit(int changed) {
			this.limit = changed;
			grant();
		}

		private void grant() {
			while (this.inUse < this.limit && !this.waiting.isEmpty()) {
				this.waiting.remove();
				this.inUse++;
			}
		}

		public String state() {
			return this.inUse + " of " + this.limit + ", " + this.waiting.size() + " wait";
		}

	}

}
