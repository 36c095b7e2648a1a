package io.coalestra.redis;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierContract;
import io.coalestra.tier.TierKey;
import io.lettuce.core.cluster.RedisClusterClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster of three servers, each with a third of the slots.
 */
class RedisClusterTests extends SharedTierContract {

	private static RedisCluster cluster;

	private static RedisClusterClient client;

	private static RedisTier tier;

	private static RedisTier otherNode;

	@BeforeAll
	static void start() {
		cluster = RedisCluster.start();
		client = RedisClusterClient.create(cluster.uris().getFirst());
		tier = RedisTier.on(client).build();
		otherNode = RedisTier.atCluster(cluster.uris()).build();
		assertThat(ServerProcess.within(() -> RedisServers.isConnected(tier) && RedisServers.isConnected(otherNode)))
			.isTrue();
	}

	@AfterAll
	static void stop() {
		tier.close();
		otherNode.close();
		client.shutdown();
		cluster.close();
	}

	@Override
	protected SharedTier tier() {
		return tier;
	}

	@Override
	protected SharedTier otherNode() {
		return otherNode;
	}

	@Override
	protected boolean eventually(BooleanSupplier condition) {
		return ServerProcess.within(condition);
	}

	@Test
	void aReadIsOneCallForEachPartitionAndEachGoesToTheServerThatHasIt() {
		List<TierKey> keys = IntStream.range(0, 100).mapToObj((i) -> key("slot-" + i)).toList();
		RedisKeys names = new RedisKeys("coalestra", RedisWiring.CLUSTER_PARTITIONS);
		long partitions = keys.stream().mapToInt(names::partitionOf).distinct().count();
		get(tier.read(keys));
		List<Long> callsBefore = cluster.calls("evalsha");
		get(tier.read(keys));
		List<Long> callsAfter = cluster.calls("evalsha");
		assertThat(cluster.errors()).doesNotContain("MOVED", "ASK", "CROSSSLOT");
		List<Long> calls = IntStream.range(0, callsAfter.size())
			.mapToObj((i) -> callsAfter.get(i) - callsBefore.get(i))
			.toList();
		assertThat(calls).allMatch((count) -> count > 0);
		assertThat(calls.stream().mapToLong(Long::longValue).sum()).isEqualTo(partitions);
	}

}
