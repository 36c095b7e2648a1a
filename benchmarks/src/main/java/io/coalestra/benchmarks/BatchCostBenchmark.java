package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.Window;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.scheduler.Schedulers;

/**
 * What batching costs when the source answers at once: bursts of keys handed in one by
 * one by one thread, which waits for all answers of a burst. Per key; {@code cpu} is the
 * processor time of the whole process, as the sides use more or fewer threads.
 *
 * <p>
 * All sides ask the same bulk functions for a hundred keys at most, and gather for a
 * millisecond where they gather by time. A batcher's bulk calls run on threads of its
 * own, or, by hand, on the thread that fills a batch, which flushes after each burst. The
 * data loader is dispatched by hand after each burst, and caches nothing. Reactor's
 * {@code bufferTimeout} has a promise for each element, and its bulk calls run on the
 * thread that fills a buffer or on others. Each is held against those that run bulk calls
 * where it does. What a burst of 250 leaves over waits for its time.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 12)
@Measurement(iterations = 12)
@State(Scope.Benchmark)
public class BatchCostBenchmark {

	private static final int KEYS = 500_000;

	/** How many keys are handed in before their answers are waited for. */
	@Param({ "100", "250", "1000" })
	public int burst;

	private final Integer[] keys = new Integer[KEYS];

	private final Batcher<Integer, Integer> positional = Batcher
		.<Integer, Integer>positional("positional", (asked) -> asked)
		.maxBatchSize(100)
		.window(Window.fixed(Duration.ofMillis(1)))
		.build();

	private final Batcher<Integer, Integer> keyed = Batcher.keyed("keyed", InstantSource::byKey)
		.maxBatchSize(100)
		.window(Window.fixed(Duration.ofMillis(1)))
		.build();

	private final Batcher<Integer, Integer> keyedAdaptive = Batcher.keyed("adaptive", InstantSource::byKey)
		.maxBatchSize(100)
		.build();

	private final Batcher<Integer, Integer> positionalByHand = Batcher
		.<Integer, Integer>positional("positionalByHand", (asked) -> asked)
		.maxBatchSize(100)
		.window(Window.fixed(Duration.ofMillis(1)))
		.executor(Runnable::run)
		.build();

	private final Batcher<Integer, Integer> keyedByHand = Batcher.keyed("keyedByHand", InstantSource::byKey)
		.maxBatchSize(100)
		.window(Window.fixed(Duration.ofMillis(1)))
		.executor(Runnable::run)
		.build();

	private final DataLoaderOptions options = DataLoaderOptions.newOptions()
		.setCachingEnabled(false)
		.setMaxBatchSize(100)
		.build();

	private final DataLoader<Integer, Integer> loader = DataLoaderFactory
		.newDataLoader((asked) -> CompletableFuture.completedFuture(asked), this.options);

	private final DataLoader<Integer, Integer> mappedLoader = DataLoaderFactory
		.newMappedDataLoader((asked) -> CompletableFuture.completedFuture(InstantSource.byKey(asked)), this.options);

	private final BufferedPromises positionalBuffer = BufferedPromises.positional((asked) -> asked, null);

	private final BufferedPromises keyedBuffer = BufferedPromises.keyed(InstantSource::byKey, null);

	private final BufferedPromises positionalBufferOnOtherThreads = BufferedPromises.positional((asked) -> asked,
			Schedulers.boundedElastic());

	private final BufferedPromises keyedBufferOnOtherThreads = BufferedPromises.keyed(InstantSource::byKey,
			Schedulers.boundedElastic());

	/**
	 * Makes the keys.
	 */
	public BatchCostBenchmark() {
		for (int i = 0; i < KEYS; i++) {
			this.keys[i] = i;
		}
	}

	/**
	 * Closes the batchers and the stream.
	 */
	@TearDown
	public void close() {
		this.positional.close();
		this.keyed.close();
		this.keyedAdaptive.close();
		this.positionalByHand.close();
		this.keyedByHand.close();
		this.positionalBuffer.close();
		this.keyedBuffer.close();
		this.positionalBufferOnOtherThreads.close();
		this.keyedBufferOnOtherThreads.close();
	}

	/**
	 * A batcher that answers by position, on threads of its own.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@Goal(figure = Figure.PROCESSOR, atMost = 0.7, beside = "reactorPositionalOtherThreads")
	@OperationsPerInvocation(KEYS)
	public void batcherPositional(ProcessorTime cpu) {
		bursts(this.positional::submit, () -> {
		}, cpu);
	}

	/**
	 * A batcher that answers by key, on threads of its own.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@Goal(figure = Figure.PROCESSOR, atMost = 0.7, beside = "reactorKeyedOtherThreads")
	@OperationsPerInvocation(KEYS)
	public void batcherKeyed(ProcessorTime cpu) {
		bursts(this.keyed::submit, () -> {
		}, cpu);
	}

	/**
	 * A batcher that answers by key, on threads of its own, and lets no key wait while
	 * none of them is busy: over a source that answers at once, its batches are small.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void batcherKeyedAdaptive(ProcessorTime cpu) {
		bursts(this.keyedAdaptive::submit, () -> {
		}, cpu);
	}

	/**
	 * A batcher that answers by position on the thread that fills a batch, and is flushed
	 * by hand after each burst.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@Goal(figure = Figure.PROCESSOR, atMost = 1.8, beside = "dataLoaderPositional")
	@Goal(figure = Figure.PROCESSOR, atMost = 0.7, beside = "reactorPositional")
	@OperationsPerInvocation(KEYS)
	public void batcherPositionalByHand(ProcessorTime cpu) {
		bursts(this.positionalByHand::submit, this.positionalByHand::flush, cpu);
	}

	/**
	 * A batcher that answers by key on the thread that fills a batch, and is flushed by
	 * hand after each burst.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@Goal(figure = Figure.PROCESSOR, atMost = 1.8, beside = "dataLoaderKeyed")
	@Goal(figure = Figure.PROCESSOR, atMost = 0.7, beside = "reactorKeyed")
	@OperationsPerInvocation(KEYS)
	public void batcherKeyedByHand(ProcessorTime cpu) {
		bursts(this.keyedByHand::submit, this.keyedByHand::flush, cpu);
	}

	/**
	 * A data loader that answers by position.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void dataLoaderPositional(ProcessorTime cpu) {
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
	public void dataLoaderKeyed(ProcessorTime cpu) {
		bursts(this.mappedLoader::load, () -> {
			var unused = this.mappedLoader.dispatch();
		}, cpu);
	}

	/**
	 * Reactor's buffers, answered by position. The thread that fills a buffer makes the
	 * bulk call: one at a time.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void reactorPositional(ProcessorTime cpu) {
		bursts(this.positionalBuffer::ask, () -> {
		}, cpu);
	}

	/**
	 * Reactor's buffers, answered by key on the thread that fills them.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void reactorKeyed(ProcessorTime cpu) {
		bursts(this.keyedBuffer::ask, () -> {
		}, cpu);
	}

	/**
	 * Reactor's buffers, answered by position on other threads, sixteen at a time.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void reactorPositionalOtherThreads(ProcessorTime cpu) {
		bursts(this.positionalBufferOnOtherThreads::ask, () -> {
		}, cpu);
	}

	/**
	 * Reactor's buffers, answered by key on other threads, sixteen at a time: as a source
	 * that takes time needs it, and as the batcher does it.
	 * @param cpu counts processor time
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void reactorKeyedOtherThreads(ProcessorTime cpu) {
		bursts(this.keyedBufferOnOtherThreads::ask, () -> {
		}, cpu);
	}

	private void bursts(Function<Integer, ? extends CompletableFuture<?>> ask, Runnable dispatch, ProcessorTime cpu) {
		long before = ProcessorTime.now();
		List<CompletableFuture<?>> answers = new ArrayList<>(this.burst);
		for (int from = 0; from < KEYS; from += this.burst) {
			for (int i = from; i < from + this.burst; i++) {
				answers.add(ask.apply(this.keys[i]));
			}
			dispatch.run();
			answers.forEach(CompletableFuture::join);
			answers.clear();
		}
		cpu.cpuNanos = (ProcessorTime.now() - before) / KEYS;
	}

}
