package io.coalestra.redis;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.coalestra.tier.TierHealth;
import io.coalestra.time.TimeSource;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that is sought until it is there. This notices when it is gone, so that
 * nothing is queued for a server that is not there. Lettuce itself restores what is gone
 * for a moment only: it would try more and more seldom. After that, the connection is
 * given up, and another sought, which also asks sentinels anew where the server is. So is
 * one that stands and carries nothing.
 *
 * <p>
 * Connection and state are written under this object's monitor, by the client's threads
 * and the timer; readers take the volatile fields as they are.
 *
 * @param <C> the kind of connection
 */
final class RedisLink<C extends StatefulConnection<byte[], byte[]>> {

	private static final Logger logger = LoggerFactory.getLogger(RedisLink.class);

	private static final long FIRST_DELAY = Duration.ofMillis(100).toNanos();

	private static final long LONGEST_DELAY = Duration.ofSeconds(5).toNanos();

	// For how long restoring a connection is left to Lettuce.
	private static final long RESTORING = Duration.ofSeconds(2).toNanos();

	private final String purpose;

	private final TimeSource time;

	private final Supplier<? extends CompletionStage<? extends C>> connect;

	private final Consumer<Change<C>> onChange;

	private volatile @Nullable C connection;

	private volatile TierHealth health;

	private long delay = FIRST_DELAY;

	private boolean closed;

	RedisLink(String purpose, TimeSource time, Supplier<? extends CompletionStage<? extends C>> connect,
			Consumer<Change<C>> onChange) {
		this.purpose = purpose;
		this.time = time;
		this.connect = connect;
		this.onChange = onChange;
		this.health = new TierHealth(RedisTier.NAME, TierHealth.Connection.DISCONNECTED, time.now(), "not yet tried");
	}

	void open() {
		// Resolving names and asking sentinels may block inside the client.
		Thread.ofVirtual().name("coalestra-redis-connect").start(this::attempt);
	}

	private void attempt() {
		synchronized (this) {
			if (this.closed) {
				return;
			}
		}
		try {
			this.connect.get().whenComplete((made, failure) -> {
				if (made != null) {
					connected(made);
				}
				else {
					failed(failure);
				}
			});
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	private void connected(C made) {
		made.addListener(new RedisConnectionStateListener() {

			@Override
			public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
				changed(made, TierHealth.Connection.CONNECTED, null);
			}

			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
				changed(made, TierHealth.Connection.DISCONNECTED, "the connection was lost");
			}

		});
		boolean unwanted;
		synchronized (this) {
			unwanted = this.closed;
			if (!unwanted) {
				this.connection = made;
			}
		}
		if (unwanted) {
			// This is the client's thread, which closing would wait for.
			var unused = made.closeAsync();
			return;
		}
		if (made.isOpen()) {
			changed(made, TierHealth.Connection.CONNECTED, null);
		}
	}

	private void failed(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException wrapped && wrapped.getCause() != null)
				? wrapped.getCause() : failure;
		String reason = reasonOf(cause);
		long wait;
		synchronized (this) {
			wait = this.delay;
			this.delay = Math.min(LONGEST_DELAY, this.delay * 2);
		}
		if (wait == FIRST_DELAY) {
			logger.warn("Shared tier redis is not connected ({}); it is sought until it is there: {}", this.purpose,
					reason);
		}
		changed(null, TierHealth.Connection.DISCONNECTED, reason);
		this.time.schedule(this::open, wait);
	}

	// The outermost exception says only that there was none; the reason is below.
	private static String reasonOf(@Nullable Throwable failure) {
		Throwable innermost = failure;
		while (innermost != null && innermost.getCause() != null) {
			innermost = innermost.getCause();
		}
		return (innermost != null) ? innermost.toString() : "no connection";
	}

	// News of a connection that was given up are none.
	private void changed(@Nullable C of, TierHealth.Connection state, @Nullable String reason) {
		boolean news;
		synchronized (this) {
			if (this.closed || !Objects.equals(of, this.connection)) {
				return;
			}
			news = note(state, reason);
			if (state == TierHealth.Connection.CONNECTED) {
				this.delay = FIRST_DELAY;
			}
		}
		if (news && of != null) {
			if (state == TierHealth.Connection.DISCONNECTED) {
				var unused = this.time.schedule(() -> giveUpIfGone(of), RESTORING);
			}
			this.onChange.accept(new Change<>(of, state));
		}
	}

	// Also where it came back and is gone again: what is sought anew is there no later.
	private void giveUpIfGone(C of) {
		TierHealth present = this.health;
		if (present.connection() == TierHealth.Connection.DISCONNECTED) {
			giveUp(of, Objects.requireNonNullElse(present.reason(), "the connection was lost"));
		}
	}

	private boolean note(TierHealth.Connection state, @Nullable String reason) {
		TierHealth before = this.health;
		boolean news = before.connection() != state;
		this.health = new TierHealth(RedisTier.NAME, state, news ? this.time.now() : before.since(), reason);
		return news;
	}

	/**
	 * Gives the present connection up, if there is one, and seeks another.
	 * @param reason what is wrong with it
	 */
	void renew(String reason) {
		C present = this.connection;
		if (present != null) {
			giveUp(present, reason);
		}
	}

	/**
	 * Gives a connection up that carries nothing, though it stands, and seeks another.
	 * @param of the connection
	 * @param reason what is wrong with it
	 * @return whether it was the present one
	 */
	boolean giveUp(StatefulConnection<byte[], byte[]> of, String reason) {
		C present;
		boolean news;
		synchronized (this) {
			present = this.connection;
			if (this.closed || present == null || !present.equals(of)) {
				return false;
			}
			this.connection = null;
			news = note(TierHealth.Connection.DISCONNECTED, reason);
		}
		logger.warn("Shared tier redis makes another connection ({}): {}", this.purpose, reason);
		var unused = present.closeAsync();
		if (news) {
			this.onChange.accept(new Change<>(present, TierHealth.Connection.DISCONNECTED));
		}
		open();
		return true;
	}

	/**
	 * Returns the connection, if it is there.
	 */
	@Nullable C current() {
		return (this.health.connection() == TierHealth.Connection.CONNECTED) ? this.connection : null;
	}

	TierHealth health() {
		return this.health;
	}

	void close() {
		C present;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			present = this.connection;
			this.health = new TierHealth(RedisTier.NAME, TierHealth.Connection.CLOSED, this.time.now(), "closed");
		}
		if (present != null) {
			RedisWiring.await("its connection " + this.purpose, present.closeAsync());
		}
	}

	/**
	 * The connection has come or gone.
	 *
	 * @param <C> the kind of connection
	 * @param connection the connection
	 * @param state its state
	 */
	record Change<C>(C connection, TierHealth.Connection state) {
	}

}
