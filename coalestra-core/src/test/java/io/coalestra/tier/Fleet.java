package io.coalestra.tier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nodes in processes of their own that share a tier, and a server that breaks now and
 * then. No node ever shows an older value after a newer one, and when the server is well
 * again all are at the source's state within a bound.
 */
public final class Fleet implements AutoCloseable {

	/**
	 * The property that says how long a fleet runs: {@code PT10M} for a soak run.
	 */
	public static final String DURATION = "fleet.duration";

	private static final Logger logger = LoggerFactory.getLogger(Fleet.class);

	private static final int KEYS = 40;

	// Four heartbeats after the tier is found again, which takes its client five seconds
	// and the circuit two; the rest is for a machine that is busy.
	private static final Duration BOUND = Duration.ofSeconds(30);

	private static final int WARM_UP = 60;

	private static final int TURNS = 8;

	private static final int ROUNDS_OF_A_TURN = 50;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final String name;

	private final FleetTruth truth;

	private final List<Node> nodes = new ArrayList<>();

	/**
	 * Starts nodes.
	 * @param size how many
	 * @param opener opens the tier in each node; has a constructor without arguments
	 * @param address the server's address
	 */
	public Fleet(int size, Class<? extends Function<String, SharedTier>> opener, String address) throws Exception {
		this.name = opener.getPackageName().substring(opener.getPackageName().lastIndexOf('.') + 1);
		Path file = FleetTruth.create(KEYS);
		this.truth = FleetTruth.at(file);
		for (int i = 0; i < size; i++) {
			this.nodes.add(new Node(i, opener, address, file));
		}
		for (Node node : this.nodes) {
			node.expect("ready");
		}
	}

	/**
	 * Returns how long a run takes.
	 * @return the span: 45 seconds unless the property says otherwise
	 */
	public static Duration duration() {
		return Duration.parse(System.getProperty(DURATION, "PT45S"));
	}

	/**
	 * Has one node publish, and the others read until they see it: when all of them hear
	 * of each other, and have done it often enough to be quick.
	 * @param rounds how often
	 * @return how long it took the slower of them, in ascending order
	 */
	public List<Duration> notice(int rounds) throws Exception {
		allAreWell();
		values();
		publications(WARM_UP);
		List<Duration> spans = publications(rounds);
		spans.sort(null);
		logger.info("{}: another's publication was seen after {}", this.name, percentiles(spans));
		return spans;
	}

	/**
	 * Expects that nine of ten publications in quiet are seen by all other nodes within a
	 * span. On a loaded machine nodes wait for a processor, and not for each other: of
	 * several turns the best counts.
	 * @param span the span
	 */
	public void noticeWithin(Duration span) throws Exception {
		allAreWell();
		values();
		publications(WARM_UP);
		List<Duration> turns = new ArrayList<>();
		while (turns.size() < TURNS && turns.stream().noneMatch((turn) -> turn.compareTo(span) <= 0)) {
			List<Duration> spans = publications(ROUNDS_OF_A_TURN);
			spans.sort(null);
			turns.add(spans.get(ROUNDS_OF_A_TURN * 9 / 10 - 1));
		}
		assertThat(turns).as("after which nine of ten were seen, turn by turn")
			.anyMatch((turn) -> turn.compareTo(span) <= 0);
	}

	private static String percentiles(List<Duration> spans) {
		return "%s (median), %s (90 of 100), %s (99 of 100), %s (slowest of %d)".formatted(spans.get(spans.size() / 2),
				spans.get(spans.size() * 90 / 100), spans.get(spans.size() * 99 / 100), spans.getLast(), spans.size());
	}

	private void allAreWell() throws Exception {
		long begun = System.nanoTime();
		for (Node node : this.nodes) {
			String expected = "well " + (this.nodes.size() - 1);
			node.tell("well");
			while (!node.expect("well").equals(expected)) {
				assertThat(Duration.ofNanos(System.nanoTime() - begun)).as("until all nodes are well")
					.isLessThan(PATIENCE);
				TimeUnit.MILLISECONDS.sleep(20);
				node.tell("well");
			}
		}
	}

	private List<Duration> publications(int rounds) throws Exception {
		List<Duration> spans = new ArrayList<>();
		for (int i = 0; i < rounds; i++) {
			Node publisher = this.nodes.get(i % this.nodes.size());
			int key = i % KEYS;
			long next = this.truth.of(key) + 1;
			List<Node> others = this.nodes.stream().filter((node) -> node != publisher).toList();
			for (Node other : others) {
				other.tell("await " + key + " " + next);
			}
			publisher.tell("publish " + key);
			long published = Long.parseLong(publisher.expect("published").split(" ", -1)[2]);
			long slowest = 0;
			for (Node other : others) {
				slowest = Math.max(slowest, Long.parseLong(other.expect("seen").split(" ", -1)[1]) - published);
			}
			spans.add(Duration.ofNanos(slowest));
		}
		return spans;
	}

