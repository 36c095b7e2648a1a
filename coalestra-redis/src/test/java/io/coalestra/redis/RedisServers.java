package io.coalestra.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.TierHealth;
import io.lettuce.core.RedisURI;

/**
 * Redis servers for tests: {@code redis-server}, unless the property
 * {@value #COMMAND_PROPERTY} names another, such as {@code valkey-server}.
 */
final class RedisServers {

	static final String COMMAND_PROPERTY = "redis.server";

	private RedisServers() {
	}

	static ServerProcess start(String... options) {
		return ServerProcess.start((port) -> command(port, options));
	}

	static ServerProcess startCommand(String command) {
		return ServerProcess.start((port) -> command(command, port));
	}

	static String command() {
		return System.getProperty(COMMAND_PROPERTY, "redis-server");
	}

	static List<String> command(int port, String... options) {
		return command(command(), port, options);
	}

	private static List<String> command(String server, int port, String... options) {
		List<String> command = new ArrayList<>(List.of(server, "--port", Integer.toString(port), "--bind", "127.0.0.1",
				"--save", "", "--appendonly", "no", "--dir", directory().toString()));
		command.addAll(List.of(options));
		return command;
	}

	static Path directory() {
		try {
			Path directory = Files.createTempDirectory("coalestra-redis-");
			directory.toFile().deleteOnExit();
			return directory;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static RedisURI uri(ServerProcess server) {
		return RedisURI.create("127.0.0.1", server.port());
	}

	static boolean isConnected(RedisTier tier) {
		return tier.health().connection() == TierHealth.Connection.CONNECTED;
	}

}
