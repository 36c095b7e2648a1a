package io.coalestra.internal.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets readers see all of a commit or none without taking a lock.
 *
 * <p>
 * Writers take the lock, one at a time, and count the stamp up before and after their
 * writes: while it is odd, a commit is in progress. A reader notes the stamp, reads, and
 * looks again; if it has changed, it reads anew, a bounded number of times, and then
 * waits for the lock, which is held for a few writes in memory.
 */
public final class CommitStamp {

	private static final int MAX_SPINS = 64;

	private final AtomicLong stamp = new AtomicLong();

	private final ReentrantLock writers = new ReentrantLock();

	/**
	 * Returns the stamp before a read.
	 * @return the stamp, even
	 */
	public long begin() {
		long seen = this.stamp.get();
		return ((seen & 1) == 0) ? seen : awaitQuiet();
	}

	/**
	 * Returns whether no commit has begun since.
	 * @param begun what {@link #begin()} gave
	 * @return true if what was read belongs together
	 */
	public boolean isUnchanged(long begun) {
		return this.stamp.get() == begun;
	}

	private long awaitQuiet() {
		for (int spin = 0; spin < MAX_SPINS; spin++) {
			Thread.onSpinWait();
			long seen = this.stamp.get();
			if ((seen & 1) == 0) {
				return seen;
			}
		}
		this.writers.lock();
		try {
			return this.stamp.get();
		}
		finally {
			this.writers.unlock();
		}
	}

	/**
	 * Makes writes visible together.
	 * @param writes the writes; quick, in memory
	 */
	public void commit(Runnable writes) {
		this.writers.lock();
		try {
			this.stamp.incrementAndGet();
			try {
				writes.run();
			}
			finally {
				this.stamp.incrementAndGet();
			}
		}
		finally {
			this.writers.unlock();
		}
	}

	/**
	 * Reads while no commit is in progress: the last resort of a reader that commits keep
	 * overtaking.
	 * @param reads the reads; quick, in memory
	 */
	public void readExclusively(Runnable reads) {
		this.writers.lock();
		try {
			reads.run();
		}
		finally {
			this.writers.unlock();
		}
	}

}