	/**
	 * Has one node publish, and another read with the token of that at once.
	 * @param rounds how often
	 */
	public void readWrites(int rounds) throws Exception {
		values();
		for (int i = 0; i < rounds; i++) {
			Node publisher = this.nodes.get(i % this.nodes.size());
			Node reader = this.nodes.get((i + 1) % this.nodes.size());
			int key = i % KEYS;
			publisher.tell("publish " + key);
			String[] published = publisher.expect("published").split(" ", -1);
			reader.tell("reach " + key + " " + published[3]);
			long reached = Long.parseLong(reader.expect("reached").split(" ", -1)[1]);
			assertThat(reached).as("round %d", i).isGreaterThanOrEqualTo(Long.parseLong(published[1]));
		}
	}

	/**
	 * Runs: all nodes read and change at random, while the server is killed, paused and
	 * started again at random.
	 * @param server the server
	 * @param duration for how long
	 * @param seed of what happens
	 */
	public void run(ServerProcess server, Duration duration, long seed) throws Exception {
		SplittableRandom random = new SplittableRandom(seed);
		long end = System.nanoTime() + duration.toNanos();
		tellAll("go");
		int kills = 0;
		int pauses = 0;
		while (end - System.nanoTime() > 0) {
			pass(random.nextLong(1_000, 6_000), end);
			if (random.nextBoolean()) {
				kills++;
				server.kill();
				pass(random.nextLong(10, 4_000), end);
				server.start();
			}
			else {
				pauses++;
				server.pause();
				pass(random.nextLong(10, 8_000), end);
				server.resume();
			}
			assertThat(violations()).isEmpty();
		}
		tellAll("stop");
		for (Node node : this.nodes) {
			logger.info("node {} {}", node.number, node.expect("stopped"));
		}
		Duration took = converged();
		logger.info(
				"{}, {}: {} kills, {} pauses, {} changes, no node went back; all at the source's state {} afterwards",
				this.name, duration, kills, pauses, total(), took);
		assertThat(violations()).isEmpty();
	}

	private long total() {
		long total = 0;
		for (int i = 0; i < KEYS; i++) {
			total += this.truth.of(i);
		}
		return total;
	}

	private Duration converged() throws Exception {
		long begun = System.nanoTime();
		String expected = expected();
		List<String> values = values();
		while (!values.stream().allMatch(expected::equals) && System.nanoTime() - begun < BOUND.toNanos()) {
			TimeUnit.MILLISECONDS.sleep(20);
			values = values();
		}
		assertThat(values).as("what the nodes have").allMatch(expected::equals);
		return Duration.ofNanos(System.nanoTime() - begun);
	}

	private String expected() {
		long[] values = new long[KEYS];
		Arrays.setAll(values, this.truth::of);
		return "values " + String.join(" ", Arrays.stream(values).mapToObj(Long::toString).toList());
	}

	private List<String> values() throws Exception {
		tellAll("values");
		List<String> values = new ArrayList<>();
		for (Node node : this.nodes) {
			values.add(node.expect("values"));
		}
		return values;
	}

	private List<String> violations() {
		return this.nodes.stream().flatMap((node) -> node.violations.stream()).toList();
	}

	// What takes time here is the run itself, not a condition that could be awaited.
	private static void pass(long millis, long end) throws InterruptedException {
		long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
		TimeUnit.MILLISECONDS.sleep(Math.clamp(left, 0, millis));
	}

	private void tellAll(String line) throws IOException {
		for (Node node : this.nodes) {
			node.tell(line);
		}
	}

	@Override
	public void close() {
		this.nodes.forEach((node) -> node.process.destroyForcibly());
	}

	/**
	 * A process, and what it says.
	 */
	private static final class Node {

		private final int number;

		private final Process process;

		private final Writer in;

		private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

		private final List<String> violations = new CopyOnWriteArrayList<>();

		private Node(int number, Class<?> opener, String address, Path truth) throws IOException {
			this.number = number;
			this.process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-Xmx256m",
					"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
					FleetNode.class.getName(), opener.getName(), address, truth.toString(),
					Long.toString(20_261_121 + number))
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start();
			Process started = this.process;
			Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
			this.in = this.process.outputWriter(StandardCharsets.UTF_8);
			Thread.ofPlatform().daemon().name("fleet-node-" + number).start(this::listen);
		}

		private void listen() {
			try (BufferedReader reader = new BufferedReader(
					new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
				for (String line = reader.readLine(); line != null; line = reader.readLine()) {
					if (line.startsWith("violation")) {
						this.violations.add("node " + this.number + ": " + line);
					}
					else {
						this.said.add(line);
					}
				}
			}
			catch (IOException closed) {
				this.said.add("gone: " + closed);
			}
		}

		private void tell(String line) throws IOException {
			this.in.write(line + "\n");
			this.in.flush();
		}

		private String expect(String word) throws InterruptedException {
			String line = this.said.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(line).as("node %d", this.number).isNotNull().startsWith(word);
			return line;
		}

	}

}
