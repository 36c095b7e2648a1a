package io.coalestra.internal.chain;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls of sources that have not ended, so that closing can interrupt them and tests
 * can see that none is left.
 */
public final class RunningCalls {

	private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();

	void began(Attempt attempt) {
		this.attempts.add(attempt);
	}

	void ended(Attempt attempt) {
		this.attempts.remove(attempt);
	}

	/**
	 * Returns how many calls have not ended.
	 * @return the number of calls
	 */
	public int size() {
		return this.attempts.size();
	}

	/**
	 * Interrupts all calls.
	 */
	public void interruptAll() {
		this.attempts.forEach(Attempt::close);
	}

}
