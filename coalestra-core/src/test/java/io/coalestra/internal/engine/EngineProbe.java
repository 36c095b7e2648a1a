package io.coalestra.internal.engine;

import java.util.List;

import io.coalestra.snapshot.SnapshotBuilder;

/**
 * Lets tests of other packages see what only the engine knows.
 */
public final class EngineProbe {

	private EngineProbe() {
	}

	/**
	 * Returns how many calls of sources have not ended.
	 * @param builder a builder
	 * @return the number of calls
	 */
	public static int runningCalls(SnapshotBuilder builder) {
		return ((Engine) builder).parts().services().running().size();
	}

	/**
	 * Describes the reads that have not ended.
	 * @param builder a builder
	 * @return each with its failures and its trail
	 */
	public static List<String> flights(SnapshotBuilder builder) {
		return ((Engine) builder).parts()
			.registry()
			.inProgress()
			.stream()
			.map((flight) -> flight + ", next source " + flight.progress().nextSource() + ", "
					+ (flight.isUnwanted() ? "unwanted, " : "wanted, ") + flight.progress().failures() + ", "
					+ flight.trail())
			.toList();
	}

}
