package io.coalestra.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.coalestra.tier.LeaseTable;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.TierException;
import io.coalestra.tier.TierHealth;
import io.coalestra.tier.TierKey;
import io.coalestra.tier.TierListener;
import io.coalestra.tier.TierLookup;
import io.coalestra.tier.TierWrite;
import io.coalestra.tier.TierWriteResult;
import io.coalestra.time.TimeSource;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * A shared tier on Redis 6.2 or later, or Valkey: one server, one that sentinels name, or
 * a cluster.
 *
 * <p>
 * A read is one round trip, and so is a write of up to 256 entries; in a cluster, one a
 * partition, all at once. Every key expires. Leases and fills are judged by the server's
 * clock. The tier need not be there when it is made: it is sought until it is, and
 * requests fail at once while it is not. Safe for concurrent use.
 */
public final class RedisTier implements SharedTier {

	static final String NAME = "redis";

	private static final Duration LONGEST_VIEW = Duration.ofSeconds(10);

	private final RedisWiring wiring;

	private final boolean ownsClient;

	private final TimeSource time = TimeSource.system();

	private final RedisKeys keys;

	private final Duration longestFill;

	private final int maxPayloadBytes;

	private final ServerClock clock = new ServerClock(this.time);

	private final Silence silence = new Silence(this.time);

	private final RedisEntries entries;

	private final RedisLeases leases;

	private final RedisLink<StatefulConnection<byte[], byte[]>> link;

	private final Set<RedisSubscription> subscriptions = ConcurrentHashMap.newKeySet();

	private RedisTier(Builder builder) {
		this.wiring = builder.wiring;
		this.ownsClient = builder.ownsClient;
		this.keys = new RedisKeys(builder.prefix, this.wiring.partitions());
		this.longestFill = builder.longestFill;
		this.maxPayloadBytes = builder.maxPayloadBytes;
		this.entries = new RedisEntries(this.keys, this.clock, this.longestFill);
		this.leases = new RedisLeases(this, this.keys);
		this.link = new RedisLink<>("for commands", this.time, this.wiring::connect, (change) -> this.clock.forget());
	}

	/**
	 * Starts the configuration of a tier with a client of its own, for one server or for
	 * sentinels.
	 * @param uri where the server is, or which sentinels know
	 * @return the configuration
	 */
	public static Builder at(RedisURI uri) {
		RedisClient client = RedisClient.create(uri);
		client
			.setOptions(suited(ClientOptions.create()).timeoutOptions(TimeoutOptions.enabled(Silence.LONGEST)).build());
		return new Builder(new RedisWiring.Single(client, uri), true);
	}

