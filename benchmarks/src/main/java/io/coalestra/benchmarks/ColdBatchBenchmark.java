package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.Coalestra;
import io.coalestra.benchmarks.report.Goal;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A thousand keys that nothing is known of, through one batch source that answers at
 * once, on the calling thread; emptying the cache is part of both sides. Per key.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ColdBatchBenchmark.KEYS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class ColdBatchBenchmark {

	static final int KEYS = 1_000;

	private static final Duration LONG = Duration.ofHours(1);

	private final List<ResourceKey<?>> list = Quote.keys(0, KEYS);

	private final SnapshotRequest request = SnapshotRequest.require(this.list);

	private final SnapshotBuilder builder = Coalestra.builder()
		.source(Source.batch("memory", Quote.TYPE, (keys) -> Quote.read(keys, keys.size())).inline().build())
		.defaultFreshness(Freshness.ttl(LONG))
		.build();

	private final AsyncLoadingCache<ResourceKey<?>, Quote> caffeine = Caffeine.newBuilder()
		.maximumSize(10_000)
		.expireAfterWrite(LONG)
		.buildAsync(new OnTheSpot());

	/**
	 * A build that finds nothing.
	 * @return the snapshot
	 */
	@Benchmark
	@Goal(atMost = 0.9, beside = "caffeineAsyncBulkLoad")
	public Snapshot coalestra() {
		this.builder.publisher().clear();
		return this.builder.build(this.request);
	}

	/**
	 * Caffeine's asynchronous bulk load.
	 * @return the values
	 */
	@Benchmark
	public Map<ResourceKey<?>, Quote> caffeineAsyncBulkLoad() {
		this.caffeine.synchronous().invalidateAll();
		return this.caffeine.getAll(this.list).join();
	}

	/**
	 * Loads on the thread that asks.
	 */
	private static final class OnTheSpot implements AsyncCacheLoader<ResourceKey<?>, Quote> {

		@Override
		public CompletableFuture<Quote> asyncLoad(ResourceKey<?> key, Executor executor) {
			return CompletableFuture.completedFuture(new Quote(key.subject(), 1));
		}

		@Override
		public CompletableFuture<Map<ResourceKey<?>, Quote>> asyncLoadAll(Set<? extends ResourceKey<?>> keys,
				Executor executor) {
			return CompletableFuture.completedFuture(Quote.read(keys, keys.size()));
		}

	}

}
