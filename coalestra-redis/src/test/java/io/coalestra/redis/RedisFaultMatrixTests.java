package io.coalestra.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.coalestra.tier.FaultBench;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.Wire;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node whose Redis breaks in every way that it may.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RedisFaultMatrixTests {

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	private <T extends AutoCloseable> T opened(T each) {
		this.open.add(each);
		return each;
	}

	private ServerProcess server(String... options) {
		return opened(RedisServers.start(options));
	}

	private FaultBench node(ServerProcess server) {
		return node(RedisServers.uri(server));
	}

	private FaultBench node(Wire wire) {
		return node(RedisURI.create("127.0.0.1", wire.port()));
	}

	private FaultBench node(RedisURI uri) {
		return opened(new FaultBench(RedisTier.at(uri).build()));
	}

	private static void operate(ServerProcess server, Operation operation) {
		try (RedisClient client = RedisClient.create(RedisServers.uri(server)); var connection = client.connect()) {
			operation.on(connection.sync());
		}
	}

	@Test
	void downAtTheStart() {
		ServerProcess server = server();
		server.kill();
		FaultBench node = node(server);
		node.answers();
		node.isDegradedBecause("refused");
		server.start();
		node.recovers();
	}

	@Test
	void downAtARead() {
		ServerProcess server = server();
		FaultBench node = node(server);
		node.recovers();
		server.kill();
		node.answers();
		node.isDegradedBecause("the connection was lost");
		server.start();
		node.recovers();
	}

	@Test
	void downAtAWriteWhichIsMadeUpForLater() {
		ServerProcess server = server();
		FaultBench one = node(server);
		FaultBench other = node(server);
		one.recovers();
		other.recovers();
		other.sees("BTC", "price of BTC");
		server.kill();
		one.publish("BTC", "17");
		one.isDegradedBecause("shared_tier_disconnected");
		server.start();
		one.recovers();
		other.sees("BTC", "17");
	}

	@Test
	void slowerThanTheBudget() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench node = node(wire);
		node.recovers();
		wire.slow(Duration.ofMillis(500));
		node.isDegradedBecause("no answer within");
		wire.slow(Duration.ZERO);
		node.recovers();
	}

	@Test
	void paused() {
		ServerProcess server = server();
		FaultBench node = node(server);
		node.recovers();
		server.pause();
		node.isDegradedBecause("no answer within");
		server.resume();
		node.recovers();
	}

	@Test
	void partedAndJoinedAgain() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench node = node(wire);
		node.recovers();
		wire.part();
		node.isDegradedBecause("no answer within");
		wire.join();
		node.recovers();
	}

	@Test
	void connectionsThatStandAndCarryNothing() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench one = node(wire);
		FaultBench other = node(server);
		one.recovers();
		other.recovers();
		one.sees("BTC", "price of BTC");
		wire.strand();
		one.isDegradedBecause("no answer within");
		one.recovers();
		other.publish("BTC", "17");
		one.sees("BTC", "17");
	}

	@Test
	void partedFromAServerThatForgetsTheConnections() {
		ServerProcess server = server();
		Wire wire = opened(new Wire(server));
		FaultBench one = node(wire);
		FaultBench other = node(server);
		one.recovers();
		other.recovers();
		one.sees("BTC", "price of BTC");
		wire.part();
		other.publish("BTC", "17");
		one.isDegradedBecause("no answer within");
		server.kill();
		server.start();
		wire.cut();
		one.recovers();
		other.recovers();
		other.publish("BTC", "18");
		one.sees("BTC", "18");
	}

	@Test
	void restartedEmpty() {
		ServerProcess server = server();
		FaultBench one = node(server);
		FaultBench other = node(server);
		one.recovers();
		other.recovers();
		one.publish("BTC", "17");
		other.sees("BTC", "17");
		server.kill();
		server.start();
		one.recovers();
		other.recovers();
		one.publish("BTC", "18");
		other.sees("BTC", "18");
	}

	@Test
	void full() {
		ServerProcess server = server();
		FaultBench node = node(server);
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
		FaultBench node = node(replica);
		node.isDegradedBecause("READONLY");
		operate(replica, (commands) -> commands.replicaofNoOne());
		node.recovers();
	}

	@Test
	void aWrongPassword() {
		ServerProcess server = server("--requirepass", "right");
		RedisURI uri = RedisServers.uri(server);
		uri.setAuthentication("left");
		FaultBench node = node(uri);
		node.answers();
		node.isDegradedBecause("WRONGPASS");
		RedisURI operator = RedisServers.uri(server);
		operator.setAuthentication("right");
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
