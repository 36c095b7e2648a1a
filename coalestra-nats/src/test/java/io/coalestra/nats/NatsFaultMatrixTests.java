package io.coalestra.nats;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.coalestra.tier.FaultBench;
import io.coalestra.tier.FaultMatrix;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.StorageType;
import org.junit.jupiter.api.Test;

/**
 * A node whose NATS breaks in every way that it may.
 */
class NatsFaultMatrixTests extends FaultMatrix {

	@Override
	protected ServerProcess startServer(String... options) {
		return NatsServers.start(options);
	}

	@Override
	protected SharedTier tierAt(int port) {
		return NatsTier.at("nats://127.0.0.1:" + port).build();
	}

	@Override
	protected String refusal() {
		return "Unable to connect";
	}

	private FaultBench node(String address) {
		return node(NatsTier.at(address).build());
	}

	@Test
	void full() throws Exception {
		ServerProcess server = server();
		Connection operator = opened(Nats.connect(NatsServers.address(server)));
		operator.keyValueManagement().create(values(4_000));
		FaultBench node = node(server.port());
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
		opened(() -> Files.deleteIfExists(configuration));
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
		opened(() -> Files.deleteIfExists(configuration));
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
		opened(() -> Files.deleteIfExists(configuration));
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
