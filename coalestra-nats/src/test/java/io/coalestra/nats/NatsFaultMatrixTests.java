package io.coalestra.nats;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.coalestra.tier.FaultBench;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.Wire;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A node whose NATS breaks in every way that it may.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class NatsFaultMatrixTests {

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
		return opened(NatsServers.start(options));
	}

	private FaultBench node(ServerProcess server) {
		return node(NatsServers.address(server));
	}

	private FaultBench node(Wire wire) {
		return node("nats://127.0.0.1:" + wire.port());
	}

	private FaultBench node(String address) {
		return opened(new FaultBench(NatsTier.at(address).build()));
	}

	@Test
	void downAtTheStart() {
		ServerProcess server = server();
		server.kill();
		FaultBench node = node(server);
		node.answers();
		node.isDegradedBecause("Unable to connect");
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
	void full() throws Exception {
		ServerProcess server = server();
		Connection operator = opened(Nats.connect(NatsServers.address(server)));
		operator.keyValueManagement().create(values(4_000));
		FaultBench node = node(server);
		node.isDegradedBecause("maximum bytes exceeded");
		operator.keyValueManagement().update(values(1 << 30));
		node.recovers();
	}

	private static KeyValueConfiguration values(long bytes) {
		return KeyValueConfiguration.builder("coalestra-values")
			.storageType(StorageType.Memory)
			.ttl(Duration.ofDays(1))
			.maxBucketSize(bytes)
			.build();
	}

	@Test
	void aUserWhoMayNotWrite() throws Exception {
		Path configuration = Files.createTempFile("coalestra-nats-", ".conf");
		this.open.add(() -> Files.deleteIfExists(configuration));
		Files.writeString(configuration, permissions("{ deny: \"$KV.>\" }"));
		ServerProcess server = server("--config", configuration.toString());
		FaultBench node = node("nats://shop:secret@127.0.0.1:" + server.port());
		node.answers();
		node.isDegradedBecause("shared_tier_disconnected");
		Files.writeString(configuration, permissions("\">\""));
		server.kill();
		server.start();
		node.recovers();
	}

	private static String permissions(String publish) {
		return "authorization { users = [ { user: shop, password: secret, permissions: { publish: " + publish
				+ ", subscribe: \">\" } } ] }\n";
	}

	@Test
	void aWrongPassword() throws Exception {
		Path configuration = Files.createTempFile("coalestra-nats-", ".conf");
		this.open.add(() -> Files.deleteIfExists(configuration));
		Files.writeString(configuration, password("right"));
		ServerProcess server = server("--config", configuration.toString());
		FaultBench node = node("nats://shop:left@127.0.0.1:" + server.port());
		node.answers();
		node.isDegradedBecause("Authorization");
		Files.writeString(configuration, password("left"));
		server.kill();
		server.start();
		node.recovers();
	}

	@Test
	void aPasswordThatIsChangedUnderAStandingConnection() throws Exception {
		Path configuration = Files.createTempFile("coalestra-nats-", ".conf");
		this.open.add(() -> Files.deleteIfExists(configuration));
		Files.writeString(configuration, password("left"));
		ServerProcess server = server("--config", configuration.toString());
		FaultBench node = node("nats://shop:left@127.0.0.1:" + server.port());
		FaultBench other = node("nats://shop:left@127.0.0.1:" + server.port());
		node.recovers();
		other.recovers();
		Files.writeString(configuration, password("right"));
		server.kill();
		server.start();
		node.isDegradedBecause("Authorization");
		Files.writeString(configuration, password("left"));
		server.kill();
		server.start();
		node.recovers();
		other.recovers();
		node.publish("BTC", "17");
		other.sees("BTC", "17");
		node.publish("BTC", "18");
		other.sees("BTC", "18");
	}

	private static String password(String password) {
		return "authorization { users = [ { user: shop, password: " + password + " } ] }\n";
	}

	@Test
	void tlsWhereTheServerSpeaksNone() {
		FaultBench node = node("tls://127.0.0.1:" + server().port());
		node.answers();
		node.isDegradedBecause("shared_tier_disconnected");
	}

}
