package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A batcher as one would make it of Reactor's {@code bufferTimeout}: a promise for each
 * element, buffers of a hundred or of what came within a millisecond, and a bulk function
 * that is asked for the keys of a buffer.
 */
final class BufferedPromises implements AutoCloseable {

	private final Sinks.Many<Element> elements = Sinks.many().unicast().onBackpressureBuffer();

	// A sink refuses threads that emit at once, and virtual threads that tried again and
	// again would keep the one that emits from its processor.
	private final ReentrantLock emission = new ReentrantLock();

	private final Disposable subscription;

	private BufferedPromises(Consumer<List<Element>> answer, @Nullable Scheduler scheduler) {
		Flux<List<Element>> buffers = this.elements.asFlux().bufferTimeout(100, Duration.ofMillis(1));
		this.subscription = (scheduler == null) ? buffers.subscribe(answer)
				: buffers.flatMap((buffer) -> Mono.fromRunnable(() -> answer.accept(buffer)).subscribeOn(scheduler), 16)
					.subscribe();
	}

	/**
	 * Opens a stream whose bulk function answers by position.
	 * @param source the bulk function
	 * @param scheduler where bulk calls run, sixteen at a time; or null for the thread
	 * that fills a buffer or ends its time, so that bulk calls run one by one
	 * @return the stream
	 */
	static BufferedPromises positional(Function<List<Integer>, List<Integer>> source, @Nullable Scheduler scheduler) {
		return new BufferedPromises((buffer) -> {
			List<Integer> values = source.apply(keys(buffer));
			for (int i = 0; i < buffer.size(); i++) {
				buffer.get(i).promise().complete(values.get(i));
			}
		}, scheduler);
	}

	/**
	 * Opens a stream whose bulk function answers by key.
	 * @param source the bulk function
	 * @param scheduler as for {@link #positional}
	 * @return the stream
	 */
	static BufferedPromises keyed(Function<List<Integer>, Map<Integer, Integer>> source,
			@Nullable Scheduler scheduler) {
		return new BufferedPromises((buffer) -> {
			Map<Integer, Integer> values = source.apply(keys(buffer));
			buffer.forEach((element) -> element.promise().complete(values.get(element.key())));
		}, scheduler);
	}

	private static List<Integer> keys(List<Element> buffer) {
		List<Integer> keys = new ArrayList<>(buffer.size());
		buffer.forEach((element) -> keys.add(element.key()));
		return keys;
	}

	/** Asks, by one thread at a time. */
	CompletableFuture<@Nullable Integer> ask(Integer key) {
		CompletableFuture<@Nullable Integer> promise = new CompletableFuture<>();
		this.elements.emitNext(new Element(key, promise), Sinks.EmitFailureHandler.FAIL_FAST);
		return promise;
	}

	/** Asks, by any number of threads. */
	CompletableFuture<@Nullable Integer> askAmongOthers(Integer key) {
		this.emission.lock();
		try {
			return ask(key);
		}
		finally {
			this.emission.unlock();
		}
	}

	@Override
	public void close() {
		this.elements.tryEmitComplete();
		this.subscription.dispose();
	}

	private record Element(Integer key, CompletableFuture<@Nullable Integer> promise) {
	}

}
