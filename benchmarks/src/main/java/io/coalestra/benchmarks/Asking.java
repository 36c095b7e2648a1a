package io.coalestra.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What a source was asked for, shown beside the time.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Asking {

	/** How often it was called. */
	public long calls;

	/** For how many keys. */
	public long keys;

}
