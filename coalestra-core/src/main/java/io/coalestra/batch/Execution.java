package io.coalestra.batch;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * A bulk call that runs on a thread, so that a call made from inside it can be told: one
 * that gathered behind the very bulk call which waits for it would never be answered.
 */
final class Execution {

	// Large beside the number of bulk calls at a time: every call looks here, and would
	// otherwise wait for the cache line that some bulk call's thread has just written.
	private static final int CAPACITY = 4096;

	// Each thread writes its own entry only; any thread may read its own.
	private static final ConcurrentHashMap<Thread, Execution> CURRENT = new ConcurrentHashMap<>(CAPACITY);

	private final Dispatch<?, ?> batcher;

	private final List<? extends Call<?, ?>> calls;

	/** What the thread ran before and goes on with after. */
	private final @Nullable Execution outer;

	private Execution(Dispatch<?, ?> batcher, List<? extends Call<?, ?>> calls, @Nullable Execution outer) {
		this.batcher = batcher;
		this.calls = calls;
		this.outer = outer;
	}

	static @Nullable Execution current() {
		return CURRENT.get(Thread.currentThread());
	}

	static Execution enter(Dispatch<?, ?> batcher, List<? extends Call<?, ?>> calls) {
		Execution entered = new Execution(batcher, calls, current());
		CURRENT.put(Thread.currentThread(), entered);
		return entered;
	}

	void leave() {
		if (this.outer == null) {
			CURRENT.remove(Thread.currentThread());
		}
		else {
			CURRENT.put(Thread.currentThread(), this.outer);
		}
	}

	/**
	 * Whether a bulk call of this batcher waits, directly or through other batchers, for
	 * this one to end.
	 */
	boolean isWithin(Dispatch<?, ?> other) {
		return isWithin(other, Collections.newSetFromMap(new IdentityHashMap<>()));
	}

	private boolean isWithin(Dispatch<?, ?> other, Set<Execution> seen) {
		if (this.batcher == other) {
			return true;
		}
		if (!seen.add(this)) {
			return false;
		}
		if (this.outer != null && this.outer.isWithin(other, seen)) {
			return true;
		}
		for (Call<?, ?> call : this.calls) {
			if (call.parent != null && call.parent.isWithin(other, seen)) {
				return true;
			}
		}
		return false;
	}

}
