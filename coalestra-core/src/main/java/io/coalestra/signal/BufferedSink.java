package io.coalestra.signal;

import java.time.Duration;

/**
 * A sink with a bounded buffer before it: whoever emits never waits for the sink.
 *
 * <p>
 * Records reach the sink in their order, on one daemon thread that starts with the first
 * of them. What the sink throws is counted. Safe for concurrent use.
 */
public sealed interface BufferedSink extends AutoCloseable permits BufferedEventSink, BufferedMetricSink {

	/**
	 * Returns what the buffer has done. Waits for nothing, and works after closing.
	 * @return the statistics
	 */
	BufferStatistics statistics();

	/**
	 * Waits until no record is pending.
	 * @param limit how long to wait at most; not negative
	 * @return true if none is; false when the limit passed first
	 * @throws InterruptedException if interrupted while waiting
	 */
	boolean flush(Duration limit) throws InterruptedException;

	/**
	 * Closes the buffer: what is emitted from now on is dropped and counted. A second
	 * call only waits. The sink itself stays open.
	 * @param limit how long to wait at most for what is pending; not negative. What the
	 * sink has not taken by then is dropped and counted, its thread is interrupted, and
	 * ends when the sink lets go of it
	 * @param rest what is done with the records that are pending
	 * @return true if the thread has ended; false when the limit passed first
	 * @throws InterruptedException if interrupted while waiting; the buffer is closed all
	 * the same
	 */
	boolean close(Duration limit, Rest rest) throws InterruptedException;

	/**
	 * Closes the buffer and gives the sink five seconds to take what is pending.
	 */
	@Override
	default void close() {
		try {
			close(Duration.ofSeconds(5), Rest.DELIVER);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What is done with records that are pending when a buffer closes.
	 */
	enum Rest {

		/** They are delivered. */
		DELIVER,

		/** They are dropped, and counted. */
		DISCARD

	}

}
