package io.coalestra.spring.boot.autoconfigure.tier;

import java.time.Duration;
import java.util.List;

import io.coalestra.tier.ReadLeases;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What {@code coalestra.shared-tier.*} says of the shared tier and of its use.
 *
 * @param enabled Whether the auto-configured builder and collections use the SharedTier
 * bean, if there is one, and such a bean is made where an engine's module is on the class
 * path.
 * @param engine Engine that a SharedTier bean is made for. The one whose module is on the
 * class path when it is not set.
 * @param space Part of the tier that the builder has; builders of one part share values,
 * hear of changes and are cleared together. The common part when it is not set.
 * @param budget By how much a build may be slower for asking the tier, however many keys
 * it reads.
 * @param writeLimit After which a write or a notice, for which nobody waits, counts as
 * failed.
 * @param failureThreshold How many failures in a row leave the tier alone: 1 to 1000.
 * @param recoveryTimeout For how long it is left alone before one request probes.
 * @param heartbeat How often nodes hear of each other; the same for all.
 * @param maxLife How long the tier keeps a value at the most.
 * @param maxPending How many keys may wait to be written while the tier does not take
 * them.
 * @param deflateFrom From which size on a payload is deflated where that helps.
 * @param types Comma-separated list of patterns of the types that are shared
 * ("market:*"). All types when it is not set.
 * @param readLeases Which reads of sources are made by one node at a time, while the
 * others wait for what it fills the tier with.
 * @param leasedTypes Comma-separated list of patterns of the types whose reads may be
 * leased. All types when it is not set.
 * @param leaseWait For how long a read waits for another node's, before it is made all
 * the same.
 * @param leaseLife For how long a lease holds where the node that has it does not give it
 * back.
 * @param redis the tier on Redis
 * @param nats the tier on NATS
 */
@ConfigurationProperties("coalestra.shared-tier")
public record SharedTierProperties(@DefaultValue("true") boolean enabled, @Nullable Engine engine,
		@Nullable String space, @DefaultValue("50ms") Duration budget, @DefaultValue("1s") Duration writeLimit,
		@DefaultValue("3") int failureThreshold, @DefaultValue("2s") Duration recoveryTimeout,
		@DefaultValue("1s") Duration heartbeat, @DefaultValue("1h") Duration maxLife,
		@DefaultValue("10000") int maxPending, @DefaultValue("4KB") DataSize deflateFrom, @Nullable List<String> types,
		@DefaultValue("none") ReadLeases readLeases, @Nullable List<String> leasedTypes,
		@DefaultValue("1s") Duration leaseWait, @DefaultValue("10s") Duration leaseLife, @DefaultValue RedisRule redis,
		@DefaultValue NatsRule nats) {

	static final String ENGINE = "coalestra.shared-tier.engine";

	/**
	 * Copies.
	 */
	public SharedTierProperties {
		types = (types != null) ? List.copyOf(types) : null;
		leasedTypes = (leasedTypes != null) ? List.copyOf(leasedTypes) : null;
	}

	/**
	 * What the shared tier may be on.
	 */
	public enum Engine {

		/**
		 * Redis or Valkey, where the application's own connection factory finds it.
		 */
		REDIS,

		/**
		 * NATS with JetStream.
		 */
		NATS

	}

	/**
	 * The tier on Redis. Where the server is, {@code spring.data.redis.*} says.
	 *
	 * @param prefix Beginning of all keys; one a fleet of nodes.
	 * @param longestFill How long after the tier was read a fill may arrive; removals
	 * stand 10s longer.
	 * @param maxPayload Largest payload that is written.
	 */
	public record RedisRule(@DefaultValue("coalestra") String prefix, @DefaultValue("1m") Duration longestFill,
			@DefaultValue("1MB") DataSize maxPayload) {
	}

	/**
	 * The tier on NATS.
	 *
	 * @param servers Comma-separated list of the servers' addresses. The application's
	 * Connection bean, or else nats://localhost:4222, when it is not set.
	 * @param username Name of the user.
	 * @param password Password of the user.
	 * @param token Token that lets in without a user.
	 * @param credentials Path of a file of credentials, a JWT with its seed.
	 * @param connectionTimeout How long making a connection may take.
	 * @param pingInterval How often the server is asked whether it is there; three times
	 * without an answer end the connection, and another is made.
	 * @param bucket Beginning of the names of buckets and subjects; one a fleet of nodes.
	 * @param replicas How many servers hold a bucket that has to be made.
	 * @param maxAge How long anything stays in a bucket that has to be made, at most.
	 * @param maxBucketSize How large the bucket of values may grow, where it has to be
	 * made. Only the server's own limit holds when it is not set.
	 * @param longestFill How long after the tier was read a fill may arrive.
	 * @param maxPayload Largest payload that is written; the server has a limit of its
	 * own.
	 * @param clockAllowance By how much this node's clock may be ahead of the server's.
	 * @param ssl TLS
	 */
	public record NatsRule(@Nullable List<String> servers, @Nullable String username, @Nullable String password,
			@Nullable String token, @Nullable String credentials, @DefaultValue("2s") Duration connectionTimeout,
			@DefaultValue("3s") Duration pingInterval, @DefaultValue("coalestra") String bucket,
			@DefaultValue("1") int replicas, @DefaultValue("1d") Duration maxAge, @Nullable DataSize maxBucketSize,
			@DefaultValue("1m") Duration longestFill, @DefaultValue("512KB") DataSize maxPayload,
			@DefaultValue("1s") Duration clockAllowance, @DefaultValue Ssl ssl) {

		/**
		 * Copies.
		 */
		public NatsRule {
			servers = (servers != null) ? List.copyOf(servers) : null;
		}

	}

	/**
	 * TLS.
	 *
	 * @param enabled Whether to use TLS. It is used where a bundle is named, when it is
	 * not set.
	 * @param bundle Name of the SSL bundle with the certificates and keys. The system's
	 * own when it is not set.
	 */
	public record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {

		boolean isUsed() {
			return (this.enabled != null) ? this.enabled : this.bundle != null;
		}

	}

}
