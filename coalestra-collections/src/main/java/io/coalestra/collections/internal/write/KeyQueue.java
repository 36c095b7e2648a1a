package io.coalestra.collections.internal.write;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Lets one at a time through for a key, in the order in which they came.
 *
 * <p>
 * A line exists as long as someone stands in it: who comes and who leaves is counted
 * inside the map's atomic change of the key. Safe for concurrent use.
 *
 * @param <K> the keys' type
 */
public final class KeyQueue<K> {

	private final ConcurrentHashMap<K, Line> lines = new ConcurrentHashMap<>();

	/**
	 * Waits for the turn.
	 * @param key the key
	 * @param nanos how long at most
	 * @return true if it is the caller's turn, which must be {@linkplain #leave ended}
	 * @throws InterruptedException if interrupted while waiting
	 * @throws IllegalStateException if the caller has the turn already
	 */
	public boolean enter(K key, long nanos) throws InterruptedException {
		Line line = this.lines.compute(key, (same, known) -> {
			Line present = (known != null) ? known : new Line();
			present.standing++;
			return present;
		});
		boolean entered = false;
		try {
			if (Thread.currentThread().equals(line.holder)) {
				throw new IllegalStateException("row " + key + ": written inside its own update (expected: the update"
						+ " to give the row, and write no other way)");
			}
			entered = line.turn.tryAcquire(nanos, TimeUnit.NANOSECONDS);
			if (entered) {
				line.holder = Thread.currentThread();
			}
			return entered;
		}
		finally {
			if (!entered) {
				depart(key);
			}
		}
	}

	/**
	 * Ends the caller's turn.
	 */
	public void leave(K key) {
		Line line = this.lines.get(key);
		if (line == null || !Thread.currentThread().equals(line.holder)) {
			throw new IllegalStateException("row " + key + ": left by one who has not entered");
		}
		line.holder = null;
		line.turn.release();
		depart(key);
	}

	private void depart(K key) {
		this.lines.computeIfPresent(key, (same, line) -> (--line.standing == 0) ? null : line);
	}

	/**
	 * Returns for how many keys someone stands in line.
	 */
	public int size() {
		return this.lines.size();
	}

	private static final class Line {

		private final Semaphore turn = new Semaphore(1, true);

		// Written inside the map's atomic change of the key.
		private int standing;

		// Written by the one whose turn it is; others only ask whether it is themselves.
		private volatile @Nullable Thread holder;

	}

}
