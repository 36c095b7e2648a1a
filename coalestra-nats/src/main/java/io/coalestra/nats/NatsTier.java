package io.coalestra.nats;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
import io.nats.client.Connection;
import io.nats.client.Options;

/**
 * A shared tier on NATS with JetStream: key-value buckets for values and leases, plain
 * messages for notices.
 *
 * <p>
 * A read is one wave of concurrent requests, and a write two, more where others write the
 * same key. Entries carry their expiry, judged by the reader's clock; the buckets'
 * maximum age is the bound. The tier need not be there when it is made: it is sought
 * until it is, and requests fail at once while it is not. Safe for concurrent use.
 */
public final class NatsTier implements SharedTier {

	static final String NAME = "nats";

	private static final Duration PING_INTERVAL = Duration.ofSeconds(3);

	private static final Duration RECONNECT_WAIT = Duration.ofMillis(500);

	private final NatsSettings settings;

	private final TimeSource time = TimeSource.system();

	private final ExecutorService executor = Executors
		.newThreadPerTaskExecutor(Thread.ofVirtual().name("coalestra-nats-", 0).factory());

	private final NatsEntries entries;

	private final NatsLeases leases;

	private final NatsLink link;

	// The last message on its way; written under this object's monitor.
	private CompletableFuture<Void> sending = CompletableFuture.completedFuture(null);

	private final Set<NatsSubscription> subscriptions = ConcurrentHashMap.newKeySet();

	private NatsTier(NatsSettings settings, NatsConnector connector) {
		this.settings = settings;
		this.entries = new NatsEntries(this.executor, this.time, settings);
		this.leases = new NatsLeases(this, settings, this.time);
		this.link = new NatsLink(settings, connector, this.time, new NatsLink.Listener() {

			@Override
			public void connectionMade(Connection connection) {
				NatsTier.this.subscriptions.forEach((subscription) -> subscription.listenOn(connection));
			}

			@Override
			public void bucketsFound() {
				NatsTier.this.subscriptions.forEach(NatsSubscription::standing);
			}

			@Override
			public void interrupted() {
				NatsTier.this.subscriptions.forEach(NatsSubscription::interrupted);
			}

		});
	}

	/**
	 * Starts the configuration of a tier with a connection of its own, which is restored
	 * for ever, and on which nothing is queued while it is away.
	 * @param servers addresses such as {@code nats://localhost:4222}, separated by commas
	 * @return the configuration
	 */
	public static Builder at(String servers) {
		return connecting(defaultOptions().server(servers).build());
	}

	/**
	 * Starts the configuration of a tier with connections of its own, made with these
	 * options.
	 * @param options how; best begun with {@link #defaultOptions()}
	 * @return the configuration
	 */
	public static Builder connecting(Options options) {
		return new Builder(new NatsConnector.Own(Objects.requireNonNull(options, "options")));
	}

	/**
	 * Begins options that suit a tier: the connection is restored for ever, nothing is
	 * queued while it is away, a server that has answered no ping for nine seconds counts
	 * as away, and errors are logged as debug messages, since the health tells them.
	 * @return the options, which still lack the servers
	 */
	public static Options.Builder defaultOptions() {
		return Options.builder()
			.maxReconnects(-1)
			.reconnectWait(RECONNECT_WAIT)
			.reconnectBufferSize(0)
			.pingInterval(PING_INTERVAL)
			.errorListener(new NatsErrors());
	}

