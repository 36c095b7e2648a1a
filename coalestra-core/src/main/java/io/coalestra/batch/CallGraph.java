package io.coalestra.batch;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the bulk calls of one batcher have called so far: other batchers, and through them
 * perhaps their own. Batchers that call each other in a circle could each hold the permit
 * that the other waits for, although no single call runs in a circle.
 *
 * <p>
 * A call is noted before it is looked at. So of the calls that would close a circle of
 * waiting the last one knows of all others, and it is enough that this one does not wait.
 */
final class CallGraph {

	// One for all graphs, since a look goes through several. Only calls from inside bulk
	// calls take it.
	private static final ReentrantLock LOCK = new ReentrantLock();

	// Written and read under the lock; weak, since batchers come and go.
	private final Set<CallGraph> called = Collections.newSetFromMap(new WeakHashMap<>());

	/**
	 * Notes that a bulk call of this batcher calls another batcher.
	 * @return whether bulk calls of the other have come to call this one
	 */
	boolean closesCircle(CallGraph other) {
		LOCK.lock();
		try {
			this.called.add(other);
			return other.leadsTo(this, Collections.newSetFromMap(new IdentityHashMap<>()));
		}
		finally {
			LOCK.unlock();
		}
	}

	private boolean leadsTo(CallGraph end, Set<CallGraph> seen) {
		if (this == end) {
			return true;
		}
		if (seen.add(this)) {
			for (CallGraph next : this.called) {
				if (next.leadsTo(end, seen)) {
					return true;
				}
			}
		}
		return false;
	}

}
