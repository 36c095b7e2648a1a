package io.coalestra.batch;

import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Interrupts a thread while it does a certain thing, and never after.
 */
final class InterruptGate {

	private final ReentrantLock lock = new ReentrantLock();

	// Written under the lock: by the thread that enters or leaves, and by who interrupts.
	// Under the lock, so that an interrupt cannot reach a thread that has just left.
	private @Nullable Thread inside;

	private boolean interrupted;

	/** Lets the current thread be interrupted; at once, if that was asked for already. */
	void enter() {
		this.lock.lock();
		try {
			this.inside = Thread.currentThread();
			if (this.interrupted) {
				this.inside.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends it, and takes back an interrupt that came from here. */
	void leave() {
		this.lock.lock();
		try {
			this.inside = null;
			if (this.interrupted) {
				Thread.interrupted();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void interrupt() {
		this.lock.lock();
		try {
			this.interrupted = true;
			if (this.inside != null) {
				this.inside.interrupt();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
