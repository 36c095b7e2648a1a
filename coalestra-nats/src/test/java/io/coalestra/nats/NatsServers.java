package io.coalestra.nats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierHealth;

/**
 * NATS servers for tests.
 */
final class NatsServers {

	private NatsServers() {
	}

	static ServerProcess start(String... options) {
		return ServerProcess.start((port) -> command(port, options));
	}

	private static List<String> command(int port, String... options) {
		try {
			Path directory = Files.createTempDirectory("coalestra-nats-");
			directory.toFile().deleteOnExit();
			List<String> command = new ArrayList<>(List.of("nats-server", "--addr", "127.0.0.1", "--port",
					Integer.toString(port), "--jetstream", "--store_dir", directory.toString()));
			command.addAll(List.of(options));
			return command;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String address(ServerProcess server) {
		return "nats://127.0.0.1:" + server.port();
	}

	static boolean isConnected(NatsTier tier) {
		return tier.health().connection() == TierHealth.Connection.CONNECTED;
	}

}
