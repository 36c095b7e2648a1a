package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.Coalestra;
import io.coalestra.benchmarks.report.Figure;
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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A snapshot whose keys are all fresh in memory, beside reads of the same keys from
 * Caffeine.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class WarmSnapshotBenchmark {

	private static final Duration LONG = Duration.ofHours(1);

	/** How many keys a snapshot has. */
	@Param({ "1", "100" })
	int keys;

	private List<ResourceKey<?>> list = List.of();

	private ResourceKey<?>[] array = {};

	private SnapshotRequest request = SnapshotRequest.require(Quote.TYPE.key());

	private SnapshotBuilder builder = Coalestra.builder().build();

	private Cache<ResourceKey<?>, Quote> expiring = Caffeine.newBuilder().build();

	private Cache<ResourceKey<?>, Entry> bounded = Caffeine.newBuilder().build();

	private AsyncLoadingCache<ResourceKey<?>, Quote> async = Caffeine.newBuilder()
		.buildAsync((key, executor) -> CompletableFuture.completedFuture(new Quote(key.subject(), 1)));

	/**
	 * Fills every cache.
	 */
	@Setup
	public void fill() {
		this.list = Quote.keys(0, this.keys);
		this.array = this.list.toArray(ResourceKey<?>[]::new);
		this.request = SnapshotRequest.require(this.list);
		this.builder = Coalestra.builder()
			.source(Source.batch("memory", Quote.TYPE, (keys) -> Quote.read(keys, keys.size())).inline().build())
			.defaultFreshness(Freshness.ttl(LONG))
			.build();
		this.builder.build(this.request);
		this.expiring = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(LONG).build();
		this.bounded = Caffeine.newBuilder().maximumSize(10_000).build();
		this.async = Caffeine.newBuilder()
			.maximumSize(10_000)
			.expireAfterWrite(LONG)
			.buildAsync((key, executor) -> CompletableFuture.completedFuture(new Quote(key.subject(), 1)));
		long freshUntil = System.currentTimeMillis() + LONG.toMillis();
		for (ResourceKey<?> key : this.list) {
			Quote quote = new Quote(key.subject(), 1);
			this.expiring.put(key, quote);
			this.bounded.put(key, new Entry(quote, freshUntil));
			this.async.put(key, CompletableFuture.completedFuture(quote));
		}
	}

	/**
	 * A request compiled once.
	 * @return the snapshot
	 */
	@Benchmark
	@Goal(atMost = 1.7, beside = "caffeineGet", when = "keys=1")
	@Goal(atMost = 1.35, beside = "loopOverBoundedCaffeine", when = "keys=100")
	@Goal(figure = Figure.BYTES, atMost = 100 * 6 + 256, when = "keys=100")
	public Snapshot coalestraPlanned() {
		return this.builder.build(this.request);
	}

	/**
	 * A request made on the spot.
	 * @return the snapshot
	 */
	@Benchmark
	@Goal(atMost = 0.85, beside = "caffeineGetAllPresent", when = "keys=100")
	@Goal(figure = Figure.BYTES, atMost = 100 * 24 + 256, when = "keys=100")
	public Snapshot coalestraAdHoc() {
		return this.builder.build(SnapshotRequest.require(this.list));
	}

	/**
	 * The least that could be done: a loop over a bounded cache, one clock reading, an
	 * array.
	 * @return the values
	 */
	@Benchmark
	public Entry[] loopOverBoundedCaffeine() {
		long now = System.currentTimeMillis();
		Entry[] found = new Entry[this.array.length];
		for (int i = 0; i < found.length; i++) {
			Entry entry = this.bounded.getIfPresent(this.array[i]);
			if (entry != null && now <= entry.freshUntil()) {
				found[i] = entry;
			}
		}
		return found;
	}

	/**
	 * Caffeine's own multi-get, with expiry.
	 * @return the values
	 */
	@Benchmark
	public Map<ResourceKey<?>, Quote> caffeineGetAllPresent() {
		return this.expiring.getAllPresent(this.list);
	}

	/**
	 * Caffeine's asynchronous multi-get, with expiry.
	 * @return the values
	 */
	@Benchmark
	public Map<ResourceKey<?>, Quote> caffeineAsyncGetAll() {
		return this.async.getAll(this.list).join();
	}

	/**
	 * One read, with expiry.
	 * @return the value
	 */
	@Benchmark
	public Quote caffeineGet() {
		return java.util.Objects.requireNonNull(this.expiring.getIfPresent(this.array[0]));
	}

	/**
	 * What a loop of one's own would keep.
	 *
	 * @param quote the value
	 * @param freshUntil until when it is fresh, in milliseconds
	 */
	public record Entry(Quote quote, long freshUntil) {
	}

}
