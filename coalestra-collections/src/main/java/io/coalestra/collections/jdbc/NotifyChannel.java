package io.coalestra.collections.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

import io.coalestra.collections.coherence.NoticeTransport;
import io.coalestra.collections.coherence.RowNotice;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to a channel of PostgreSQL, and tells through it.
 *
 * <p>
 * Two virtual threads: one listens, the only one to call the listener; one tells, the
 * only one to take from the queue, into which everybody puts. What does not fit into the
 * queue sets a flag, which is told as doubt with what is told next.
 */
final class NotifyChannel implements NoticeTransport.Channel {

	private static final Logger logger = LoggerFactory.getLogger(NotifyChannel.class);

	private static final int MOST_AT_ONCE = 500;

	/** Told to nobody: it says that all before it is told. */
	private static final RowNotice LAST = new RowNotice("", "");

	private static final Duration LAST_WORDS = Duration.ofSeconds(1);

	private final DataSource source;

	private final String channel;

	private final Duration heartbeat;

	private final NoticeTransport.Listener listener;

	private final String origin = UUID.randomUUID().toString();

	private final BlockingQueue<RowNotice> waiting = new LinkedBlockingQueue<>(PostgresNotices.MAX_WAITING);

	private final AtomicBoolean overflown = new AtomicBoolean();

	private final CountDownLatch told = new CountDownLatch(1);

	private final KeptConnection listening;

	private final KeptConnection telling;

	NotifyChannel(DataSource source, String channel, Duration heartbeat, NoticeTransport.Listener listener) {
		this.source = source;
		this.channel = channel;
		this.heartbeat = heartbeat;
		this.listener = listener;
		this.listening = new KeptConnection("listening", this.source, heartbeat, this::listen,
				() -> listener.doubted("connection lost"));
		this.telling = new KeptConnection("telling", this.source, heartbeat, this::tellAll, () -> {
		});
		this.listening.start();
		this.telling.start();
	}

	private void listen(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("LISTEN " + Sql.quoted(this.channel));
			this.listener.doubted("began to listen");
			PGConnection driver = connection.unwrap(PGConnection.class);
			while (this.listening.isOpen()) {
				PGNotification[] received = driver.getNotifications((int) this.heartbeat.toMillis());
				if (received == null || received.length == 0) {
					statement.execute("SELECT 1");
					this.listening.worked();
				}
				else {
					receive(received);
				}
			}
		}
	}

	private void receive(PGNotification[] received) {
		List<RowNotice> notices = new ArrayList<>();
		boolean doubt = false;
		for (PGNotification each : received) {
			NoticeText text = NoticeText.parse(each.getParameter());
			if (text == null) {
				doubt = true;
			}
			else if (!text.origin().equals(this.origin)) {
				notices.addAll(text.notices());
				doubt |= text.isDoubt();
			}
		}
		if (!notices.isEmpty()) {
			this.listener.changed(notices);
		}
		if (doubt) {
			this.listener.doubted("a message could not be told or read");
		}
	}

	private void tellAll(Connection connection) throws SQLException, InterruptedException {
		try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
			statement.setString(1, this.channel);
			List<RowNotice> taken = new ArrayList<>();
			while (this.telling.isOpen()) {
				this.telling.worked();
				RowNotice first = this.waiting.poll(this.heartbeat.toNanos(), TimeUnit.NANOSECONDS);
				boolean doubt = this.overflown.getAndSet(false);
				if (first != null) {
					taken.add(first);
					this.waiting.drainTo(taken, MOST_AT_ONCE);
				}
				boolean last = taken.remove(LAST);
				try {
					for (String message : NoticeText.messages(this.origin, taken, doubt)) {
						statement.setString(2, message);
						statement.execute();
					}
				}
				catch (SQLException ex) {
					// Whether they were told is not known, and they are not kept: the
					// others are to doubt.
					this.overflown.set(true);
					throw ex;
				}
				taken.clear();
				if (last) {
					this.told.countDown();
				}
			}
		}
	}

	@Override
	public void tell(Collection<RowNotice> notices) {
		for (RowNotice notice : notices) {
			if (!this.waiting.offer(notice)) {
				if (!this.overflown.getAndSet(true)) {
					logger.warn("More than {} notices wait to be told; the other nodes are told to doubt",
							PostgresNotices.MAX_WAITING);
				}
				return;
			}
		}
	}

	@Override
	public void close() {
		try {
			boolean inTime = this.waiting.offer(LAST, LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS)
					&& this.told.await(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
			if (!inTime) {
				logger.warn(
						"Not all notices were told before the end; other nodes may serve old rows until their life ends");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.telling.close();
		this.listening.close();
	}

}
