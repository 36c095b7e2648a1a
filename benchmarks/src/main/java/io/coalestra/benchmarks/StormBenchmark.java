package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

import io.coalestra.Coalestra;
import io.coalestra.benchmarks.report.Figure;
import io.coalestra.benchmarks.report.Goal;
import io.coalestra.failure.SourceUnavailableException;
import io.coalestra.key.ResourceKey;
import io.coalestra.policy.Freshness;
import io.coalestra.policy.Resilience;
import io.coalestra.snapshot.SnapshotBuildException;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Many callers at once, one shot each time: how long until the last has its answer, and
 * what the source was asked for. {@code source} is the source's time alone. It takes some
 * dozens of rounds until the JVM has compiled all that ten thousand callers do.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 60)
@Measurement(iterations = 20)
@State(Scope.Benchmark)
public class StormBenchmark {

	private static final Duration SOURCE_TIME = Duration.ofMillis(50);

	private static final Duration FAILURE_TIME = Duration.ofMillis(200);

	private final AtomicInteger calls = new AtomicInteger();

	private final AtomicInteger asked = new AtomicInteger();

	private final SnapshotBuilder slow = Coalestra.builder().source(Source.batch("slow", Quote.TYPE, (keys) -> {
		this.calls.incrementAndGet();
		this.asked.addAndGet(keys.size());
		LockSupport.parkNanos(SOURCE_TIME.toNanos());
		return Quote.read(keys, keys.size());
	}).nonBlocking().build()).defaultFreshness(Freshness.ttl(Duration.ofHours(1))).maxConcurrency(128).build();

	private final SnapshotBuilder failing = Coalestra.builder()
		.source(Source.single("failing", Quote.TYPE, (ResourceKey<Quote> key) -> {
			this.calls.incrementAndGet();
			LockSupport.parkNanos(FAILURE_TIME.toNanos());
			return fail();
		}).nonBlocking().build())
		.defaultResilience(Resilience.NONE)
		.build();

	private static Quote fail() {
		throw new SourceUnavailableException("down");
	}

	/**
	 * The source's time alone.
	 */
	@Benchmark
	public void source() {
		LockSupport.parkNanos(SOURCE_TIME.toNanos());
	}

	/**
	 * Ten thousand virtual threads ask for one key that nothing is known of.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@Goal(atMost = 1.4, beside = "source")
	@Goal(figure = Figure.CALLS, atLeast = 1, atMost = 1)
	public void stampedeOf10000(Asking asking) throws InterruptedException {
		this.slow.publisher().clear();
		storm(10_000, (caller) -> this.slow.build(Quote.TYPE.key("hot")), asking);
	}

	/**
	 * A hundred callers ask for a hundred keys each, of which ninety are their
	 * neighbour's.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@Goal(figure = Figure.KEYS, atLeast = 1_090, atMost = 1_090)
	@Goal(figure = Figure.CALLS, atMost = 100)
	public void overlapOf100By100(Asking asking) throws InterruptedException {
		this.slow.publisher().clear();
		List<List<ResourceKey<?>>> windows = java.util.stream.IntStream.range(0, 100)
			.mapToObj((caller) -> Quote.keys(caller * 10, caller * 10 + 100))
			.toList();
		storm(100, (caller) -> this.slow.build(windows.get(caller)), asking);
	}

	/**
	 * A failing source's time alone.
	 */
	@Benchmark
	public void failingSource() {
		LockSupport.parkNanos(FAILURE_TIME.toNanos());
	}

	/**
	 * A thousand callers of a source that fails after 200 ms.
	 * @param asking counts calls
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@Goal(atMost = 1.1, beside = "failingSource")
	@Goal(figure = Figure.CALLS, atLeast = 1, atMost = 1)
	public void failureFor1000(Asking asking) throws InterruptedException {
		storm(1_000, (caller) -> {
			try {
				this.failing.build(Quote.TYPE.key("down"));
			}
			catch (SnapshotBuildException expected) {
				// Every caller is told.
			}
		}, asking);
	}

	private void storm(int callers, IntConsumer each, Asking asking) throws InterruptedException {
		this.calls.set(0);
		this.asked.set(0);
		Callers.storm(callers, each);
		asking.calls = this.calls.get();
		asking.keys = this.asked.get();
	}

}
