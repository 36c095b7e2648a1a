package io.coalestra.internal.chain;

import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.internal.capacity.Permits;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Leases of a source's permit and the builder's that are asked for, granted, called off
 * and given back: whatever happens, as many permits are taken as leases hold, nobody
 * waits while one is free, and in the end all are free.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class LeaseLincheckTests {

	private static final int MAX_THREADS = 8;

	private final Permits own = new Permits(1);

	private final Permits shared = new Permits(1);

	// Each touched by its own thread only.
	private final Call[] calls = new Call[MAX_THREADS];

	/**
	 * Asks; every other thread's source has no permits of its own.
	 */
	@Operation
	public void ask(@Param(name = "thread") int thread) {
		if (this.calls[thread] == null) {
			Call call = new Call((thread % 3 == 0) ? null : this.own, this.shared);
			this.calls[thread] = call;
			if (call.lease.request()) {
				call.granted.incrementAndGet();
			}
		}
	}

	/**
	 * Calls off, or gives back what was granted meanwhile.
	 */
	@Operation
	public void end(@Param(name = "thread") int thread) {
		Call call = this.calls[thread];
		if (call != null) {
			this.calls[thread] = null;
			if (!call.lease.callOff()) {
				call.lease.release();
				call.lease.release();
			}
			else if (call.granted.get() > 0) {
				throw new IllegalStateException("called off and granted");
			}
		}
	}

	@Validate
	public void permitsAreTakenByWhoeverHoldsThemAndAllFreeInTheEnd() {
		int granted = 0;
		int asked = 0;
		for (Call call : this.calls) {
			if (call != null) {
				asked++;
				granted += call.granted.get();
			}
		}
		require(this.shared.state().inUse() == granted, "the builder's permits are those of granted leases");
		require(granted == Math.min(asked, 1) || this.own.state().inUse() == 1, "nobody waits for a free permit");
		require(granted + this.own.state().waiting() + this.shared.state().waiting() == asked,
				"who was not granted waits");
		for (int thread = 0; thread < MAX_THREADS; thread++) {
			end(thread);
		}
		require(this.shared.state().equals(new Permits.State(1, 0, 0)), "the builder's permit is free");
		require(this.own.state().equals(new Permits.State(1, 0, 0)), "the source's permit is free");
	}

	private void require(boolean condition, String what) {
		if (!condition) {
			throw new IllegalStateException(
					what + ": not so; own " + this.own.state() + ", shared " + this.shared.state());
		}
	}

	@Test
	void noPermitIsLostOrDoubledInEverySchedule() {
		new ModelCheckingOptions().iterations(5)
			.invocationsPerIteration(200)
			.threads(2)
			.actorsPerThread(3)
			.check(getClass());
	}

	@Test
	void noPermitIsLostOrDoubledUnderStress() {
		new StressOptions().iterations(20)
			.invocationsPerIteration(1_000)
			.threads(3)
			.actorsPerThread(4)
			.check(getClass());
	}

	private static final class Call {

		private final AtomicInteger granted = new AtomicInteger();

		private final Lease lease;

		private Call(Permits own, Permits shared) {
			this.lease = new Lease(own, shared, this.granted::incrementAndGet);
		}

	}

}
