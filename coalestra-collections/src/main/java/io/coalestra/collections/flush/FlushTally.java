package io.coalestra.collections.flush;

import java.util.concurrent.atomic.LongAdder;

/**
 * What all flushes have done.
 */
final class FlushTally {

	final LongAdder stored = new LongAdder();

	final LongAdder conflicts = new LongAdder();

	final LongAdder dropped = new LongAdder();

	final LongAdder failures = new LongAdder();

	final LongAdder flushes = new LongAdder();

	final LongAdder callbackFailures = new LongAdder();

}
