package io.coalestra.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.slf4j.LoggerFactory;

/**
 * How connections are made: to one server, which sentinels may name, or to a cluster.
 */
sealed interface RedisWiring {

	/** The number of partitions over which a cluster's slots are shared out. */
	int CLUSTER_PARTITIONS = 64;

	/** For how long closing is waited for. */
	int CLOSING_SECONDS = 5;

	CompletionStage<? extends StatefulConnection<byte[], byte[]>> connect();

	RedisClusterAsyncCommands<byte[], byte[]> commands(StatefulConnection<byte[], byte[]> connection);

	CompletionStage<? extends StatefulRedisPubSubConnection<byte[], byte[]>> connectPubSub();

	int partitions();

	void shutdown();

	/**
	 * Waits until something is closed, for {@value #CLOSING_SECONDS} seconds at most:
	 * where the client's threads end meanwhile, it never is.
	 * @param what what is closed
	 * @param closing is completed when it is
	 */
	static void await(String what, CompletableFuture<?> closing) {
		try {
			closing.get(CLOSING_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			LoggerFactory.getLogger(RedisTier.class).warn("Shared tier redis did not close {} in time", what, ex);
		}
	}

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
			RedisWiring.await("its client", this.client.shutdownAsync());
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
			RedisWiring.await("its client", this.client.shutdownAsync());
		}

	}

}
