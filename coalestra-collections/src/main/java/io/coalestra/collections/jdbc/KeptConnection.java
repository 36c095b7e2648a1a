package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that one virtual thread works on until it is closed, and that is opened
 * again whenever it is lost.
 *
 * <p>
 * The connection is written by the thread and read by whoever closes, both under this
 * object's monitor; the latch says that it is over. The one that starts it is the one
 * that closes it.
 */
final class KeptConnection implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(KeptConnection.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

	/**
	 * For a connection that answers nothing: the heartbeat once more, and not less than
	 * this.
	 */
	private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(1);

	private final String purpose;

	private final DataSource source;

	private final Duration heartbeat;

	private final Work work;

	private final Runnable lost;

	private final CountDownLatch closed = new CountDownLatch(1);

	private @Nullable Thread thread;

	private @Nullable Connection connection;

	// Read and written by the thread alone.
	private boolean worked;

	KeptConnection(String purpose, DataSource source, Duration heartbeat, Work work, Runnable lost) {
		this.purpose = purpose;
		this.source = source;
		this.heartbeat = heartbeat;
		this.work = work;
		this.lost = lost;
	}

	synchronized void start() {
		this.thread = Thread.ofVirtual().name("coalestra-notices-" + this.purpose).start(this::run);
	}

	boolean isOpen() {
		return this.closed.getCount() > 0;
	}

	/**
	 * Says that the connection has served: called by the work itself.
	 */
	void worked() {
		this.worked = true;
	}

	private void run() {
		Duration pause = FIRST_PAUSE;
		while (isOpen()) {
			this.worked = false;
			try (Connection opened = this.source.getConnection()) {
				opened.setAutoCommit(true);
				opened.setNetworkTimeout(Runnable::run, (int) limit().toMillis());
				keep(opened);
				this.work.on(opened);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
			catch (SQLException | RuntimeException ex) {
				if (!isOpen()) {
					return;
				}
				logger.warn("The connection for {} to notices is lost, and is opened again: {}", this.purpose,
						ex.toString());
				this.lost.run();
			}
			pause = this.worked ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
			if (!rest(pause)) {
				return;
			}
		}
	}

	private Duration limit() {
		Duration twice = this.heartbeat.multipliedBy(2);
		return (twice.compareTo(SHORTEST_LIMIT) > 0) ? twice : SHORTEST_LIMIT;
	}

	private static Duration shorter(Duration a, Duration b) {
		return (a.compareTo(b) < 0) ? a : b;
	}

	private boolean rest(Duration pause) {
		try {
			return !this.closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private synchronized void keep(Connection opened) throws SQLException {
		if (!isOpen()) {
			throw new SQLException("closed", "08003");
		}
		this.connection = opened;
	}

	@Override
	public void close() {
		this.closed.countDown();
		Thread running = this.thread;
		if (running == null) {
			return;
		}
		try {
			abort();
			running.interrupt();
			running.join(LONGEST_PAUSE);
		}
		catch (SQLException ex) {
			logger.debug("The connection for {} to notices was lost before it was closed", this.purpose, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized void abort() throws SQLException {
		if (this.connection != null) {
			this.connection.abort(Runnable::run);
		}
	}

	/**
	 * What is done with the connection, until it is lost or closed.
	 */
	@FunctionalInterface
	interface Work {

		void on(Connection connection) throws SQLException, InterruptedException;

	}

}
