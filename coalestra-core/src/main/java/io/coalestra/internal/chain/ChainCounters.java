package io.coalestra.internal.chain;

import java.util.concurrent.atomic.LongAdder;

/**
 * What went wrong in time, over all sources, since the builder was made.
 */
public final class ChainCounters {

	private final LongAdder queueTimeouts = new LongAdder();

	private final LongAdder sourceTimeouts = new LongAdder();

	private final LongAdder deadlinesExceeded = new LongAdder();

	/**
	 * Returns the calls that got no permit in time.
	 * @return the counter
	 */
	public LongAdder queueTimeouts() {
		return this.queueTimeouts;
	}

	/**
	 * Returns the calls that outlasted their source's time limit.
	 * @return the counter
	 */
	public LongAdder sourceTimeouts() {
		return this.sourceTimeouts;
	}

	/**
	 * Returns the calls and waits that a deadline ended.
	 * @return the counter
	 */
	public LongAdder deadlinesExceeded() {
		return this.deadlinesExceeded;
	}

}
