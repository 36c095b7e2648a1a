package io.coalestra.collections.internal.engine;

import java.util.concurrent.atomic.LongAdder;

import io.coalestra.collections.access.CollectionStatistics;

/**
 * Counts what happens in a collection. Everything is only ever added to, by anyone.
 */
final class Tally {

	final LongAdder localHits = new LongAdder();

	final LongAdder sharedHits = new LongAdder();

	final LongAdder storeHits = new LongAdder();

	final LongAdder absences = new LongAdder();

	final LongAdder storeCalls = new LongAdder();

	final LongAdder loadFailures = new LongAdder();

	final LongAdder writes = new LongAdder();

	final LongAdder deferred = new LongAdder();

	final LongAdder attempts = new LongAdder();

	final LongAdder conflicts = new LongAdder();

	final LongAdder refused = new LongAdder();

	final LongAdder dropped = new LongAdder();

	CollectionStatistics statistics(int loading, long localRows, int unsettled) {
		return new CollectionStatistics(this.localHits.sum(), this.sharedHits.sum(), this.storeHits.sum(),
				this.absences.sum(), this.storeCalls.sum(), this.loadFailures.sum(), this.writes.sum(),
				this.deferred.sum(), this.attempts.sum(), this.conflicts.sum(), this.refused.sum(), this.dropped.sum(),
				loading, localRows, unsettled);
	}

}