	/**
	 * Starts the configuration of a tier with a client of its own, for a cluster, which
	 * looks every ten seconds at the latest which server has which slots.
	 * @param nodes where some of its nodes are: at least one that is there
	 * @return the configuration
	 */
	public static Builder atCluster(List<RedisURI> nodes) {
		RedisClusterClient client = RedisClusterClient.create(nodes);
		client.setOptions(((ClusterClientOptions.Builder) suited(ClusterClientOptions.create()))
			.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder().enablePeriodicRefresh(LONGEST_VIEW).build())
			.timeoutOptions(TimeoutOptions.enabled(Silence.LONGEST))
			.build());
		return new Builder(new RedisWiring.Cluster(client), true);
	}

	/**
	 * Changes options of a client to those that suit a tier: nothing is queued for a
	 * server that is away, nothing that was sent is sent again, since others may have
	 * written meanwhile, the connection is restored for ever, and one that the network
	 * has forgotten is noticed.
	 * @param options the options
	 * @return the changed options
	 */
	public static ClientOptions.Builder suited(ClientOptions options) {
		return options.mutate()
			.autoReconnect(true)
			.replayFilter((sent) -> true)
			.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
			.socketOptions(options.getSocketOptions()
				.mutate()
				.keepAlive(SocketOptions.KeepAliveOptions.builder()
					.enable()
					.idle(Duration.ofSeconds(5))
					.interval(Duration.ofSeconds(2))
					.count(3)
					.build())
				.build());
	}

	/**
	 * Starts the configuration of a tier on an application's client, which it does not
	 * close.
	 * @param client the client
	 * @param uri where the server is, or which sentinels know
	 * @return the configuration
	 */
	public static Builder on(RedisClient client, RedisURI uri) {
		return new Builder(
				new RedisWiring.Single(Objects.requireNonNull(client, "client"), Objects.requireNonNull(uri, "uri")),
				false);
	}

	/**
	 * Starts the configuration of a tier on an application's client of a cluster, which
	 * it does not close.
	 * @param client the client
	 * @return the configuration
	 */
	public static Builder on(RedisClusterClient client) {
		return new Builder(new RedisWiring.Cluster(Objects.requireNonNull(client, "client")), false);
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public Duration longestFill() {
		return this.longestFill;
	}

	@Override
	public int maxPayloadBytes() {
		return this.maxPayloadBytes;
	}

	<T> CompletableFuture<T> ask(Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletableFuture<T>> question) {
		StatefulConnection<byte[], byte[]> connection = this.link.current();
		if (connection == null) {
			return CompletableFuture
				.failedFuture(new TierException(NAME, "not connected: " + this.link.health().reason(), null));
		}
		if (this.silence.asked(connection)) {
			giveUp(connection);
			return CompletableFuture
				.failedFuture(new TierException(NAME, "not connected: " + this.link.health().reason(), null));
		}
		CompletableFuture<T> asked;
		try {
			asked = question.apply(this.wiring.commands(connection));
		}
		catch (IllegalArgumentException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// The connection was closed between.
			return CompletableFuture.failedFuture(failureOf(ex));
		}
		return asked.whenComplete((answer, failure) -> heard(failure))
			.exceptionallyCompose((failure) -> CompletableFuture.failedFuture(failureOf(failure)));
	}

	// Notices go the same way, and are sought anew with it.
	private void giveUp(StatefulConnection<byte[], byte[]> connection) {
		String reason = "no answer for " + Silence.LONGEST.toSeconds() + " seconds";
		if (this.link.giveUp(connection, reason)) {
			this.subscriptions.forEach((subscription) -> subscription.renew(reason));
		}
	}

	// An error that the server answers is an answer; that the client waits no longer is
	// none.
	private void heard(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		if (cause == null || cause instanceof RedisCommandExecutionException) {
			this.silence.answered();
		}
	}

	private static TierException failureOf(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof TierException known) ? known
				: new TierException(NAME, Objects.toString(cause.getMessage(), cause.toString()), cause);
	}

	@Override
	public CompletableFuture<List<TierLookup>> read(List<TierKey> wanted) {
		return wanted.isEmpty() ? CompletableFuture.completedFuture(List.of())
				: ask((commands) -> this.entries.read(commands, wanted));
	}

	@Override
	public CompletableFuture<List<TierWriteResult>> write(List<? extends TierWrite> writes) {
		return writes.isEmpty() ? CompletableFuture.completedFuture(List.of())
				: ask((commands) -> this.entries.write(commands, writes));
	}

	@Override
	public CompletableFuture<Void> send(byte[] message) {
		return ask((commands) -> commands.publish(this.keys.channel(), message)
			.toCompletableFuture()
			.thenAccept((receivers) -> {
			}));
	}

	@Override
	public Subscription subscribe(TierListener listener) {
		RedisSubscription subscription = new RedisSubscription(this.keys.channel(), listener, this.time,
				this.wiring::connectPubSub);
		this.subscriptions.add(subscription);
		subscription.open();
		return () -> {
			this.subscriptions.remove(subscription);
			subscription.close();
		};
	}

	@Override
	public LeaseTable leases() {
		return this.leases;
	}

	@Override
	public TierHealth health() {
		TierHealth own = this.link.health();
		if (own.connection() != TierHealth.Connection.CONNECTED) {
			return own;
		}
		return this.subscriptions.stream()
			.map(RedisSubscription::health)
			.filter((notices) -> notices.connection() != TierHealth.Connection.CONNECTED)
			.findFirst()
			.map((notices) -> new TierHealth(NAME, own.connection(), own.since(), "no notices: " + notices.reason()))
			.orElse(own);
	}

	@Override
	public void close() {
		this.subscriptions.forEach(RedisSubscription::close);
		this.link.close();
		if (this.ownsClient) {
			this.wiring.shutdown();
		}
	}

	/**
	 * Configures a tier. Not safe for concurrent use.
	 */
	public static final class Builder {

		private final RedisWiring wiring;

		private boolean ownsClient;

		private String prefix = "coalestra";

		private Duration longestFill = Duration.ofMinutes(1);

		private int maxPayloadBytes = 1 << 20;

		private Builder(RedisWiring wiring, boolean ownsClient) {
			this.wiring = wiring;
			this.ownsClient = ownsClient;
		}

		/**
		 * Hands the client over: the tier shuts it down when it is closed itself. Whoever
		 * made the client with resources of its own still closes those.
		 * @return this
		 */
		public Builder closingClient() {
			this.ownsClient = true;
			return this;
		}

		/**
		 * Sets what the names of all keys begin with: nodes of one fleet have the same,
		 * fleets on one server different ones.
		 * @param value 1 to 40 letters, digits, dots, dashes or underscores; by default
		 * {@code coalestra}
		 * @return this
		 */
		public Builder prefix(String value) {
			this.prefix = RedisKeys.requirePrefix(value);
			return this;
		}

		/**
		 * Sets how long after the tier was read a fill may arrive. Removals stand ten
		 * seconds longer, which is also how far the server's clock may be set back, and
		 * keys are kept for as long after a removal, whatever is written there.
		 * @param value at least one second; by default a minute
		 * @return this
		 */
		public Builder longestFill(Duration value) {
			if (value.compareTo(Duration.ofSeconds(1)) < 0) {
				throw new IllegalArgumentException("longestFill: " + value + " (expected: at least PT1S)");
			}
			this.longestFill = value;
			return this;
		}

		/**
		 * Sets how many bytes a payload may have.
		 * @param value 1 or more; by default 1 MiB
		 * @return this
		 */
		public Builder maxPayloadBytes(int value) {
			if (value < 1) {
				throw new IllegalArgumentException("maxPayloadBytes: " + value + " (expected: 1 or more)");
			}
			this.maxPayloadBytes = value;
			return this;
		}

		/**
		 * Makes the tier, which begins to seek its server.
		 * @return the tier
		 */
		public RedisTier build() {
			RedisTier tier = new RedisTier(this);
			tier.link.open();
			return tier;
		}

	}

}
