package io.coalestra.nats;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.coalestra.tier.ServerProcess;

/**
 * A cluster for tests: three servers that know each other, any two of which go on without
 * the third.
 */
final class NatsCluster implements AutoCloseable {

	private static final int SIZE = 3;

	private final List<ServerProcess> servers = new ArrayList<>();

	private NatsCluster() {
	}

	static NatsCluster start() {
		NatsCluster cluster = new NatsCluster();
		List<String> routes = IntStream.range(0, SIZE)
			.mapToObj((server) -> "nats://127.0.0.1:" + ServerProcess.freePort())
			.toList();
		for (int i = 0; i < SIZE; i++) {
			cluster.servers.add(NatsServers.start("--server_name", name(i), "--cluster_name", "test", "--cluster",
					routes.get(i), "--routes", String.join(",", routes)));
		}
		return cluster;
	}

	private static String name(int server) {
		return "server-" + server;
	}

	/**
	 * Returns the addresses of all servers.
	 */
	String addresses() {
		return this.servers.stream().map(NatsServers::address).collect(Collectors.joining(","));
	}

	/**
	 * Returns one server.
	 * @param name what it calls itself
	 */
	ServerProcess named(String name) {
		return IntStream.range(0, SIZE)
			.filter((server) -> name(server).equals(name))
			.mapToObj(this.servers::get)
			.findFirst()
			.orElseThrow();
	}

	@Override
	public void close() {
		this.servers.forEach(ServerProcess::close);
	}

}
