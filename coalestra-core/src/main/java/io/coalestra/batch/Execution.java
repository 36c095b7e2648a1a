package io.coalestra.batch;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * A bulk call that runs on a thread, so that a call made from inside it can be told: one
 * that gathered behind the very bulk call which waits for it would never be answered.
 */
final class Execution {

	// Large beside the number of bulk calls at a time: every call looks here, and would
	// otherwise wait for the cache line that some bulk call's thread has just written.
	// That
	// is also why it is no map, which counts its entries beside what leads to them.
	private static final int SLOTS = 4096;

	// What runs on the threads of a slot, the latest first. Replaced as a whole by the
	// thread that enters or leaves; any thread may read the slot, and finds its own
	// entries.
	private static final AtomicReferenceArray<@Nullable Entry> CURRENT = new AtomicReferenceArray<>(SLOTS);

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
		Thread thread = Thread.currentThread();
		for (Entry entry = CURRENT.get(slotOf(thread)); entry != null; entry = entry.next) {
			if (entry.thread.equals(thread)) {
				return entry.execution;
			}
		}
		return null;
	}

	static Execution enter(Dispatch<?, ?> batcher, List<? extends Call<?, ?>> calls) {
		Execution entered = new Execution(batcher, calls, current());
		Thread thread = Thread.currentThread();
		CURRENT.accumulateAndGet(slotOf(thread), new Entry(thread, entered, null),
				(others, own) -> new Entry(own.thread, own.execution, others));
		return entered;
	}

	void leave() {
		CURRENT.updateAndGet(slotOf(Thread.currentThread()), (entries) -> Entry.without(entries, this));
	}

	// Thread numbers are given in turn: what starts together must not lie side by side.
	private static int slotOf(Thread thread) {
		return (int) ((thread.threadId() * 0x9E3779B97F4A7C15L) >>> 52);
	}

	/**
	 * Whether a call of a batcher from inside this bulk call must not wait for a permit,
	 * because whoever holds the permits may wait for this bulk call to end.
	 */
	boolean mustNotWaitFor(Dispatch<?, ?> other) {
		return isWithin(other) || closesCircle(other);
	}

	/** Whether bulk calls of the other batcher have come to call one that waits here. */
	private boolean closesCircle(Dispatch<?, ?> other) {
		boolean closes = false;
		for (Execution waiting = this; waiting != null; waiting = waiting.outer) {
			closes |= waiting.batcher.callGraph.closesCircle(other.callGraph);
		}
		return closes;
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

	/**
	 * What runs on a thread of a slot. Immutable.
	 */
	private record Entry(Thread thread, Execution execution, @Nullable Entry next) {

		static @Nullable Entry without(@Nullable Entry entries, Execution left) {
			if (entries == null || entries.execution == left) {
				return (entries != null) ? entries.next : null;
			}
			return new Entry(entries.thread, entries.execution, without(entries.next, left));
		}

	}

}
