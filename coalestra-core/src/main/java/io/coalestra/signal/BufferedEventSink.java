package io.coalestra.signal;

import java.time.Duration;
import java.util.Objects;

/**
 * A sink of events with a bounded buffer before it. A builder puts one before each sink
 * that does not say that it never blocks; see {@code Coalestra.sinkBuffering}.
 */
public final class BufferedEventSink implements EventSink, BufferedSink {

	private final EventSink sink;

	private final DeliveryBuffer<Event> buffer;

	/**
	 * Puts a buffer before a sink.
	 * @param name names the buffer's thread
	 * @param sink the sink, called on that thread alone
	 * @param settings the buffer's bounds
	 */
	public BufferedEventSink(String name, EventSink sink, BufferSettings settings) {
		this.sink = Objects.requireNonNull(sink, "sink");
		this.buffer = new DeliveryBuffer<>(name, settings, sink::emit);
	}

	@Override
	public void emit(Event event) {
		this.buffer.enqueue(event);
	}

	@Override
	public boolean wants(EventType type) {
		return this.sink.wants(type);
	}

	@Override
	public boolean isNonBlocking() {
		return true;
	}

	@Override
	public BufferStatistics statistics() {
		return this.buffer.statistics();
	}

	@Override
	public boolean flush(Duration limit) throws InterruptedException {
		return this.buffer.flush(limit);
	}

	@Override
	public boolean close(Duration limit, Rest rest) throws InterruptedException {
		return this.buffer.close(limit, rest);
	}

}
