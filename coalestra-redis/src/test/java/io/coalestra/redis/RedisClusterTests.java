package io.coalestra.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.coalestra.tier.SharedTierContract;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster of three servers, each with a third of the slots.
 */
class RedisClusterTests extends SharedTierContract {

	private static final int SLOTS = 16_384;

	private static final List<ServerProcess> servers = new ArrayList<>();

	private static RedisClusterClient client;

	private static RedisTier tier;

	private static RedisTier otherNode;

	@BeforeAll
	static void start() {
		for (int i = 0; i < 3; i++) {
			servers.add(RedisServers.start("--cluster-enabled", "yes", "--cluster-port",
					Integer.toString(ServerProcess.freePort())));
		}
		form();
		client = RedisClusterClient.create(RedisServers.uri(servers.getFirst()));
		tier = RedisTier.on(client).build();
		otherNode = RedisTier.on(client).build();
		assertThat(ServerProcess.within(() -> RedisServers.isConnected(tier) && RedisServers.isConnected(otherNode)))
			.isTrue();
	}

	private static void form() {
		try (RedisClient plain = RedisClient.create()) {
			List<RedisCommands<String, String>> nodes = new ArrayList<>();
			for (ServerProcess server : servers) {
				StatefulRedisConnection<String, String> connection = plain.connect(RedisServers.uri(server));
				nodes.add(connection.sync());
			}
			for (int i = 0; i < nodes.size(); i++) {
				nodes.get(i).clusterAddSlots(slots(SLOTS * i / nodes.size(), SLOTS * (i + 1) / nodes.size()));
			}
			for (int i = 1; i < nodes.size(); i++) {
				nodes.getFirst()
					.dispatch(CommandType.CLUSTER, new StatusOutput<>(StringCodec.UTF8),
							new CommandArgs<>(StringCodec.UTF8).add("MEET")
								.add("127.0.0.1")
								.add(servers.get(i).port())
								.add(busPort(nodes.get(i))));
			}
			for (RedisCommands<String, String> node : nodes) {
				assertThat(ServerProcess.within(() -> node.clusterInfo().contains("cluster_state:ok")
						&& node.clusterInfo().contains("cluster_known_nodes:3")))
					.as(node.clusterInfo())
					.isTrue();
			}
		}
	}

	private static int busPort(RedisCommands<String, String> node) {
		return Integer.parseInt(node.configGet("cluster-port").get("cluster-port"));
	}

	private static int[] slots(int from, int to) {
		return IntStream.range(from, to).toArray();
	}

	@AfterAll
	static void stop() {
		tier.close();
		otherNode.close();
		client.shutdown();
		servers.forEach(ServerProcess::close);
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

}
