package io.coalestra.collections.internal.local;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what happens to rows, so that whoever loads one can tell whether something has
 * happened to it since.
 *
 * <p>
 * Everything is written by whoever changes a row or forgets it, atomically, and only ever
 * rises. A stamp is the sum of two such counts: it is unchanged if and only if both are,
 * whatever falls between the readings of the two. Keys share counts, so that something
 * may seem to have happened that did not; never the reverse.
 */
final class Generations {

	private static final int STRIPES = 1 << 11;

	private final AtomicLongArray stripes = new AtomicLongArray(STRIPES);

	private volatile long epoch;

	long epoch() {
		return this.epoch;
	}

	long stamp(Object key) {
		return this.epoch + this.stripes.get(stripe(key));
	}

	/**
	 * Notes that something happens to a row.
	 * @return its stamp after that
	 */
	long raise(Object key) {
		return this.epoch + this.stripes.incrementAndGet(stripe(key));
	}

	synchronized void raiseAll() {
		this.epoch = this.epoch + 1;
	}

	private static int stripe(Object key) {
		int hash = key.hashCode() * 0x9E37_79B9;
		return (hash ^ (hash >>> 16)) & (STRIPES - 1);
	}

}
