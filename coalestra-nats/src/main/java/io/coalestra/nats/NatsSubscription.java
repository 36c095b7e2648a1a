package io.coalestra.nats;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.coalestra.tier.TierListener;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to notices. The client restores it with the connection, and it is made
 * anew on another; the listener is told when connection and buckets are both there again.
 * What the listener is told is told under this object's monitor, so one thing at a time.
 */
final class NatsSubscription {

	private static final Duration CONFIRMATION = Duration.ofSeconds(2);

	private final String subject;

	private final TierListener listener;

	private @Nullable Connection connection;

	private @Nullable Dispatcher dispatcher;

	private boolean closed;

	NatsSubscription(String subject, TierListener listener) {
		this.subject = subject;
		this.listener = listener;
	}

	synchronized void listenOn(Connection made) {
		if (this.closed || made.equals(this.connection)) {
			return;
		}
		this.connection = made;
		this.dispatcher = made.createDispatcher((message) -> received(message.getData()));
		this.dispatcher.subscribe(this.subject);
	}

	private synchronized void received(byte[] message) {
		if (!this.closed) {
			this.listener.received(message);
		}
	}

	/**
	 * Tells the listener that the subscription stands, once the server has answered that
	 * it has it. Blocks.
	 */
	void standing() {
		Connection present = subscribedOn();
		while (present != null && present.getStatus() == Connection.Status.CONNECTED) {
			try {
				present.flush(CONFIRMATION);
				tellStanding();
				return;
			}
			catch (TimeoutException ex) {
				present = subscribedOn();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private synchronized @Nullable Connection subscribedOn() {
		return (this.closed || this.dispatcher == null) ? null : this.connection;
	}

	private synchronized void tellStanding() {
		if (!this.closed) {
			this.listener.subscribed();
		}
	}

	synchronized void interrupted() {
		if (!this.closed) {
			this.listener.interrupted();
		}
	}

	synchronized void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		if (this.connection != null && this.dispatcher != null
				&& this.connection.getStatus() != Connection.Status.CLOSED) {
			this.connection.closeDispatcher(this.dispatcher);
		}
	}

}
