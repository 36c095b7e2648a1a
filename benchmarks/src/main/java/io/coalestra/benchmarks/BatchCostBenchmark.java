package io.coalestra.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import com.sun.management.OperatingSystemMXBean;
import io.coalestra.batch.Batcher;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderOptions;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Sinks;

/**
 * What batching costs when the source answers at once: bursts of keys handed in one by
 * one by one thread, which waits for all answers of a burst. Per key; {@code cpu} is the
 * processor time of the whole process, as the sides use more or fewer threads.
 *
 * <p>
 * The data loader is dispatched by hand after each burst, and caches nothing. Reactor's
 * {@code bufferTimeout} has a promise for each element.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
@State(Scope.Benchmark)
public class BatchCostBenchmark {

	private static final int KEYS = 100_000;

	private static final OperatingSystemMXBean PROCESS = ManagementFactory
		.getPlatformMXBean(OperatingSystemMXBean.class);

	/** How many keys are handed in before their answers are waited for. */
	@Param({ "100", "1000" })
	public int burst;

	private final Integer[] keys = new Integer[KEYS];

	private final Batcher<Integer, Integer> positional = Batcher
		.<Integer, Integer>positional("positional", (asked) -> asked)
		.maxBatchSize(100)
		.build();

	private final Batcher<Integer, Integer> keyed = Batcher.keyed("keyed", BatchCostBenchmark::byKey)
		.maxBatchSize(100)
		.build();

	private final DataLoaderOptions options = DataLoaderOptions.newOptions()
		.setCachingEnabled(false)
		.setMaxBatchSize(100)
		.build();

	private final DataLoader<Integer, Integer> loader = DataLoaderFactory
		.newDataLoader((asked) -> CompletableFuture.completedFuture(asked), this.options);

	private final DataLoader<Integer, Integer> mappedLoader = DataLoaderFactory
		.newMappedDataLoader((asked) -> CompletableFuture.completedFuture(byKey(asked)), this.options);

	private final Sinks.Many<Element> elements = Sinks.many().unicast().onBackpressureBuffer();

	/**
	 * Makes the keys and opens the stream.
	 */
	public BatchCostBenchmark() {
		for (int i = 0; i < KEYS; i++) {
			this.keys[i] = i;
		}
		this.elements.asFlux()
			.bufferTimeout(100, Duration.ofMillis(1))
			.subscribe((buffer) -> buffer.forEach((element) -> element.promise().complete(element.key())));
	}

	private static Map<Integer, Integer> byKey(Collection<Integer> asked) {
		Map<Integer, Integer> values = HashMap.newHashMap(asked.size());
		asked.forEach((key) -> values.put(key, key));
		return values;
	}

	/**
	 * Closes the batchers and the stream.
	 */
	@TearDown
	public void close() {
		this.positional.close();
		this.keyed.close();
		this.elements.tryEmitComplete();
	}

	/**
	 * A batcher that answers by position.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void batcherPositional(Cpu cpu) {
		bursts(this.positional::submit, () -> {
		}, cpu);
	}

	/**
	 * A batcher that answers by key.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void batcherKeyed(Cpu cpu) {
		bursts(this.keyed::submit, () -> {
		}, cpu);
	}

	/**
	 * A data loader that answers by position.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void dataLoaderPositional(Cpu cpu) {
		bursts(this.loader::load, () -> {
			var unused = this.loader.dispatch();
		}, cpu);
	}

	/**
	 * A data loader that answers by key.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void dataLoaderKeyed(Cpu cpu) {
		bursts(this.mappedLoader::load, () -> {
			var unused = this.mappedLoader.dispatch();
		}, cpu);
	}

	/**
	 * Reactor's buffer, with a promise for each element.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void reactorBufferTimeout(Cpu cpu) {
		bursts((key) -> {
			CompletableFuture<Integer> promise = new CompletableFuture<>();
			this.elements.emitNext(new Element(key, promise), Sinks.EmitFailureHandler.FAIL_FAST);
			return promise;
		}, () -> {
		}, cpu);
	}

	private void bursts(Function<Integer, ? extends CompletableFuture<?>> ask, Runnable dispatch, Cpu cpu) {
		long before = PROCESS.getProcessCpuTime();
		List<CompletableFuture<?>> answers = new ArrayList<>(this.burst);
		for (int from = 0; from < KEYS; from += this.burst) {
			for (int i = from; i < from + this.burst; i++) {
				answers.add(ask.apply(this.keys[i]));
			}
			dispatch.run();
			answers.forEach(CompletableFuture::join);
			answers.clear();
		}
		cpu.cpuNanos = (PROCESS.getProcessCpuTime() - before) / KEYS;
	}

	private record Element(Integer key, CompletableFuture<Integer> promise) {
	}

	/**
	 * The processor time of the process.
	 */
	@AuxCounters(AuxCounters.Type.EVENTS)
	@State(Scope.Thread)
	public static class Cpu {

		/** Nanoseconds a key. */
		public long cpuNanos;

	}

}
