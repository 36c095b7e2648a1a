package io.coalestra.redis;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.TierListener;
import io.coalestra.time.TimeSource;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * A subscription to the channel of notices, on a connection of its own. Lettuce
 * subscribes anew whenever the connection comes back; the server's confirmation is what
 * the listener is told.
 */
final class RedisSubscription implements SharedTier.Subscription {

	private final byte[] channel;

	private final TierListener listener;

	private final RedisLink<StatefulRedisPubSubConnection<byte[], byte[]>> link;

	private volatile boolean closed;

	RedisSubscription(byte[] channel, TierListener listener, TimeSource time,
			Supplier<? extends CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>>> connect) {
		this.channel = channel;
		this.listener = listener;
		this.link = new RedisLink<>("for notices", time, () -> connect.get().thenCompose(this::listening),
				this::changed);
	}

	void open() {
		this.link.open();
	}

	private CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listening(
			StatefulRedisPubSubConnection<byte[], byte[]> connection) {
		connection.addListener(new RedisPubSubAdapter<>() {

			@Override
			public void message(byte[] from, byte[] message) {
				if (!RedisSubscription.this.closed) {
					RedisSubscription.this.listener.received(message);
				}
			}

			@Override
			public void subscribed(byte[] to, long count) {
				if (!RedisSubscription.this.closed) {
					RedisSubscription.this.listener.subscribed();
				}
			}

		});
		return connection.async()
			.subscribe(this.channel)
			.thenApply((subscribed) -> connection)
			.whenComplete((made, failure) -> {
				if (failure != null) {
					// Nobody else has it: another is made for the next attempt.
					var unused = connection.closeAsync();
				}
			});
	}

	/**
	 * Returns how the subscription stands.
	 */
	TierHealth health() {
		return this.link.health();
	}

	private void changed(RedisLink.Change<StatefulRedisPubSubConnection<byte[], byte[]>> change) {
		if (change.state() == TierHealth.Connection.DISCONNECTED && !this.closed) {
			this.listener.interrupted();
		}
	}

	/**
	 * Subscribes anew, on another connection.
	 */
	void renew(String reason) {
		this.link.renew(reason);
	}

	@Override
	public void close() {
		this.closed = true;
		this.link.close();
	}

}
