package io.coalestra.collections.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.coalestra.collections.jdbc.PostgresServer;
import io.coalestra.collections.option.FlushStrategy;
import io.coalestra.tier.ServerProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes in processes of their own over a PostgreSQL and a shared tier, of which one after
 * the other breaks: the store, the tier, a node.
 */
final class RowFleet implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RowFleet.class);

	private static final Duration PATIENCE = Duration.ofMinutes(3);

	// Four heartbeats after the tier is found again, which takes its client five seconds
	// and the circuit two; the rest is for a machine that is busy.
	private static final Duration BOUND = Duration.ofSeconds(30);

	private final PostgresServer store;

	private final String database;

	private final ServerProcess tier;

	private final String address;

	private final Path directory;

	private final Node[] nodes;

	private final List<String> violations = new CopyOnWriteArrayList<>();

	RowFleet(int size, PostgresServer store, ServerProcess tier, String address, Path directory) throws Exception {
		this.store = store;
		this.tier = tier;
		this.address = address;
		this.directory = directory;
		this.database = store.createDatabase();
		store.execute(this.database,
				"CREATE TABLE counter (id bigint PRIMARY KEY, value bigint NOT NULL, version bigint NOT NULL)");
		for (FlushStrategy strategy : FlushStrategy.values()) {
			for (int row = 0; row < RowNode.ROWS; row++) {
				store.execute(this.database, "INSERT INTO counter VALUES (" + RowNode.key(strategy, row) + ", 0, 1)");
			}
		}
		this.nodes = new Node[size];
		for (int i = 0; i < size; i++) {
			this.nodes[i] = new Node(i);
		}
		for (Node node : this.nodes) {
			node.expect("ready");
		}
	}

	/**
	 * Has each node add one to one row, by many threads, many times each.
	 * @return how many attempts it took
	 */
	long add(int threads, int times) throws Exception {
		for (Node node : this.nodes) {
			node.tell("add " + threads + " " + times);
		}
		long attempts = 0;
		for (Node node : this.nodes) {
			attempts += Long.parseLong(node.expect("added").split(" ", -1)[1]);
		}
		return attempts;
	}

	long stored(FlushStrategy strategy, int row) {
		try (Connection connection = this.store.dataSource(this.database).getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement
					.executeQuery("SELECT value FROM counter WHERE id = " + RowNode.key(strategy, row))) {
			assertThat(result.next()).isTrue();
			return result.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("the store cannot be read", ex);
		}
	}

	/**
	 * Runs: all nodes read and change rows, while the store, the tier and nodes break in
	 * turn.
	 */
	void run(Duration duration, long seed) throws Exception {
		SplittableRandom random = new SplittableRandom(seed);
		long end = System.nanoTime() + duration.toNanos();
		for (Node node : this.nodes) {
			node.go(random.nextLong());
		}
		Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
		do {
			for (Fault fault : Fault.values()) {
				pass(random.nextLong(200, 600));
				faults.merge(fault, 1, Integer::sum);
				breakAndMend(fault, random);
			}
			assertThat(this.violations).isEmpty();
		}
		while (end - System.nanoTime() > 0);
		for (Node node : this.nodes) {
			node.tell("stop");
			logger.info("node {} {}", node.number, node.expect("stopped"));
		}
		Duration took = converged();
		for (Node node : this.nodes) {
			node.tell("quit");
			node.expect("ended");
		}
		compare();
		assertThat(this.violations).isEmpty();
		String engine = this.address.substring(0, this.address.indexOf(':'));
		logger.info("{}, {}: {}; nothing acknowledged was lost, all nodes at the store's state after {}", engine,
				duration, faults, took);
	}

	private enum Fault {

		STORE_KILLED, STORE_PAUSED, TIER_KILLED, TIER_PAUSED, NODE_KILLED

	}

	private void breakAndMend(Fault fault, SplittableRandom random) throws Exception {
		switch (fault) {
			case STORE_KILLED -> {
				phase("store");
				this.store.kill();
				pass(random.nextLong(50, 800));
				this.store.restart();
			}
			case STORE_PAUSED -> {
				phase("store");
				this.store.pause();
				pass(random.nextLong(50, 800));
				this.store.resume();
			}
			case TIER_KILLED -> {
				phase("tier");
				this.tier.kill();
				pass(random.nextLong(50, 1_500));
				this.tier.start();
			}
			case TIER_PAUSED -> {
				phase("tier");
				this.tier.pause();
				pass(random.nextLong(50, 1_500));
				this.tier.resume();
			}
			case NODE_KILLED -> {
				Node killed = this.nodes[random.nextInt(this.nodes.length)];
				killed.kill();
				Node next = new Node(killed.number);
				this.nodes[killed.number] = next;
				next.expect("ready");
				next.go(random.nextLong());
			}
		}
		for (Node node : this.nodes) {
			node.tell("probe");
			node.expect("well");
		}
		phase("none");
	}

	private void phase(String name) throws Exception {
		for (Node node : this.nodes) {
			node.tell("phase " + name);
			node.expect("phase");
		}
	}

	private static void pass(long millis) throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(millis);
	}

	private Duration converged() throws Exception {
		long begin = System.nanoTime();
		List<String> stored = new ArrayList<>();
		for (int row = 0; row < RowNode.ROWS; row++) {
			stored.add(String.valueOf(stored(FlushStrategy.ALWAYS, row)));
		}
		String expected = "values " + String.join(" ", stored);
		List<String> read = new ArrayList<>();
		while (true) {
			read.clear();
			for (Node node : this.nodes) {
				node.tell("values");
				read.add(node.expect("values"));
			}
			Duration took = Duration.ofNanos(System.nanoTime() - begin);
			if (read.stream().allMatch(expected::equals)) {
				return took;
			}
			assertThat(took).as("%s, stored: %s", read, expected).isLessThan(BOUND);
			pass(20);
		}
	}

	// Nothing acknowledged is lost, and nothing was done twice.
	private void compare() {
		CounterLedger[] ledgers = new CounterLedger[this.nodes.length];
		for (int i = 0; i < ledgers.length; i++) {
			ledgers[i] = new CounterLedger(this.directory.resolve("ledger-" + i), RowNode.ROWS);
		}
		for (FlushStrategy strategy : FlushStrategy.values()) {
			for (int row = 0; row < RowNode.ROWS; row++) {
				long begun = 0;
				long acknowledged = 0;
				for (CounterLedger ledger : ledgers) {
					begun += ledger.begun(strategy, row);
					acknowledged += ledger.acknowledged(strategy, row);
				}
				assertThat(acknowledged).as("changes of %s %d", strategy, row).isPositive();
				assertThat(stored(strategy, row)).as("%s %d", strategy, row).isBetween(acknowledged, begun);
			}
		}
	}

	@Override
	public void close() {
		for (Node node : this.nodes) {
			if (node != null) {
				node.process.destroyForcibly();
			}
		}
	}

	private final class Node {

		private final int number;

		private final Process process;

		private final Writer commands;

		private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

		private Node(int number) throws IOException {
			this.number = number;
			RowFleet fleet = RowFleet.this;
			this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
					"-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", System.getProperty("java.class.path"),
					RowNode.class.getName(), String.valueOf(number), String.valueOf(fleet.nodes.length),
					fleet.store.url(fleet.database), fleet.address, fleet.directory.toString())
				.redirectError(
						ProcessBuilder.Redirect.appendTo(fleet.directory.resolve("node-" + number + ".log").toFile()))
				.start();
			this.commands = this.process.outputWriter(StandardCharsets.UTF_8);
			BufferedReader output = this.process.inputReader(StandardCharsets.UTF_8);
			Thread.ofVirtual().start(() -> output.lines().forEach(this::hear));
		}

		private void hear(String line) {
			if (line.startsWith("violation")) {
				RowFleet.this.violations.add(line);
			}
			else {
				this.answers.add(line);
			}
		}

		private void go(long seed) throws Exception {
			tell("go " + seed);
			expect("going");
		}

		private void tell(String command) throws IOException {
			this.commands.write(command + "\n");
			this.commands.flush();
		}

		private String expect(String start) throws InterruptedException {
			String answer = this.answers.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			assertThat(answer).as("node %d, which has found %s", this.number, RowFleet.this.violations)
				.isNotNull()
				.startsWith(start);
			return answer;
		}

		private void kill() throws InterruptedException {
			this.process.toHandle().destroyForcibly();
			this.process.waitFor();
		}

	}

}
