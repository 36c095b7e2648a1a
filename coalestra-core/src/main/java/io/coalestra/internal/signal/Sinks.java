package io.coalestra.internal.signal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.signal.BufferSettings;
import io.coalestra.signal.BufferStatistics;
import io.coalestra.signal.BufferedEventSink;
import io.coalestra.signal.BufferedMetricSink;
import io.coalestra.signal.BufferedSink;
import io.coalestra.signal.BufferedSink.Rest;
import io.coalestra.signal.EventSink;
import io.coalestra.signal.MetricSink;
import io.coalestra.signal.SinkBuffering;

/**
 * A builder's sinks with the buffers before them: those that it was handed, and those
 * that it made, which alone it closes. Immutable.
 */
public final class Sinks {

	private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

	private final List<EventSink> eventSinks;

	private final MetricSink metricSink;

	private final Map<String, BufferedSink> buffers = new LinkedHashMap<>();

	private final List<BufferedSink> own = new ArrayList<>();

	/**
	 * Puts buffers before sinks.
	 * @param eventSinks take events
	 * @param metricSink takes metrics
	 * @param buffering before which
	 * @param settings the buffers' bounds
	 */
	public Sinks(List<EventSink> eventSinks, MetricSink metricSink, SinkBuffering buffering, BufferSettings settings) {
		this.eventSinks = eventSinks.stream().map((sink) -> buffered(sink, buffering, settings)).toList();
		this.metricSink = buffered(metricSink, buffering, settings);
	}

	private EventSink buffered(EventSink sink, SinkBuffering buffering, BufferSettings settings) {
		int position = 1 + (int) this.buffers.keySet().stream().filter((name) -> name.startsWith("events")).count();
		String name = (position == 1) ? "events" : "events-" + position;
		if (sink instanceof BufferedSink already) {
			this.buffers.put(name, already);
			return sink;
		}
		if (!wantsBuffer(buffering, sink.isNonBlocking())) {
			return sink;
		}
		BufferedEventSink made = new BufferedEventSink(name, sink, settings);
		this.buffers.put(name, made);
		this.own.add(made);
		return made;
	}

	private MetricSink buffered(MetricSink sink, SinkBuffering buffering, BufferSettings settings) {
		if (sink instanceof BufferedSink already) {
			this.buffers.put("metrics", already);
			return sink;
		}
		if (MetricSink.NONE.equals(sink) || !wantsBuffer(buffering, sink.isNonBlocking())) {
			return sink;
		}
		BufferedMetricSink made = new BufferedMetricSink("metrics", sink, settings);
		this.buffers.put("metrics", made);
		this.own.add(made);
		return made;
	}

	private static boolean wantsBuffer(SinkBuffering buffering, boolean nonBlocking) {
		return switch (buffering) {
			case AUTO -> !nonBlocking;
			case ALL -> true;
			case NONE -> false;
		};
	}

	List<EventSink> eventSinks() {
		return this.eventSinks;
	}

	MetricSink metricSink() {
		return this.metricSink;
	}

	/**
	 * Returns what the buffers have done, those that the builder was handed included.
	 * @return the statistics by the buffer's name
	 */
	public Map<String, BufferStatistics> statistics() {
		Map<String, BufferStatistics> statistics = new LinkedHashMap<>();
		this.buffers.forEach((name, buffer) -> statistics.put(name, buffer.statistics()));
		return statistics;
	}

	/**
	 * Closes the buffers that the builder made, all at the same time. Does not wait.
	 * @param limit how long that may take
	 * @param rest what is done with the records that are pending
	 * @return how many have not ended when the limit has passed
	 */
	public CompletableFuture<Integer> close(Duration limit, Rest rest) {
		AtomicInteger left = new AtomicInteger();
		CompletableFuture<?>[] closing = this.own.stream().map((buffer) -> onThread(() -> {
			if (!close(buffer, limit, rest)) {
				left.incrementAndGet();
			}
		})).toArray(CompletableFuture[]::new);
		return CompletableFuture.allOf(closing).thenApply((done) -> left.get());
	}

	/**
	 * Tells when the sinks have let go of the buffers that the builder made, which were
	 * closed before.
	 * @return completed when the last has
	 */
	public CompletableFuture<Void> whenClosed() {
		return onThread(() -> this.own.forEach((buffer) -> close(buffer, FOR_EVER, Rest.DISCARD)));
	}

	private static CompletableFuture<Void> onThread(Runnable work) {
		return CompletableFuture.runAsync(work, (task) -> Thread.ofVirtual().name("coalestra-close").start(task));
	}

	private static boolean close(BufferedSink buffer, Duration limit, Rest rest) {
		try {
			return buffer.close(limit, rest);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
