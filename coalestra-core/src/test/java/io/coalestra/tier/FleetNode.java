package io.coalestra.tier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import io.coalestra.Coalestra;
import io.coalestra.cache.SessionToken;
import io.coalestra.health.ComponentHealth;
import io.coalestra.key.PayloadType;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;

/**
 * One node of a {@link Fleet}: a process with a builder, which does what it is told on
 * its standard input and says what came of it on its standard output.
 *
 * <p>
 * The value of a key is a number that every change raises, and its moment of observation
 * follows the number. So an older value is told by itself, whoever made it.
 */
public final class FleetNode {

	static final ResourceType<Long> COUNTER = ResourceType.of("fleet", "counter", Long.class);

	private static final Duration FOR_LONG = Duration.ofHours(1);

	private final FleetTruth truth;

	private final SnapshotBuilder builder;

	private final SplittableRandom random;

	private final PrintStream out;

	private final long[] seen;

	private final Set<String> reported = new HashSet<>();

	private final AtomicBoolean running = new AtomicBoolean();

	private final AtomicLong reads = new AtomicLong();

	private final AtomicLong publications = new AtomicLong();

	private final AtomicLong invalidations = new AtomicLong();

	private final AtomicLong sourceCalls = new AtomicLong();

	private FleetNode(SharedTier tier, FleetTruth truth, long seed, PrintStream out) {
		this.truth = truth;
		this.random = new SplittableRandom(seed);
		this.out = out;
		this.seen = new long[truth.size()];
		this.builder = Coalestra.builder()
			.sharedTier(tier,
					SharedTierOptions.builder()
						.codec(new NumberCodec())
						.readLeases(ReadLeases.ALL)
						.leaseWait(Duration.ofMillis(200))
						.leaseLife(Duration.ofSeconds(2))
						.build())
			.closing(tier)
			.defaultFreshness(Freshness.ttl(FOR_LONG).maxStale(FOR_LONG))
			.source(Source.single("truth", COUNTER, (key, context) -> {
				this.sourceCalls.incrementAndGet();
				long value = this.truth.of(numberOf(key));
				LockSupport.parkNanos(200_000);
				return Payload.of(value).observedAt(this.truth.observedAt(value));
			}).nonBlocking().build())
			.build();
	}

	private static int numberOf(ResourceKey<?> key) {
		return Integer.parseInt(key.subject());
	}

