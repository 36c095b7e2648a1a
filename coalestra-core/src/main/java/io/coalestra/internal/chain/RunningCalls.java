package io.coalestra.internal.chain;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The calls of sources that have not ended, so that closing can interrupt them and tests
 * can see that none is left.
 */
public final class RunningCalls {

	private final Set<Attempt> attempts = ConcurrentHashMap.newKeySet();

	// Set once, by closing. Whoever takes a call out looks afterwards; whoever sets it
	// looks afterwards whether there is a call left.
	private volatile @Nullable CompletableFuture<Void> none;

	void began(Attempt attempt) {
		this.attempts.add(attempt);
	}

	void ended(Attempt attempt) {
		this.attempts.remove(attempt);
		CompletableFuture<Void> asked = this.none;
		if (asked != null && this.attempts.isEmpty()) {
			asked.complete(null);
		}
	}

	/**
	 * Tells when all calls have ended. To be asked once no more begin.
	 * @return completed by the end of the last call
	 */
	public CompletableFuture<Void> whenNone() {
		CompletableFuture<Void> asked = new CompletableFuture<>();
		this.none = asked;
		if (this.attempts.isEmpty()) {
			asked.complete(null);
		}
		return asked;
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
