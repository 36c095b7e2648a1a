package io.coalestra.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.coalestra.Coalestra;
import io.coalestra.benchmarks.report.Figure;
import io.coalestra.benchmarks.report.Goal;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What retry, circuit and permits add to one call of a source, beside what the same three
 * decorators of Resilience4j add to a function.
 *
 * <p>
 * Both are small beside a build, so they are measured as differences: of four short
 * slices the middle two are with policies, so that neither side is always the later one,
 * and the median of the differences is taken, from which drops out whatever slows the
 * machine for longer than that.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 10)
@Measurement(iterations = 10)
@State(Scope.Benchmark)
public class PolicyBenchmark {

	private static final int SLICES = 401;

	private static final int CALLS_OF_ALL_KEYS = 400_000;

	/** How many keys one call has. */
	@Param({ "1", "100" })
	int keys;

	private SnapshotRequest request = SnapshotRequest.require(Quote.TYPE.key());

	private SnapshotBuilder bare = Coalestra.builder().build();

	private SnapshotBuilder guarded = Coalestra.builder().build();

	private Supplier<List<ResourceKey<?>>> call = List::of;

	private Supplier<List<ResourceKey<?>>> decorated = List::of;

	/**
	 * Makes both kinds of call.
	 */
	@Setup
	public void prepare() {
		List<ResourceKey<?>> list = Quote.keys(0, this.keys);
		this.request = SnapshotRequest.require(list).bypassCache();
		this.bare = Coalestra.builder()
			.source(Source.batch("memory", Quote.TYPE, (keys) -> Quote.read(keys, keys.size())).inline().build())
			.defaultResilience(Resilience.NONE)
			.build();
		this.guarded = Coalestra.builder()
			.source(Source.batch("memory", Quote.TYPE, (keys) -> Quote.read(keys, keys.size()))
				.inline()
				.maxConcurrency(4)
				.build())
			.build();
		this.call = () -> list;
		this.decorated = Retry.decorateSupplier(Retry.ofDefaults("retry"),
				CircuitBreaker.decorateSupplier(CircuitBreaker.ofDefaults("circuit"),
						Bulkhead.decorateSupplier(Bulkhead.ofDefaults("bulkhead"), this.call)));
	}

	/**
	 * Reads past the cache through a source with and without retry, circuit and permits
	 * of its own, and calls a function with and without Resilience4j's.
	 * @param costs takes what the policies add
	 * @param blackhole takes the results
	 */
	@Benchmark
	@Goal(figure = Figure.POLICIES, against = Figure.PEER_POLICIES, atMost = 1.1, when = "keys=1")
	@Goal(figure = Figure.POLICIES, atMost = 100 * 2, when = "keys=100")
	public void differences(Costs costs, Blackhole blackhole) {
		int calls = CALLS_OF_ALL_KEYS / SLICES / this.keys;
		costs.policies = added(() -> this.bare.build(this.request), () -> this.guarded.build(this.request), calls,
				blackhole);
		costs.resilience4j = added(this.call, this.decorated, CALLS_OF_ALL_KEYS / SLICES, blackhole);
	}

	private static double added(Supplier<?> without, Supplier<?> with, int calls, Blackhole blackhole) {
		double[] differences = new double[SLICES];
		for (int i = 0; i < SLICES; i++) {
			long first = took(without, calls, blackhole);
			long guarded = took(with, 2 * calls, blackhole);
			long last = took(without, calls, blackhole);
			differences[i] = (double) (guarded - first - last) / (2 * calls);
		}
		Arrays.sort(differences);
		return differences[SLICES / 2];
	}

	private static long took(Supplier<?> call, int calls, Blackhole blackhole) {
		long begun = System.nanoTime();
		for (int i = 0; i < calls; i++) {
			blackhole.consume(call.get());
		}
		return System.nanoTime() - begun;
	}

	/**
	 * What policies add to one call, in nanoseconds.
	 */
	@AuxCounters(AuxCounters.Type.EVENTS)
	@State(Scope.Thread)
	public static class Costs {

		/** Those of a source. */
		public double policies;

		/** The decorators of Resilience4j. */
		public double resilience4j;

	}

}
