package io.coalestra.internal.chain;

import java.util.List;

import io.coalestra.internal.flight.Flight;
import io.coalestra.signal.Watch;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * One call of a source's function: begun once, settled once, ended once.
 *
 * <p>
 * Settled is what the builds see: an answer, a failure, or given up because time ran out.
 * Ended is when the function has really returned, and only then are the permits given
 * back. Between being given up and ending, the call is a runaway. The state is guarded by
 * the monitor, under which the thread is interrupted too, so that no interrupt ever hits
 * code that runs after the function.
 */
final class Attempt implements Runnable {

	private final SourceCall call;

	private final Watch watch;

	private final List<Flight> flights;

	private final Operation operation;

	private final CallContext context;

	private final Lease lease;

	private final RunningCalls running;

	private final TimeSource time;

	private State state = State.WAITING;

	private @Nullable Thread thread;

	private TimeSource.@Nullable Timer timer;

	private final long begunAt;

	private final long begunAtEpoch;

	Attempt(SourceCall call, Watch watch, List<Flight> flights, Operation operation, CallContext context, Lease lease,
			RunningCalls running, TimeSource time) {
		this.call = call;
		this.watch = watch;
		this.flights = flights;
		this.operation = operation;
		this.context = context;
		this.lease = lease;
		this.running = running;
		this.time = time;
		this.begunAt = time.monotonicNanos();
		this.begunAtEpoch = time.epochNanos();
		running.began(this);
	}

	long begunAt() {
		return this.begunAt;
	}

	long begunAtEpoch() {
		return this.begunAtEpoch;
	}

	Watch watch() {
		return this.watch;
	}

	CallContext context() {
		return this.context;
	}

	synchronized void arm(Runnable expiry, long delay) {
		if (this.state == State.WAITING || this.state == State.RUNNING) {
			this.timer = this.time.schedule(expiry, delay);
		}
	}

	@Override
	public void run() {
		if (!begin()) {
			// Given up while it waited for a thread.
			end();
			this.call.runawayEnded(this);
			return;
		}
		@Nullable Object answer = null;
		@Nullable Throwable thrown = null;
		try {
			answer = call();
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		boolean settled = settle();
		end();
		if (settled) {
			this.call.ended(this, answer, thrown);
		}
		else {
			this.call.runawayEnded(this);
		}
	}

	private @Nullable Object call() throws Throwable {
		Run run = new Run();
		this.context.run(run);
		if (!run.ran) {
			throw new IllegalStateException("the context of the call did not run it (expected: once)");
		}
		if (run.thrown != null) {
			throw run.thrown;
		}
		return run.answer;
	}

	/**
	 * One run of the operation. Of one thread.
	 */
	private final class Run implements Runnable {

		private boolean ran;

		private @Nullable Object answer;

		private @Nullable Throwable thrown;

		@Override
		public void run() {
			this.ran = true;
			try {
				Watch.Binding binding = Attempt.this.watch.bind();
				try {
					this.answer = Attempt.this.operation.call(Attempt.this.flights, Attempt.this.context);
				}
				finally {
					binding.close();
				}
			}
			catch (Throwable ex) {
				this.thrown = ex;
			}
		}

	}

	private synchronized boolean begin() {
		if (this.state != State.WAITING) {
			return false;
		}
		this.state = State.RUNNING;
		this.thread = Thread.currentThread();
		return true;
	}

	private synchronized boolean settle() {
		boolean given = this.state == State.RUNNING;
		this.state = given ? State.SETTLED : this.state;
		this.thread = null;
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
		if (!given) {
			// The interrupt was meant for the function, which has returned.
			Thread.interrupted();
		}
		return given;
	}

	/**
	 * Gives the call up.
	 * @return true if it was neither settled nor given up before: the caller reports it
	 */
	synchronized boolean giveUp() {
		if (this.state != State.WAITING && this.state != State.RUNNING) {
			return false;
		}
		this.state = State.GIVEN_UP;
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
		if (this.thread != null) {
			this.thread.interrupt();
		}
		return true;
	}

	/**
	 * The executor did not take the call: it will never begin.
	 * @return true if it was not given up before
	 */
	boolean refused() {
		boolean given = giveUp();
		end();
		if (!given) {
			this.call.runawayEnded(this);
		}
		return given;
	}

	void close() {
		if (giveUp()) {
			this.call.closed(this);
		}
	}

	private void end() {
		this.running.ended(this);
		this.lease.release();
	}

	private enum State {

		WAITING, RUNNING, SETTLED, GIVEN_UP

	}

}
