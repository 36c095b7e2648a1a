package io.coalestra.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.coalestra.tier.ServerProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A cluster for tests: three servers, each with a third of the slots, and, where it is
 * wanted, a replica of the first that may take its place.
 */
final class RedisCluster implements AutoCloseable {

	private static final int SLOTS = 16_384;

	private static final int MASTERS = 3;

	private final List<ServerProcess> servers = new ArrayList<>();

	private final RedisClient operator = RedisClient.create();

	private RedisCluster() {
	}

	static RedisCluster start() {
		return start(MASTERS);
	}

	static RedisCluster startWithReplicaOfTheFirst() {
		RedisCluster cluster = start(MASTERS + 1);
		String first = cluster.ask(0, RedisCommands::clusterMyId);
		cluster.ask(MASTERS, (commands) -> commands.clusterReplicate(first));
		assertThat(ServerProcess.within(() -> cluster.ask(MASTERS, (commands) -> commands.info("replication"))
			.contains("master_link_status:up"))).as("the replica is in step").isTrue();
		return cluster;
	}

	private static RedisCluster start(int size) {
		RedisCluster cluster = new RedisCluster();
		for (int i = 0; i < size; i++) {
			cluster.servers.add(RedisServers.start("--cluster-enabled", "yes", "--cluster-port",
					Integer.toString(ServerProcess.freePort()), "--cluster-node-timeout", "2000",
					"--repl-diskless-sync-delay", "0"));
		}
		cluster.form();
		return cluster;
	}

	private void form() {
		for (int i = 0; i < MASTERS; i++) {
			int[] slots = IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS).toArray();
			ask(i, (commands) -> commands.clusterAddSlots(slots));
		}
		for (int i = 1; i < this.servers.size(); i++) {
			String port = Integer.toString(this.servers.get(i).port());
			String busPort = ask(i, (commands) -> commands.configGet("cluster-port").get("cluster-port"));
			ask(0, (commands) -> commands.dispatch(CommandType.CLUSTER, new StatusOutput<>(StringCodec.UTF8),
					new CommandArgs<>(StringCodec.UTF8).add("MEET").add("127.0.0.1").add(port).add(busPort)));
		}
		for (int i = 0; i < this.servers.size(); i++) {
			int server = i;
			assertThat(ServerProcess.within(() -> isFormed(server))).as("server %d knows all others", i).isTrue();
		}
	}

	private boolean isFormed(int server) {
		String info = ask(server, RedisCommands::clusterInfo);
		return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + this.servers.size());
	}

	/**
	 * Asks one server.
	 */
	<T> T ask(int server, Function<RedisCommands<String, String>, T> question) {
		try (StatefulRedisConnection<String, String> connection = this.operator
			.connect(RedisServers.uri(this.servers.get(server)))) {
			return question.apply(connection.sync());
		}
	}

	List<RedisURI> uris() {
		return this.servers.stream().map(RedisServers::uri).toList();
	}

	void killTheFirst() {
		this.servers.getFirst().kill();
	}

	/**
	 * Returns whether the replica of the first has its slots.
	 */
	boolean replicaHasTakenOver() {
		return ask(MASTERS, (commands) -> commands.info("replication")).contains("role:master")
				&& ask(MASTERS, RedisCommands::clusterInfo).contains("cluster_state:ok");
	}

	/**
	 * Returns how often each of the masters has been called.
	 * @param command in small letters
	 */
	List<Long> calls(String command) {
		return IntStream.range(0, MASTERS)
			.mapToObj((server) -> ask(server, (commands) -> commands.info("commandstats")))
			.map((stats) -> callsOf(command, stats))
			.toList();
	}

	private static long callsOf(String command, String stats) {
		String start = "cmdstat_" + command + ":calls=";
		return stats.lines()
			.filter((line) -> line.startsWith(start))
			.mapToLong((line) -> Long.parseLong(line.substring(start.length(), line.indexOf(','))))
			.sum();
	}

	/**
	 * Returns the kinds of errors that any of the masters has answered.
	 */
	Set<String> errors() {
		return IntStream.range(0, MASTERS)
			.mapToObj((server) -> ask(server, (commands) -> commands.info("errorstats")))
			.flatMap(String::lines)
			.filter((line) -> line.startsWith("errorstat_"))
			.map((line) -> line.substring("errorstat_".length(), line.indexOf(':')))
			.collect(Collectors.toSet());
	}

	@Override
	public void close() {
		this.operator.shutdown();
		this.servers.forEach(ServerProcess::close);
	}

}
