package io.coalestra.spring.boot.autoconfigure.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import io.coalestra.tier.ServerProcess;

/**
 * Real servers for applications to share a tier on.
 */
final class TierServers {

	private TierServers() {
	}

	static ServerProcess redis(String... options) {
		return start((port) -> redisCommand("--port", port), options);
	}

	static ServerProcess redisWithTls(Certificate certificate) {
		return start((port) -> redisCommand("--tls-port", port), "--port", "0", "--tls-cert-file",
				certificate.certificate().toString(), "--tls-key-file", certificate.key().toString(),
				"--tls-ca-cert-file", certificate.certificate().toString(), "--tls-auth-clients", "no");
	}

	private static List<String> redisCommand(String portOption, int port) {
		return List.of("redis-server", portOption, Integer.toString(port), "--bind", "127.0.0.1", "--save", "",
				"--appendonly", "no");
	}

	static ServerProcess nats(String... options) {
		Path directory = directory("coalestra-nats-");
		return start((port) -> List.of("nats-server", "--addr", "127.0.0.1", "--port", Integer.toString(port),
				"--jetstream", "--store_dir", directory.toString()), options);
	}

	static ServerProcess natsWithTls(Certificate certificate) {
		return nats("--tls", "--tlscert", certificate.certificate().toString(), "--tlskey",
				certificate.key().toString());
	}

	private static ServerProcess start(IntFunction<List<String>> command, String... options) {
		return ServerProcess.start((port) -> {
			List<String> whole = new ArrayList<>(command.apply(port));
			whole.addAll(List.of(options));
			return whole;
		});
	}

	static Path directory(String prefix) {
		try {
			Path directory = Files.createTempDirectory(prefix);
			directory.toFile().deleteOnExit();
			return directory;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
