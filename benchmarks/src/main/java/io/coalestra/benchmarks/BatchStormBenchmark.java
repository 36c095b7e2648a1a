package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coalestra.batch.Batcher;
import io.coalestra.benchmarks.report.Figure;
import io.coalestra.benchmarks.report.Goal;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A thousand virtual threads with a key each, and a hundred with a hundred overlapping
 * keys each, over a source that takes 50 ms a call, of a hundred keys at most and with
 * sixteen calls at a time: how long until the last has its answer, and how often the
 * source was called. {@code source} is the source's time alone.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 10)
@Measurement(iterations = 20)
@State(Scope.Benchmark)
public class BatchStormBenchmark {

	private static final Duration SOURCE_TIME = Duration.ofMillis(50);

	private static final int CALLERS = 1_000;

	private final AtomicInteger calls = new AtomicInteger();

	private final AtomicInteger asked = new AtomicInteger();

	private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();

	private final Batcher<Integer, Integer> batcher = Batcher.keyed("storm", this::read).maxBatchSize(100).build();

	private final Batcher<Integer, Integer> sharing = Batcher.keyed("sharing", this::read)
		.maxBatchSize(100)
		.shareRunning()
		.build();

	private Map<Integer, Integer> read(List<Integer> keys) {
		this.calls.incrementAndGet();
		this.asked.addAndGet(keys.size());
		LockSupport.parkNanos(SOURCE_TIME.toNanos());
		return keys.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
	}

	/**
	 * Closes the batchers.
	 */
	@TearDown
	public void close() {
		this.batcher.close();
		this.sharing.close();
	}

	/**
	 * The source's time alone.
	 */
	@Benchmark
	public void source() {
		LockSupport.parkNanos(SOURCE_TIME.toNanos());
	}

	/**
	 * A thousand callers of a batcher.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@Goal(figure = Figure.CALLS, atMost = 11)
	@Goal(atMost = 2.2, beside = "source")
	public void distinctBatcher(Asking asking) throws InterruptedException {
		storm(CALLERS, (caller) -> this.batcher.get(caller), asking);
	}

	/**
	 * A thousand callers of Caffeine's asynchronous cache, which merges equal keys only.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public void distinctCaffeine(Asking asking) throws InterruptedException {
		AsyncLoadingCache<Integer, Integer> cache = Caffeine.newBuilder()
			.executor(this.threads)
			.buildAsync((key) -> Objects.requireNonNull(read(List.of(key)).get(key)));
		storm(CALLERS, (caller) -> cache.get(caller).join(), asking);
	}

	/**
	 * A thousand callers of one data loader, each of which dispatches what it finds.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public void distinctDataLoader(Asking asking) throws InterruptedException {
		DataLoader<Integer, Integer> loader = DataLoaderFactory.newMappedDataLoader(
				(keys) -> CompletableFuture.supplyAsync(() -> read(List.copyOf(keys)), this.threads),
				DataLoaderOptions.newOptions().setMaxBatchSize(100).build());
		storm(CALLERS, (caller) -> {
			CompletableFuture<Integer> value = loader.load(caller);
			var unused = loader.dispatch();
			value.join();
		}, asking);
	}

	/**
	 * A thousand callers of a data loader that is dispatched at every tick of 10 ms.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public void distinctTickingDataLoader(Asking asking) throws InterruptedException {
		try (TickingDataLoader loader = new TickingDataLoader(this::read)) {
			storm(CALLERS, (caller) -> loader.ask(caller).join(), asking);
		}
	}

	/**
	 * A hundred callers of a hundred keys each, of which ninety are their neighbour's.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@Goal(figure = Figure.CALLS, atMost = 13)
	@Goal(atMost = 2.2, beside = "source")
	public void overlapBatcher(Asking asking) throws InterruptedException {
		storm(100, (caller) -> this.sharing.getAll(IntStream.range(caller * 10, caller * 10 + 100).boxed().toList()),
				asking);
	}

	private void storm(int callers, IntConsumer each, Asking asking) throws InterruptedException {
		this.calls.set(0);
		this.asked.set(0);
		Callers.storm(callers, each);
		asking.calls = this.calls.get();
		asking.keys = this.asked.get();
	}

}