	/**
	 * Runs a node until its input ends.
	 * @param args the class that opens the tier, a function of its address; the address;
	 * the file of the truth; a seed
	 */
	public static void main(String[] args) throws Exception {
		@SuppressWarnings("unchecked") // by its caller's word
		Function<String, SharedTier> opener = (Function<String, SharedTier>) Class.forName(args[0])
			.asSubclass(Function.class)
			.getDeclaredConstructor()
			.newInstance();
		FleetNode node = new FleetNode(opener.apply(args[1]), FleetTruth.at(Path.of(args[2])), Long.parseLong(args[3]),
				System.out);
		node.say("ready");
		try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				node.obey(line.split(" ", -1));
			}
		}
		node.running.set(false);
		node.builder.close();
		System.exit(0);
	}

	private synchronized void say(String line) {
		this.out.println(line);
		this.out.flush();
	}

	private void obey(String[] command) throws IOException {
		switch (command[0]) {
			case "go" -> {
				this.running.set(true);
				Thread.ofPlatform().start(this::readOnAndOn);
				Thread.ofPlatform().start(this::changeOnAndOn);
			}
			case "stop" -> {
				this.running.set(false);
				say("stopped " + this.reads + " reads, " + this.sourceCalls + " calls of the source, "
						+ this.publications + " publications, " + this.invalidations + " invalidations, "
						+ this.builder.health().components());
			}
			case "values" -> say("values " + values());
			case "well" -> say("well " + well());
			case "publish" -> publish(Integer.parseInt(command[1]));
			case "reach" -> reach(Integer.parseInt(command[1]), SessionToken.parse(command[2]));
			case "await" -> await(Integer.parseInt(command[1]), Long.parseLong(command[2]));
			default -> throw new IOException("command: " + String.join(" ", command));
		}
	}

	// How many others are heard, or why that is not all there is to say.
	private String well() {
		ComponentHealth health = this.builder.health()
			.components()
			.entrySet()
			.stream()
			.filter((component) -> component.getKey().startsWith("shared-tier."))
			.findFirst()
			.orElseThrow()
			.getValue();
		return health.findings().isEmpty() ? String.valueOf(health.fields().get("other_nodes"))
				: "not: " + health.findings();
	}

	private String values() {
		StringJoiner values = new StringJoiner(" ");
		for (int i = 0; i < this.truth.size(); i++) {
			values.add(Long.toString(read(i)));
		}
		return values.toString();
	}

	private long read(int number) {
		ResourceKey<Long> key = COUNTER.key(number);
		Snapshot snapshot = this.builder.build(SnapshotRequest.require(key));
		long value = snapshot.get(key);
		synchronized (this.seen) {
			if (value < this.seen[number] && this.reported.add(number + " " + value)) {
				say("violation: key " + number + " went back from " + this.seen[number] + " to " + value + ": "
						+ snapshot.explain(key).toString().replace("\n", "; "));
			}
			this.seen[number] = Math.max(this.seen[number], value);
		}
		return value;
	}

	private void readOnAndOn() {
		SplittableRandom own = this.random.split();
		while (this.running.get()) {
			read(own.nextInt(this.truth.size()));
			this.reads.incrementAndGet();
			if (own.nextInt(20) == 0) {
				LockSupport.parkNanos(own.nextLong(2_000_000));
			}
		}
	}

	private void changeOnAndOn() {
		SplittableRandom own = this.random.split();
		while (this.running.get()) {
			int number = own.nextInt(this.truth.size());
			if (own.nextInt(3) == 0) {
				this.truth.raise(number);
				this.builder.publisher().invalidate(COUNTER.key(number));
				this.invalidations.incrementAndGet();
			}
			else {
				long value = this.truth.raise(number);
				// Now and then another node is faster.
				if (own.nextInt(10) == 0) {
					LockSupport.parkNanos(own.nextLong(3_000_000));
				}
				this.builder.publisher().publish(update(number, value));
				this.publications.incrementAndGet();
			}
			LockSupport.parkNanos(own.nextLong(10_000_000));
		}
	}

	private ResourceUpdate<Long> update(int number, long value) {
		return ResourceUpdate.of(COUNTER.key(number), value, "feed").observedAt(this.truth.observedAt(value));
	}

	private void publish(int number) {
		long value = this.truth.raise(number);
		long at = System.nanoTime();
		PublishResult result = this.builder.publisher().publish(update(number, value));
		say("published " + value + " " + at + " " + result.token().text());
	}

	private void reach(int number, SessionToken token) {
		ResourceKey<Long> key = COUNTER.key(number);
		say("reached " + this.builder.build(SnapshotRequest.require(key).notOlderThan(token)).get(key));
	}

	private void await(int number, long value) {
		ResourceKey<Long> key = COUNTER.key(number);
		SnapshotRequest request = SnapshotRequest.require(key);
		long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (this.builder.build(request).get(key) < value) {
			if (System.nanoTime() - until > 0) {
				say("seen never");
				return;
			}
			Thread.onSpinWait();
		}
		say("seen " + System.nanoTime());
	}

	/**
	 * Numbers as text, by no library.
	 */
	private static final class NumberCodec implements TierCodec {

		@Override
		public String name() {
			return "number";
		}

		@Override
		public <T> byte[] encode(PayloadType<T> type, T payload) {
			return payload.toString().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public <T> T decode(PayloadType<T> type, byte[] bytes) {
			return type.rawType().cast(Long.valueOf(new String(bytes, StandardCharsets.UTF_8)));
		}

	}

}
