package io.coalestra.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.coalestra.batch.Batcher;
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
 * The very first round of callers in a new JVM, over a source of 50 ms: a thousand with a
 * key each, or a hundred with a hundred overlapping keys each. {@code threadsAlone} is
 * the same thousand virtual threads that each wait 50 ms without any batcher: what is
 * left of the difference to the source's time is the JVM's own start.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(10)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@State(Scope.Benchmark)
public class ColdBatchStormBenchmark {

	private static final long SOURCE_NANOS = 50_000_000;

	private final Batcher<Integer, Integer> batcher = Batcher.keyed("storm", ColdBatchStormBenchmark::read)
		.maxBatchSize(100)
		.build();

	private final Batcher<Integer, Integer> sharing = Batcher.keyed("sharing", ColdBatchStormBenchmark::read)
		.maxBatchSize(100)
		.shareRunning()
		.build();

	private static Map<Integer, Integer> read(List<Integer> keys) {
		LockSupport.parkNanos(SOURCE_NANOS);
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
	 * The threads without a batcher.
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public void threadsAlone() throws InterruptedException {
		Callers.storm(1_000, (caller) -> LockSupport.parkNanos(SOURCE_NANOS));
	}

	/**
	 * The threads with a batcher.
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public void batcher() throws InterruptedException {
		Callers.storm(1_000, (caller) -> this.batcher.get(caller));
	}

	/**
	 * A hundred threads with a hundred overlapping keys each.
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	public void overlapBatcher() throws InterruptedException {
		Callers.storm(100,
				(caller) -> this.sharing.getAll(IntStream.range(caller * 10, caller * 10 + 100).boxed().toList()));
	}

}
