package io.coalestra.spring.boot.autoconfigure.tier;

import java.util.List;

import io.coalestra.redis.RedisTier;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

/**
 * Where the application's Redis is and how it is spoken to. The tier gets a client of its
 * own, because that of the application queues what it cannot send, and is stopped at its
 * own time; threads are the application's, where it has resources of the client's.
 *
 * @param addresses one server or what sentinels know, or nodes of a cluster
 * @param isCluster whether they are nodes of a cluster
 * @param options the application's options
 * @param resources the application's resources, or null where it has none
 */
record RedisAccess(List<RedisURI> addresses, boolean isCluster, ClientOptions options,
		@Nullable ClientResources resources) {

	RedisTier.Builder tier() {
		return this.isCluster ? onCluster() : onServer();
	}

	private RedisTier.Builder onServer() {
		RedisURI address = this.addresses.getFirst();
		RedisClient client = (this.resources != null) ? RedisClient.create(this.resources, address)
				: RedisClient.create(address);
		client.setOptions(RedisTier.suited(this.options).build());
		return RedisTier.on(client, address).closingClient();
	}

	private RedisTier.Builder onCluster() {
		RedisClusterClient client = (this.resources != null) ? RedisClusterClient.create(this.resources, this.addresses)
				: RedisClusterClient.create(this.addresses);
		ClientOptions.Builder suited = RedisTier.suited((this.options instanceof ClusterClientOptions cluster) ? cluster
				: ClusterClientOptions.builder(this.options).build());
		client.setOptions((ClusterClientOptions) suited.build());
		return RedisTier.on(client).closingClient();
	}

}
