package io.coalestra.redis;

import io.coalestra.tier.FaultBench;
import io.coalestra.tier.FaultMatrix;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.Test;

/**
 * A node whose Redis breaks in every way that it may.
 */
class RedisFaultMatrixTests extends FaultMatrix {

	@Override
	protected ServerProcess startServer(String... options) {
		return RedisServers.start(options);
	}

	@Override
	protected SharedTier tierAt(int port) {
		return RedisTier.at(RedisURI.create("127.0.0.1", port)).build();
	}

	@Override
	protected String refusal() {
		return "refused";
	}

	private FaultBench node(RedisURI uri) {
		return node(RedisTier.at(uri).build());
	}

	private static void operate(ServerProcess server, Operation operation) {
		try (RedisClient client = RedisClient.create(RedisServers.uri(server)); var connection = client.connect()) {
			operation.on(connection.sync());
		}
	}

	@Test
	void full() {
		ServerProcess server = server();
		FaultBench node = node(server.port());
		node.recovers();
		operate(server, (commands) -> {
			commands.configSet("maxmemory-policy", "noeviction");
			commands.configSet("maxmemory", "1mb");
		});
		node.isDegradedBecause("OOM");
		operate(server, (commands) -> commands.configSet("maxmemory", "0"));
		node.recovers();
	}

	@Test
	void aReplicaThatTakesNoWrites() {
		ServerProcess main = server();
		ServerProcess replica = server();
		operate(replica, (commands) -> commands.replicaof("127.0.0.1", main.port()));
		FaultBench node = node(replica.port());
		node.isDegradedBecause("READONLY");
		operate(replica, (commands) -> commands.replicaofNoOne());
		node.recovers();
	}

	@Test
	void aWrongPassword() {
		ServerProcess server = server("--requirepass", "right");
		RedisURI uri = RedisServers.uri(server);
		uri.setCredentialsProvider(new StaticCredentialsProvider(null, "left".toCharArray()));
		FaultBench node = node(uri);
		node.answers();
		node.isDegradedBecause("WRONGPASS");
		RedisURI operator = RedisServers.uri(server);
		operator.setCredentialsProvider(new StaticCredentialsProvider(null, "right".toCharArray()));
		try (RedisClient client = RedisClient.create(operator); var connection = client.connect()) {
			connection.sync().configSet("requirepass", "left");
		}
		node.recovers();
	}

	@Test
	void tlsWhereTheServerSpeaksNone() {
		RedisURI uri = RedisServers.uri(server());
		uri.setSsl(true);
		FaultBench node = node(uri);
		node.answers();
		node.isDegradedBecause("shared_tier_disconnected");
	}

	/**
	 * What an operator does.
	 */
	private interface Operation {

		void on(RedisCommands<String, String> commands);

	}

}
