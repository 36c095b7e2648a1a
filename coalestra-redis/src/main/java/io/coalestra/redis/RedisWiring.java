package io.coalestra.redis;

import java.util.concurrent.CompletionStage;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * How connections are made: to one server, which sentinels may name, or to a cluster.
 */
sealed interface RedisWiring {

	/** The number of partitions over which a cluster's slots are shared out. */
	int CLUSTER_PARTITIONS = 64;

	CompletionStage<? extends StatefulConnection<byte[], byte[]>> connect();

	RedisClusterAsyncCommands<byte[], byte[]> commands(StatefulConnection<byte[], byte[]> connection);

	CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub();

	int partitions();

	void shutdown();

	/**
	 * One server.
	 *
	 * @param client the client
	 * @param uri where the server is, or which sentinels know
	 */
	record Single(RedisClient client, RedisURI uri) implements RedisWiring {

		@Override
		public CompletionStage<? extends StatefulConnection<byte[], byte[]>> connect() {
			return this.client.connectAsync(ByteArrayCodec.INSTANCE, this.uri);
		}

		@Override
		public RedisClusterAsyncCommands<byte[], byte[]> commands(StatefulConnection<byte[], byte[]> connection) {
			return ((StatefulRedisConnection<byte[], byte[]>) connection).async();
		}

		@Override
		public CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub() {
			return this.client.connectPubSubAsync(ByteArrayCodec.INSTANCE, this.uri);
		}

		@Override
		public int partitions() {
			return 1;
		}

		@Override
		public void shutdown() {
			this.client.shutdown();
		}

	}

	/**
	 * A cluster.
	 *
	 * @param client the client
	 */
	record Cluster(RedisClusterClient client) implements RedisWiring {

		@Override
		public CompletionStage<? extends StatefulConnection<byte[], byte[]>> connect() {
			learnTopology();
			return this.client.connectAsync(ByteArrayCodec.INSTANCE);
		}

		@Override
		public RedisClusterAsyncCommands<byte[], byte[]> commands(StatefulConnection<byte[], byte[]> connection) {
			return ((StatefulRedisClusterConnection<byte[], byte[]>) connection).async();
		}

		@Override
		public CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub() {
			learnTopology();
			return this.client.connectPubSubAsync(ByteArrayCodec.INSTANCE);
		}

		// Asks the servers, and waits for them, unless the client knows them already.
		private void learnTopology() {
			if (this.client.getPartitions().isEmpty()) {
				throw new IllegalStateException("cluster: no nodes (expected: one at least)");
			}
		}

		@Override
		public int partitions() {
			return CLUSTER_PARTITIONS;
		}

		@Override
		public void shutdown() {
			this.client.shutdown();
		}

	}

}
