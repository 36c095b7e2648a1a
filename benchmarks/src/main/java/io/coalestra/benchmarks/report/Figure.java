package io.coalestra.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * Something that is measured of a side.
 */
public enum Figure {

	/** How long one operation takes, in the workload's own unit. */
	TIME("time"),

	/** What one operation allocates. */
	BYTES("bytes"),

	/** The most calls of the source in one round. */
	CALLS("calls"),

	/** The most keys that were asked of the source in one round. */
	KEYS("keys"),

	/** Processor time of the whole process. */
	PROCESSOR("processor ns a key"),

	/** What policies add to a call. */
	POLICIES("policies, ns a call"),

	/** What the peer's policies add to a call. */
	PEER_POLICIES("Resilience4j, ns a call"),

	/** What half of the callers waited at most, beyond the source's time. */
	MEDIAN_WAIT("median wait, µs"),

	/** What nine of ten callers waited at most. */
	MOST_WAIT("90 of 100, µs"),

	/** What all but one of a hundred callers waited at most. */
	LONGEST_WAIT("99 of 100, µs");

	private final String title;

	Figure(String title) {
		this.title = title;
	}

	String title() {
		return this.title;
	}

	@Nullable Double of(Measurement side) {
		Waits waits = side.waits();
		return switch (this) {
			case TIME -> Double.valueOf(side.median());
			case BYTES -> side.bytesPerOperation();
			case CALLS -> side.calls();
			case KEYS -> side.keys();
			case PROCESSOR -> side.cpuNanos();
			case POLICIES -> side.policyNanos();
			case PEER_POLICIES -> side.peerPolicyNanos();
			case MEDIAN_WAIT -> (waits != null) ? Double.valueOf(waits.p50Micros()) : null;
			case MOST_WAIT -> (waits != null) ? Double.valueOf(waits.p90Micros()) : null;
			case LONGEST_WAIT -> (waits != null) ? Double.valueOf(waits.p99Micros()) : null;
		};
	}

}
