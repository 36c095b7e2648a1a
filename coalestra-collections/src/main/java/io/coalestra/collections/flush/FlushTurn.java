package io.coalestra.collections.flush;

import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to flush. Written by the one who flushes; others only ask whether it
 * is themselves, or interrupt.
 */
final class FlushTurn {

	private volatile @Nullable Thread flushing;

	void begin() {
		this.flushing = Thread.currentThread();
	}

	void end() {
		this.flushing = null;
	}

	boolean isMine() {
		return Thread.currentThread().equals(this.flushing);
	}

	/**
	 * Interrupts whoever flushes.
	 */
	void interrupt() {
		Thread thread = this.flushing;
		if (thread != null) {
			thread.interrupt();
		}
	}

}
