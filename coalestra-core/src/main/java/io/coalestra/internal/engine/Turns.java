package io.coalestra.internal.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets the stages of a session run one after another, in the order in which they were
 * begun. All state is guarded by this object's monitor; whoever is next is told outside
 * of it.
 */
final class Turns {

	private final Deque<Runnable> waiting = new ArrayDeque<>();

	private boolean taken;

	/**
	 * Takes the turn, or stands in line for it.
	 * @param whenFree run once when the turn comes later, on the thread that passes it on
	 * @return true if the turn is the caller's at once
	 */
	synchronized boolean take(Runnable whenFree) {
		if (this.taken) {
			this.waiting.add(whenFree);
			return false;
		}
		this.taken = true;
		return true;
	}

	/**
	 * Leaves the line.
	 * @param whenFree what was to be run
	 * @return false if the turn has come already, and must be passed on
	 */
	synchronized boolean withdraw(Runnable whenFree) {
		return this.waiting.remove(whenFree);
	}

	/**
	 * Passes the turn on.
	 */
	void pass() {
		Runnable next;
		synchronized (this) {
			next = this.waiting.poll();
			this.taken = next != null;
		}
		if (next != null) {
			next.run();
		}
	}

}
