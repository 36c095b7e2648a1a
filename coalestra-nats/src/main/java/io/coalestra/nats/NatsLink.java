package io.coalestra.nats;

import java.io.IOException;
import java.time.Duration;

import io.coalestra.tier.TierHealth;
import io.coalestra.time.TimeSource;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.JetStreamApiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection with its buckets, sought until both are there, and the buckets anew
 * after each loss of the connection: the server may have come back without them.
 *
 * <p>
 * The state is written under this object's monitor, by virtual threads of its own and
 * those of the client; readers take the volatile fields as they are.
 */
final class NatsLink implements ConnectionListener {

	private static final Logger logger = LoggerFactory.getLogger(NatsLink.class);

	private static final long FIRST_DELAY = Duration.ofMillis(100).toNanos();

	private static final long LONGEST_DELAY = Duration.ofSeconds(5).toNanos();

	private static final long LONGEST_DELAY_OF_BUCKETS = Duration.ofSeconds(1).toNanos();

	private final NatsSettings settings;

	private final NatsConnector connector;

	private final TimeSource time;

	private final Listener listener;

	private volatile @Nullable Connection connection;

	private volatile @Nullable NatsBuckets buckets;

	private volatile TierHealth health;

	private long delay = FIRST_DELAY;

	private boolean seeking;

	private boolean closed;

	NatsLink(NatsSettings settings, NatsConnector connector, TimeSource time, Listener listener) {
		this.settings = settings;
		this.connector = connector;
		this.time = time;
		this.listener = listener;
		this.health = new TierHealth(NatsTier.NAME, TierHealth.Connection.DISCONNECTED, time.now(), "not yet tried");
	}

	/**
	 * Begins to seek, unless it does already.
	 */
	void seek() {
		synchronized (this) {
			if (this.closed || this.seeking) {
				return;
			}
			this.seeking = true;
		}
		startAttempt();
	}

	private void startAttempt() {
		Thread.ofVirtual().name("coalestra-nats-connect").start(this::attempt);
	}

	private void attempt() {
		try {
			Connection present = connected();
			if (present != null) {
				found(NatsBuckets.open(present, this.settings));
			}
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			failed(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private @Nullable Connection connected() throws IOException, InterruptedException {
		Connection present = this.connection;
		if (present != null) {
			return present;
		}
		Connection made = this.connector.connect();
		made.addConnectionListener(this);
		boolean unwanted;
		synchronized (this) {
			unwanted = this.closed;
			if (!unwanted) {
				this.connection = made;
			}
		}
		if (unwanted) {
			this.connector.close(made);
			return null;
		}
		this.listener.connectionMade(made);
		return made;
	}

	private void found(NatsBuckets opened) {
		synchronized (this) {
			this.seeking = false;
			if (this.closed) {
				return;
			}
			this.buckets = opened;
			this.delay = FIRST_DELAY;
			this.health = new TierHealth(NatsTier.NAME, TierHealth.Connection.CONNECTED, this.time.now(), null);
		}
		this.listener.bucketsFound();
	}

	private void failed(Exception failure) {
		String reason = failure.toString();
		long wait;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			wait = this.delay;
			this.delay = Math.min((this.connection != null) ? LONGEST_DELAY_OF_BUCKETS : LONGEST_DELAY, this.delay * 2);
			lost(reason);
		}
		if (wait == FIRST_DELAY) {
			logger.warn("Shared tier nats is not connected; it is sought until it is there: {}", reason);
		}
		this.time.schedule(this::startAttempt, wait);
	}

	private void lost(String reason) {
		TierHealth before = this.health;
		boolean was = before.connection() == TierHealth.Connection.CONNECTED;
		this.buckets = null;
		this.health = new TierHealth(NatsTier.NAME, TierHealth.Connection.DISCONNECTED,
				was ? this.time.now() : before.since(), reason);
	}

	@Override
	@SuppressWarnings("deprecation") // the one method that a listener must have
	public void connectionEvent(Connection source, Events event) {
		switch (event) {
			case DISCONNECTED -> {
				synchronized (this) {
					if (!this.closed) {
						lost("the connection was lost");
					}
				}
				this.listener.interrupted();
			}
			case RECONNECTED -> seek();
			case CLOSED -> ended(source);
			default -> {
				// of no consequence here
			}
		}
	}

	// The client gives a connection up where the server refuses it twice, as after a
	// change of passwords.
	private void ended(Connection gone) {
		synchronized (this) {
			if (this.closed || !gone.equals(this.connection)) {
				return;
			}
			gone.removeConnectionListener(this);
			this.connection = null;
			lost("the connection was closed: " + gone.getLastError());
		}
		seek();
	}

	/**
	 * Is told that buckets may no longer be there, or no longer have the contents that
	 * they had.
	 */
	void doubt(NatsBuckets of, @Nullable String reason) {
		synchronized (this) {
			NatsBuckets present = this.buckets;
			if (this.closed || present == null || !present.incarnation().equals(of.incarnation())) {
				return;
			}
			lost((reason != null) ? reason : "a request failed");
		}
		seek();
	}

	/**
	 * Returns the buckets, if they are there.
	 */
	@Nullable NatsBuckets buckets() {
		return this.buckets;
	}

	@Nullable Connection connection() {
		return this.connection;
	}

	TierHealth health() {
		return this.health;
	}

	void close() {
		Connection present;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.buckets = null;
			present = this.connection;
			this.health = new TierHealth(NatsTier.NAME, TierHealth.Connection.CLOSED, this.time.now(), "closed");
		}
		if (present != null) {
			present.removeConnectionListener(this);
			this.connector.close(present);
		}
	}

	/**
	 * Is told of what becomes of the connection.
	 */
	interface Listener {

		/**
		 * There is a connection; it restores itself and its subscriptions from here on.
		 */
		void connectionMade(Connection connection);

		/**
		 * The buckets are there, for the first time or again.
		 */
		void bucketsFound();

		/**
		 * The connection was lost.
		 */
		void interrupted();

	}

}
