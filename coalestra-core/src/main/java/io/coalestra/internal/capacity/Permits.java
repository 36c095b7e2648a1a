package io.coalestra.internal.capacity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A fixed or adaptable number of permits, handed over in the order of asking.
 *
 * <p>
 * All state is read and written under one lock, which is held for a few instructions and
 * never while a waiter is told. A waiter never blocks a thread: it is told by whoever
 * releases. A permit belongs to a call until the call truly ends.
 */
public final class Permits {

	// Never added to.
	private static final Deque<Waiter> NOBODY = new ArrayDeque<>(0);

	private final ReentrantLock lock = new ReentrantLock();

	private int limit;

	private int inUse;

	private int waiting;

	// A list of our own, so that a waiter that gives up leaves in constant time.
	private @Nullable Waiter first;

	private @Nullable Waiter last;

	/**
	 * Makes permits.
	 * @param limit how many there are: 1 or more
	 */
	public Permits(int limit) {
		this.limit = limit;
	}

	/**
	 * Takes a permit if one is free and nobody waits for one.
	 * @return true if it is taken
	 */
	public boolean tryAcquire() {
		this.lock.lock();
		try {
			if (this.inUse < this.limit && this.first == null) {
				this.inUse++;
				return true;
			}
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes a permit, or waits for one.
	 * @param waiter is told when a permit is its own, unless this method says so
	 * @return true if a permit was free and nobody waited for one: it is taken, and the
	 * waiter will not be told
	 */
	public boolean acquire(Waiter waiter) {
		this.lock.lock();
		try {
			if (this.inUse < this.limit && this.first == null) {
				this.inUse++;
				return true;
			}
			append(waiter);
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stops waiting.
	 * @param waiter the waiter
	 * @return true if it waited and will not be told any more; false if a permit is its
	 * own already, or it never waited here
	 */
	public boolean cancel(Waiter waiter) {
		this.lock.lock();
		try {
			return unlink(waiter);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Gives a permit back, once for each that was taken.
	 */
	public void release() {
		Deque<Waiter> granted;
		this.lock.lock();
		try {
			if (this.inUse == 0) {
				throw new IllegalStateException("permits: released more often than taken");
			}
			this.inUse--;
			granted = grant();
		}
		finally {
			this.lock.unlock();
		}
		granted.forEach(Waiter::granted);
	}

	/**
	 * Changes the number of permits. When it shrinks, permits that are taken stay so.
	 * @param newLimit how many there are: 1 or more
	 */
	public void limit(int newLimit) {
		Deque<Waiter> granted;
		this.lock.lock();
		try {
			this.limit = newLimit;
			granted = grant();
		}
		finally {
			this.lock.unlock();
		}
		granted.forEach(Waiter::granted);
	}

	private Deque<Waiter> grant() {
		if (this.first == null) {
			return NOBODY;
		}
		Deque<Waiter> granted = new ArrayDeque<>(1);
		while (this.inUse < this.limit && this.first != null) {
			Waiter next = this.first;
			unlink(next);
			this.inUse++;
			granted.add(next);
		}
		return granted;
	}

	private void append(Waiter waiter) {
		waiter.home = this;
		waiter.previous = this.last;
		if (this.last != null) {
			this.last.next = waiter;
		}
		else {
			this.first = waiter;
		}
		this.last = waiter;
		this.waiting++;
	}

	private boolean unlink(Waiter waiter) {
		if (waiter.home != this) {
			return false;
		}
		if (waiter.previous != null) {
			waiter.previous.next = waiter.next;
		}
		else {
			this.first = waiter.next;
		}
		if (waiter.next != null) {
			waiter.next.previous = waiter.previous;
		}
		else {
			this.last = waiter.previous;
		}
		waiter.home = null;
		waiter.previous = null;
		waiter.next = null;
		this.waiting--;
		return true;
	}

	/**
	 * Returns the state at one moment.
	 * @return the state
	 */
	public State state() {
		this.lock.lock();
		try {
			return new State(this.limit, this.inUse, this.waiting);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The state of permits.
	 *
	 * @param limit how many there are
	 * @param inUse how many are taken
	 * @param waiting how many wait for one
	 */
	public record State(int limit, int inUse, int waiting) {
	}

	/**
	 * Somebody who waits for a permit; in one queue at a time.
	 */
	public abstract static class Waiter {

		// Written and read under the lock of the permits that it waits for.
		private @Nullable Permits home;

		private @Nullable Waiter previous;

		private @Nullable Waiter next;

		/**
		 * Tells that a permit is this waiter's own. Called outside any lock, by whoever
		 * gave the permit back; must not block.
		 */
		protected abstract void granted();

	}

}
