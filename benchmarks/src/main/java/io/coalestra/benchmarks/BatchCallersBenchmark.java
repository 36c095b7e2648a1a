package io.coalestra.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import io.coalestra.batch.Batcher;
import io.coalestra.benchmarks.report.Figure;
import io.coalestra.benchmarks.report.Goal;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.scheduler.Schedulers;

/**
 * What batching costs many callers at once: a thousand virtual threads, each of which
 * asks for one key after another and waits for every answer, over a source that answers
 * at once. Per key; {@code cpu} is the processor time of the whole process.
 *
 * <p>
 * Reactor's sink is entered under a lock, as it refuses threads that emit at once. A data
 * loader is not among the sides, as nobody knows when to dispatch it. {@code
 * threadsAlone} yields in place of asking: what a thousand threads cost that take turns.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5)
@Measurement(iterations = 7)
@State(Scope.Benchmark)
public class BatchCallersBenchmark {

	private static final int CALLERS = 1_000;

	private static final int KEYS_EACH = 500;

	private static final int KEYS = CALLERS * KEYS_EACH;

	private final Batcher<Integer, Integer> batcher = Batcher.keyed("callers", InstantSource::byKey)
		.maxBatchSize(100)
		.build();

	private final BufferedPromises buffers = BufferedPromises.keyed(InstantSource::byKey, null);

	private final BufferedPromises buffersOnOtherThreads = BufferedPromises.keyed(InstantSource::byKey,
			Schedulers.boundedElastic());

	/**
	 * Closes the batcher and the streams.
	 */
	@TearDown
	public void close() {
		this.batcher.close();
		this.buffers.close();
		this.buffersOnOtherThreads.close();
	}

	/**
	 * The threads without a batcher.
	 * @param cpu counts processor time
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	@SuppressWarnings("ThreadPriorityCheck") // Taking turns is what is measured.
	public void threadsAlone(ProcessorTime cpu) throws InterruptedException {
		storm((key) -> Thread.yield(), cpu);
	}

	/**
	 * A batcher.
	 * @param cpu counts processor time
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@Goal(figure = Figure.PROCESSOR, atMost = 0.7, beside = "reactor")
	@OperationsPerInvocation(KEYS)
	public void batcher(ProcessorTime cpu) throws InterruptedException {
		storm(this.batcher::get, cpu);
	}

	/**
	 * Reactor's buffers, answered on the thread that fills them.
	 * @param cpu counts processor time
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void reactor(ProcessorTime cpu) throws InterruptedException {
		storm((key) -> this.buffers.askAmongOthers(key).join(), cpu);
	}

	/**
	 * Reactor's buffers, answered on other threads, sixteen at a time.
	 * @param cpu counts processor time
	 * @throws InterruptedException if interrupted
	 */
	@Benchmark
	@OperationsPerInvocation(KEYS)
	public void reactorOtherThreads(ProcessorTime cpu) throws InterruptedException {
		storm((key) -> this.buffersOnOtherThreads.askAmongOthers(key).join(), cpu);
	}

	private void storm(IntConsumer ask, ProcessorTime cpu) throws InterruptedException {
		long before = ProcessorTime.now();
		Callers.storm(CALLERS, (caller) -> {
			for (int i = 0; i < KEYS_EACH; i++) {
				ask.accept(caller * KEYS_EACH + i);
			}
		});
		cpu.cpuNanos = (ProcessorTime.now() - before) / KEYS;
	}

}
