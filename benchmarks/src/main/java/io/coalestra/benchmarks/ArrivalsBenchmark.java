package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.Window;
import io.coalestra.benchmarks.report.Figure;
import io.coalestra.benchmarks.report.Goal;
import org.jspecify.annotations.Nullable;
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
 * Callers that arrive at random, whether or not earlier ones have their answers (Poisson
 * arrivals), over a source that takes 5 ms a call of a hundred keys at most: how long
 * they wait beyond the source's own time. {@code direct} asks the source for each key
 * alone: what it waits is what timers and threads of the machine add by themselves.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@State(Scope.Benchmark)
public class ArrivalsBenchmark {

	private static final long SOURCE_NANOS = 5_000_000;

	private static final Duration WINDOW = Duration.ofMillis(10);

	private static final long SPAN_NANOS = 3_000_000_000L;

	private static final int LEAST_ARRIVALS = 100;

	private static final int COMPILING_RATE = 20_000;

	/** Arrivals a second. */
	@Param({ "10", "100", "1000", "5000", "20000" })
	public int rate;

	private final AtomicInteger calls = new AtomicInteger();

	private final SplittableRandom random = new SplittableRandom(20261121);

	/**
	 * Has every side compiled, which a few hundred callers would not come to.
	 */
	@Setup
	public void compile() {
		int asked = this.rate;
		this.rate = COMPILING_RATE;
		Waits unused = new Waits();
		Asking uncounted = new Asking();
		adaptive(unused, uncounted);
		fixed(unused, uncounted);
		tickingDataLoader(unused, uncounted);
		direct(unused, uncounted);
		this.rate = asked;
	}

	private Map<Integer, Integer> read(List<Integer> keys) {
		this.calls.incrementAndGet();
		LockSupport.parkNanos(SOURCE_NANOS);
		return keys.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
	}

	/**
	 * A batcher with an adaptive window of 10 ms.
	 * @param waits takes the waits
	 * @param asking counts calls
	 */
	@Benchmark
	@Goal(figure = Figure.MEDIAN_WAIT, atMost = 200, above = "direct", when = "rate=10")
	@Goal(figure = Figure.CALLS, atMost = 660, when = "rate=20000")
	public void adaptive(Waits waits, Asking asking) {
		batched(Window.adaptive(WINDOW), waits, asking);
	}

	/**
	 * A batcher with a fixed window of 10 ms.
	 * @param waits takes the waits
	 * @param asking counts calls
	 */
	@Benchmark
	public void fixed(Waits waits, Asking asking) {
		batched(Window.fixed(WINDOW), waits, asking);
	}

	/**
	 * A data loader that is dispatched at every tick of 10 ms.
	 * @param waits takes the waits
	 * @param asking counts calls
	 */
	@Benchmark
	public void tickingDataLoader(Waits waits, Asking asking) {
		try (TickingDataLoader loader = new TickingDataLoader(this::read)) {
			arrive(loader::ask, waits, asking);
		}
	}

	/**
	 * No batcher: a virtual thread each.
	 * @param waits takes the waits
	 * @param asking counts calls
	 */
	@Benchmark
	public void direct(Waits waits, Asking asking) {
		arrive((key) -> {
			CompletableFuture<@Nullable Integer> answer = new CompletableFuture<>();
			Thread.startVirtualThread(() -> answer.complete(read(List.of(key)).get(key)));
			return answer;
		}, waits, asking);
	}

	private void batched(Window window, Waits waits, Asking asking) {
		try (Batcher<Integer, Integer> batcher = Batcher.keyed("arrivals", this::read)
			.maxBatchSize(100)
			.window(window)
			.build()) {
			arrive(batcher::submit, waits, asking);
		}
	}

	private void arrive(Function<Integer, ? extends CompletableFuture<?>> ask, Waits waits, Asking asking) {
		this.calls.set(0);
		int arrivals = (int) Math.max(LEAST_ARRIVALS, this.rate * SPAN_NANOS / 1_000_000_000L);
		long[] took = new long[arrivals];
		CompletableFuture<?>[] answers = new CompletableFuture<?>[arrivals];
		long due = System.nanoTime();
		for (int i = 0; i < arrivals; i++) {
			due += (long) (-Math.log(1 - this.random.nextDouble()) * 1e9 / this.rate);
			for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
				LockSupport.parkNanos(left);
			}
			int position = i;
			long begin = System.nanoTime();
			answers[i] = ask.apply(i).thenRun(() -> took[position] = System.nanoTime() - begin);
		}
		CompletableFuture.allOf(answers).join();
		waits.take(took, SOURCE_NANOS);
		asking.calls = this.calls.get();
		asking.keys = arrivals;
	}

}