	/**
	 * Starts the configuration of a tier on an application's connection, which it does
	 * not close, and which must restore itself for ever ({@code maxReconnects(-1)}).
	 * @param connection the connection
	 * @return the configuration
	 */
	public static Builder on(Connection connection) {
		return new Builder(new NatsConnector.Shared(Objects.requireNonNull(connection, "connection")));
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public Duration longestFill() {
		return this.settings.longestFill();
	}

	@Override
	public int maxPayloadBytes() {
		return this.settings.maxPayloadBytes();
	}

	<T> CompletableFuture<T> ask(NatsCalls.Question<T> question) {
		NatsBuckets buckets = this.link.buckets();
		return (buckets != null) ? NatsCalls.failing(NatsCalls.supply(this.executor, () -> question.ask(buckets)))
				: notConnected();
	}

	private <T> CompletableFuture<T> notConnected() {
		return CompletableFuture
			.failedFuture(new TierException(NAME, "not connected: " + this.link.health().reason(), null));
	}

	@Override
	public CompletableFuture<List<TierLookup>> read(List<TierKey> keys) {
		NatsBuckets buckets = this.link.buckets();
		if (keys.isEmpty()) {
			return CompletableFuture.completedFuture(List.of());
		}
		if (buckets == null) {
			return notConnected();
		}
		return doubting(buckets, this.entries.read(buckets, keys).thenApply((lookups) -> {
			if (lookups == null) {
				throw new TierException(NAME, "the contents were lost; a new incarnation begins", null);
			}
			return lookups;
		}));
	}

	// Whatever went wrong, the buckets may be gone: they are sought anew before they are
	// used again.
	private <T> CompletableFuture<T> doubting(NatsBuckets buckets, CompletableFuture<T> asked) {
		return NatsCalls.failing(asked).whenComplete((answer, failure) -> {
			if (failure != null && !NatsBuckets.isFull(failure)) {
				this.link.doubt(buckets, failure.getMessage());
			}
		});
	}

	@Override
	public CompletableFuture<List<TierWriteResult>> write(List<? extends TierWrite> writes) {
		NatsBuckets buckets = this.link.buckets();
		if (writes.isEmpty()) {
			return CompletableFuture.completedFuture(List.of());
		}
		return (buckets != null) ? doubting(buckets, this.entries.write(buckets, writes)) : notConnected();
	}

	@Override
	public CompletableFuture<Void> send(byte[] message) {
		Connection connection = this.link.connection();
		if (connection == null || this.link.buckets() == null) {
			return notConnected();
		}
		synchronized (this) {
			// One after the other, off the caller's thread: the client blocks where its
			// queue is full.
			this.sending = this.sending.handleAsync((before, failure) -> {
				connection.publish(subject(), message);
				return null;
			}, this.executor);
			return NatsCalls.failing(this.sending);
		}
	}

	private String subject() {
		return this.settings.bucket() + ".notices";
	}

	@Override
	public Subscription subscribe(TierListener listener) {
		NatsSubscription subscription = new NatsSubscription(subject(), listener);
		this.subscriptions.add(subscription);
		Connection connection = this.link.connection();
		if (connection != null) {
			subscription.listenOn(connection);
			if (this.link.buckets() != null) {
				this.executor.execute(subscription::standing);
			}
		}
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
		return this.link.health();
	}

	@Override
	public void close() {
		this.subscriptions.forEach(NatsSubscription::close);
		this.link.close();
		this.executor.shutdown();
	}

	/**
	 * Configures a tier. Not safe for concurrent use.
	 */
	public static final class Builder {

		private final NatsConnector connector;

		private String bucket = "coalestra";

		private int replicas = 1;

		private Duration maxAge = Duration.ofDays(1);

		private long maxBucketBytes = -1;

		private Duration longestFill = Duration.ofMinutes(1);

		private int maxPayloadBytes = 512 << 10;

		private Duration clockAllowance = Duration.ofSeconds(1);

		private Builder(NatsConnector connector) {
			this.connector = connector;
		}

		/**
		 * Sets what the names of buckets and subjects begin with: nodes of one fleet have
		 * the same, fleets on one server different ones.
		 * @param value 1 to 40 letters, digits, dashes or underscores; by default
		 * {@code coalestra}
		 * @return this
		 */
		public Builder bucket(String value) {
			if (!value.matches("[A-Za-z0-9_-]{1,40}")) {
				throw new IllegalArgumentException(
						"bucket: \"" + value + "\" (expected: 1 to 40 letters, digits, dashes or underscores)");
			}
			this.bucket = value;
			return this;
		}

		/**
		 * Sets on how many servers a bucket that has to be made is held.
		 * @param value 1 to 5; by default 1
		 * @return this
		 */
		public Builder replicas(int value) {
			if (value < 1 || value > 5) {
				throw new IllegalArgumentException("replicas: " + value + " (expected: 1 to 5)");
			}
			this.replicas = value;
			return this;
		}

		/**
		 * Sets how long anything stays in a bucket that has to be made, at most; also how
		 * long a lease or a nonce may live.
		 * @param value at least an hour; by default a day
		 * @return this
		 */
		public Builder maxAge(Duration value) {
			if (value.compareTo(Duration.ofHours(1)) < 0) {
				throw new IllegalArgumentException("maxAge: " + value + " (expected: at least PT1H)");
			}
			this.maxAge = value;
			return this;
		}

		/**
		 * Sets how many bytes the bucket of values may grow to, where it has to be made.
		 * @param value 1 or more; by default there is no bound but the server's
		 * @return this
		 */
		public Builder maxBucketBytes(long value) {
			if (value < 1) {
				throw new IllegalArgumentException("maxBucketBytes: " + value + " (expected: 1 or more)");
			}
			this.maxBucketBytes = value;
			return this;
		}

		/**
		 * Sets how long after the tier was read a fill may arrive.
		 * @param value from a second to half an hour; by default a minute
		 * @return this
		 */
		public Builder longestFill(Duration value) {
			if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(Duration.ofMinutes(30)) > 0) {
				throw new IllegalArgumentException("longestFill: " + value + " (expected: from PT1S to PT30M)");
			}
			this.longestFill = value;
			return this;
		}

		/**
		 * Sets how many bytes a payload may have. The server has a limit of its own,
		 * usually 1 MiB a message.
		 * @param value 1 or more; by default 512 KiB
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
		 * Sets by how much this node's clock may be ahead of the server's, and no lease
		 * is taken over too early.
		 * @param value zero or more; by default a second
		 * @return this
		 */
		public Builder clockAllowance(Duration value) {
			if (value.isNegative()) {
				throw new IllegalArgumentException("clockAllowance: " + value + " (expected: not negative)");
			}
			this.clockAllowance = value;
			return this;
		}

		/**
		 * Makes the tier, which begins to seek its server.
		 * @return the tier
		 */
		public NatsTier build() {
			NatsTier tier = new NatsTier(new NatsSettings(this.bucket, this.replicas, this.maxAge, this.maxBucketBytes,
					this.longestFill, this.maxPayloadBytes, this.clockAllowance), this.connector);
			tier.link.seek();
			return tier;
		}

	}

}
