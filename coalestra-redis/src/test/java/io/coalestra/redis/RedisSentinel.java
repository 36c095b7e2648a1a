package io.coalestra.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.coalestra.tier.ServerProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For tests: a server, a replica of it, and a sentinel that lets the one take the place
 * of the other.
 */
final class RedisSentinel implements AutoCloseable {

	private static final String NAME = "main";

	private final ServerProcess first = RedisServers.start("--repl-diskless-sync-delay", "0");

	private final ServerProcess second = RedisServers.start("--replicaof", "127.0.0.1",
			Integer.toString(this.first.port()), "--repl-diskless-sync-delay", "0");

	private final ServerProcess sentinel;

	private final RedisClient client;

	private final StatefulRedisSentinelConnection<String, String> connection;

	RedisSentinel() throws IOException {
		Path configuration = Files.writeString(RedisServers.directory().resolve("sentinel.conf"), """
				sentinel monitor main 127.0.0.1 %d 1
				sentinel down-after-milliseconds main 1000
				sentinel failover-timeout main 10000
				""".formatted(this.first.port()));
		this.sentinel = ServerProcess.start((port) -> List.of(RedisServers.command(), configuration.toString(),
				"--sentinel", "--port", Integer.toString(port), "--bind", "127.0.0.1"));
		this.client = RedisClient.create(RedisServers.uri(this.sentinel));
		this.connection = this.client.connectSentinel(RedisServers.uri(this.sentinel));
		assertThat(ServerProcess.within(this::knowsTheReplica)).as("the sentinel knows the replica").isTrue();
	}

	private boolean knowsTheReplica() {
		return this.connection.sync()
			.replicas(NAME)
			.stream()
			.anyMatch((replica) -> "ok".equals(replica.get("master-link-status")));
	}

	RedisURI uri() {
		return RedisURI.Builder.sentinel("127.0.0.1", this.sentinel.port(), NAME).build();
	}

	/**
	 * Returns the server that the sentinel names.
	 */
	ServerProcess main() {
		int port = ((InetSocketAddress) this.connection.sync().getMasterAddrByName(NAME)).getPort();
		return (port == this.first.port()) ? this.first : this.second;
	}

	@Override
	public void close() {
		this.connection.close();
		this.client.shutdown();
		this.sentinel.close();
		this.second.close();
		this.first.close();
	}

}
