package io.coalestra.benchmarks.actuator;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;

/**
 * How much slower a warm build of a hundred keys is in an application with metrics,
 * observations and health than in one without. Short slices of both take turns, and the
 * median of the ratios of neighbours is taken, from which whatever slows the machine for
 * longer than two slices drops out.
 */
final class WatchedBuilds {

	private static final int KEYS = 100;

	private static final int BUILDS_A_SLICE = 400;

	private static final int SLICES = 201;

	private static final int ROUNDS = 20;

	private final SnapshotBuilder watched;

	private final SnapshotBuilder bare;

	private final SnapshotRequest request;

	// Read by nobody: keeps the builds from being optimised away.
	private long consumed;

	WatchedBuilds(SnapshotBuilder watched) {
		this.watched = watched;
		this.bare = Coalestra.builder()
			.source(WatchedApplication.memory())
			.defaultFreshness(Freshness.ttl(Duration.ofHours(2)))
			.build();
		List<ResourceKey<String>> keys = IntStream.range(0, KEYS)
			.mapToObj((number) -> WatchedApplication.QUOTE.key("warm-" + number))
			.toList();
		this.request = SnapshotRequest.require(keys);
	}

	/**
	 * Measures.
	 * @return how many times as long a build takes: 1 for no difference
	 */
	double ratio() {
		this.bare.build(this.request);
		this.watched.build(this.request);
		double[] rounds = new double[ROUNDS];
		for (int round = -ROUNDS / 2; round < ROUNDS; round++) {
			double ratio = round();
			if (round >= 0) {
				rounds[round] = ratio;
			}
		}
		Arrays.sort(rounds);
		System.out.printf(Locale.ROOT, "warm     x%.3f with metrics and health (rounds %.3f to %.3f), %d keys%n",
				middle(rounds), rounds[0], rounds[ROUNDS - 1], KEYS);
		this.bare.close();
		return middle(rounds);
	}

	private double round() {
		double[] ratios = new double[SLICES];
		for (int i = 0; i < SLICES; i++) {
			boolean bareFirst = i % 2 == 0;
			long first = slice(bareFirst ? this.bare : this.watched);
			long second = slice(bareFirst ? this.watched : this.bare);
			ratios[i] = bareFirst ? (double) second / first : (double) first / second;
		}
		Arrays.sort(ratios);
		return middle(ratios);
	}

	private long slice(SnapshotBuilder builder) {
		long begun = System.nanoTime();
		for (int i = 0; i < BUILDS_A_SLICE; i++) {
			this.consumed += builder.build(this.request).keys().size();
		}
		return System.nanoTime() - begun;
	}

	private static double middle(double[] sorted) {
		return sorted[sorted.length / 2];
	}

	@Override
	public String toString() {
		return "consumed " + this.consumed;
	}

}
