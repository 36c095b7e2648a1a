package io.coalestra.benchmarks;

import java.util.Arrays;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * How long it was waited for something, shown beside the time.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Waits {

	/** Half of the waits were no longer: microseconds. */
	public long p50Micros;

	/** Nine of ten were no longer: microseconds. */
	public long p90Micros;

	/** All but one of a hundred were no longer: microseconds. */
	public long p99Micros;

	/**
	 * Takes the waits of a round, less what could not be helped.
	 * @param nanos the waits, which are sorted
	 * @param unavoidable what each of them had to take
	 */
	void take(long[] nanos, long unavoidable) {
		Arrays.sort(nanos);
		this.p50Micros = micros(nanos, 0.5, unavoidable);
		this.p90Micros = micros(nanos, 0.9, unavoidable);
		this.p99Micros = micros(nanos, 0.99, unavoidable);
	}

	private static long micros(long[] sorted, double share, long unavoidable) {
		return Math.max(0, sorted[(int) (share * (sorted.length - 1))] - unavoidable) / 1_000;
	}

}
