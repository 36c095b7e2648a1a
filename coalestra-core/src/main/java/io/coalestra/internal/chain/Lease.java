package io.coalestra.internal.chain;

import io.coalestra.internal.capacity.Permits;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Gets the permits of one call, the source's first and then the builder's, so that a
 * saturated source takes none of those that others could use; and gives them back once,
 * in reverse order.
 *
 * <p>
 * Whether the lease was granted or called off is decided under the monitor, once. No
 * permit operation that tells others runs under it.
 */
final class Lease extends Permits.Waiter {

	private final @Nullable Permits own;

	private final Permits shared;

	private final Runnable whenGranted;

	private State state = State.WAITING;

	private boolean ownTaken;

	private @Nullable Permits waitingFor;

	private TimeSource.@Nullable Timer timer;

	/**
	 * Makes a lease.
	 * @param own the source's permits, or null
	 * @param shared the builder's permits
	 * @param whenGranted is run when both are taken, unless {@link #request()} says so
	 */
	Lease(@Nullable Permits own, Permits shared, Runnable whenGranted) {
		this.own = own;
		this.shared = shared;
		this.whenGranted = whenGranted;
	}

	/**
	 * Asks for the permits.
	 * @return true if they were taken at once; {@code whenGranted} will not be run
	 */
	// As long as it has not been queued, nobody else knows of the lease.
	boolean request() {
		if (this.own != null && !this.own.tryAcquire()) {
			return takeOwn() && takeShared();
		}
		this.ownTaken = this.own != null;
		if (!this.shared.tryAcquire()) {
			return takeShared();
		}
		this.state = State.GRANTED;
		return true;
	}

	private boolean takeOwn() {
		Permits permits = this.own;
		if (permits == null) {
			return true;
		}
		synchronized (this) {
			this.waitingFor = permits;
		}
		if (permits.acquire(this)) {
			synchronized (this) {
				this.ownTaken = true;
				this.waitingFor = null;
			}
			return true;
		}
		return false;
	}

	private boolean takeShared() {
		synchronized (this) {
			if (this.state == State.CALLED_OFF) {
				return false;
			}
			this.waitingFor = this.shared;
		}
		if (this.shared.acquire(this)) {
			return granted(this.shared);
		}
		if (isCalledOff()) {
			// Called off between the look above and joining the queue.
			this.shared.cancel(this);
		}
		return false;
	}

	synchronized boolean isWaiting() {
		return this.state == State.WAITING;
	}

	private synchronized boolean isCalledOff() {
		return this.state == State.CALLED_OFF;
	}

	// Returns whether the lease is complete and still wanted.
	private boolean granted(Permits permits) {
		boolean wanted;
		synchronized (this) {
			wanted = this.state == State.WAITING;
			if (wanted) {
				this.state = State.GRANTED;
				this.waitingFor = null;
				cancelTimer();
			}
		}
		if (!wanted) {
			permits.release();
		}
		return wanted;
	}

	@Override
	protected void granted() {
		boolean second;
		boolean wanted;
		synchronized (this) {
			second = this.waitingFor == this.shared;
			wanted = this.state == State.WAITING;
			if (!second && wanted) {
				this.ownTaken = true;
			}
		}
		if (second) {
			if (granted(this.shared)) {
				this.whenGranted.run();
			}
			return;
		}
		if (!wanted) {
			if (this.own != null) {
				this.own.release();
			}
			return;
		}
		if (takeShared()) {
			this.whenGranted.run();
		}
	}

	synchronized void arm(TimeSource time, Runnable expiry, long delay) {
		if (this.state == State.WAITING) {
			cancelTimer();
			this.timer = time.schedule(expiry, delay);
		}
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	/**
	 * Stops waiting, and gives back what was taken.
	 * @return true if it waited: {@code whenGranted} will not be run
	 */
	boolean callOff() {
		Permits queue;
		boolean giveBackOwn;
		synchronized (this) {
			if (this.state != State.WAITING) {
				return false;
			}
			this.state = State.CALLED_OFF;
			cancelTimer();
			queue = this.waitingFor;
			giveBackOwn = this.ownTaken;
			this.ownTaken = false;
		}
		if (queue != null) {
			queue.cancel(this);
		}
		if (giveBackOwn && this.own != null) {
			this.own.release();
		}
		return true;
	}

	/**
	 * Gives the permits back; further calls do nothing.
	 */
	void release() {
		boolean giveBackOwn;
		synchronized (this) {
			if (this.state != State.GRANTED) {
				return;
			}
			this.state = State.RELEASED;
			giveBackOwn = this.ownTaken;
			this.ownTaken = false;
		}
		this.shared.release();
		if (giveBackOwn && this.own != null) {
			this.own.release();
		}
	}

	private enum State {

		WAITING, GRANTED, CALLED_OFF, RELEASED

	}

}
