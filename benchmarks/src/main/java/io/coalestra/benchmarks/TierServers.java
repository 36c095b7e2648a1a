package io.coalestra.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

import io.coalestra.tier.ServerProcess;
import io.lettuce.core.RedisURI;

/**
 * Servers of shared tiers, on free ports of loopback, that keep nothing on disk of what
 * is measured.
 */
final class TierServers {

	private TierServers() {
	}

	static ServerProcess redis() {
		return ServerProcess.start((port) -> List.of("redis-server", "--port", Integer.toString(port), "--bind",
				"127.0.0.1", "--save", "", "--appendonly", "no"));
	}

	static RedisURI redisAt(ServerProcess server) {
		return RedisURI.create("127.0.0.1", server.port());
	}

	static ServerProcess nats() {
		return ServerProcess.start(TierServers::natsCommand);
	}

	private static List<String> natsCommand(int port) {
		try {
			return List.of("nats-server", "--addr", "127.0.0.1", "--port", Integer.toString(port), "--jetstream",
					"--store_dir", Files.createTempDirectory("coalestra-nats-").toString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String natsAt(ServerProcess server) {
		return "nats://127.0.0.1:" + server.port();
	}

}
