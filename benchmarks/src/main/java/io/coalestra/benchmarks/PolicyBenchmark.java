package io.coalestra.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
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

/**
 * What retry, circuit and permits add to one call of a source, beside what the same three
 * decorators of Resilience4j add to a function. The difference of the two Coalestra sides
 * is to be compared with the difference of the other two.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class PolicyBenchmark {

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
	 * A read past the cache through a source without policies.
	 * @return the snapshot
	 */
	@Benchmark
	public Snapshot coalestraBare() {
		return this.bare.build(this.request);
	}

	/**
	 * The same with retry, circuit, and permits of the source.
	 * @return the snapshot
	 */
	@Benchmark
	public Snapshot coalestraGuarded() {
		return this.guarded.build(this.request);
	}

	/**
	 * A function.
	 * @return its result
	 */
	@Benchmark
	public List<ResourceKey<?>> functionBare() {
		return this.call.get();
	}

	/**
	 * The same under Resilience4j's retry, circuit breaker and bulkhead.
	 * @return its result
	 */
	@Benchmark
	public List<ResourceKey<?>> functionUnderResilience4j() {
		return this.decorated.get();
	}

}
