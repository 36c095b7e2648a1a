package io.coalestra.collections.journal;

import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Forces what was appended to the disk, once for all who wait at the same time.
 *
 * <p>
 * {@code appended} is raised under the journal's lock, after the bytes are in the file;
 * the rest is written under this object's lock, which whoever forces holds, so that those
 * behind it find their own bytes forced as well. A force that failed is never repeated:
 * the operating system may have dropped what it could not write, and would then report
 * success.
 */
final class GroupSync {

	private final ReentrantLock lock = new ReentrantLock();

	private final Forcing forcing;

	private Segment active;

	private volatile long appended;

	private volatile long synced;

	private final LongAdder syncs = new LongAdder();

	private volatile @Nullable IOException failure;

	GroupSync(Segment active, Forcing forcing) {
		this.active = active;
		this.forcing = forcing;
	}

	long appended(int bytes) {
		long position = this.appended + bytes;
		this.appended = position;
		return position;
	}

	void forceAll() throws IOException {
		force(this.appended);
	}

	/**
	 * Returns once the disk has everything up to a position.
	 */
	void force(long position) throws IOException {
		if (this.synced >= position) {
			return;
		}
		this.lock.lock();
		try {
			if (this.synced < position) {
				forceActive();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void forceActive() throws IOException {
		IOException earlier = this.failure;
		if (earlier != null) {
			throw new IOException("an earlier force failed", earlier);
		}
		long to = this.appended;
		try {
			this.forcing.force(this.active);
		}
		catch (IOException ex) {
			this.failure = ex;
			throw ex;
		}
		this.synced = to;
		this.syncs.increment();
	}

	/**
	 * Goes on with another file. Whoever waits for what is in the one before finds it
	 * forced, unless nothing is forced at all.
	 */
	void goOnWith(Segment next, boolean forced) throws IOException {
		this.lock.lock();
		try {
			if (forced && this.synced < this.appended) {
				forceActive();
			}
			this.active = next;
		}
		finally {
			this.lock.unlock();
		}
	}

	long syncs() {
		return this.syncs.sum();
	}

	boolean failed() {
		return this.failure != null;
	}

	/**
	 * Makes the disk have what was written to a file.
	 */
	@FunctionalInterface
	interface Forcing {

		void force(Segment segment) throws IOException;

	}

}
