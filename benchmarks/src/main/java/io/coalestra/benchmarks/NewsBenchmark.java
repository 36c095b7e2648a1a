package io.coalestra.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.coalestra.Coalestra;
import io.coalestra.benchmarks.report.Goal;
import io.coalestra.health.ComponentHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.nats.NatsTier;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.redis.RedisTier;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import io.lettuce.core.RedisURI;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes until a node shows what another has published: the write to the tier,
 * the notice, and the read of the value from the tier. Both nodes are in one JVM, each
 * with a connection of its own to a server on loopback.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class NewsBenchmark {

	private static final ResourceType<Long> COUNTER = ResourceType.of("news", "counter", Long.class);

	private static final ResourceKey<Long> KEY = COUNTER.key("one");

	private static final SnapshotRequest REQUEST = SnapshotRequest.require(KEY);

	private final ServerProcess redisServer = ServerProcess.start((port) -> List.of("redis-server", "--port",
			Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"));

	private final ServerProcess natsServer = ServerProcess.start(NewsBenchmark::natsCommand);

	private final Nodes onRedis = new Nodes(
			() -> RedisTier.at(RedisURI.create("127.0.0.1", this.redisServer.port())).build());

	private final Nodes onNats = new Nodes(() -> NatsTier.at("nats://127.0.0.1:" + this.natsServer.port()).build());

	private static List<String> natsCommand(int port) {
		try {
			return List.of("nats-server", "--addr", "127.0.0.1", "--port", Integer.toString(port), "--jetstream",
					"--store_dir", Files.createTempDirectory("coalestra-nats-").toString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits until the nodes hear of each other.
	 */
	@Setup
	public void settle() {
		this.onRedis.settle();
		this.onNats.settle();
	}

	/**
	 * Stops nodes and servers.
	 */
	@TearDown
	public void stop() {
		this.onRedis.close();
		this.onNats.close();
		this.redisServer.close();
		this.natsServer.close();
	}

	/**
	 * One publication over Redis.
	 * @return what the other node shows
	 */
	@Benchmark
	@Goal(atMost = 50_000)
	public long seenOverRedis() {
		return this.onRedis.tell();
	}

	/**
	 * One publication over NATS.
	 * @return what the other node shows
	 */
	@Benchmark
	@Goal(atMost = 50_000)
	public long seenOverNats() {
		return this.onNats.tell();
	}

	/**
	 * One that publishes, and one that reads.
	 */
	private static final class Nodes {

		private final SnapshotBuilder publisher;

		private final SnapshotBuilder reader;

		private long published;

		private Nodes(Supplier<? extends SharedTier> tiers) {
			this.publisher = node(tiers.get());
			this.reader = node(tiers.get());
		}

		private static SnapshotBuilder node(SharedTier tier) {
			return Coalestra.builder()
				.sharedTier(tier)
				.closing(tier)
				.defaultFreshness(Freshness.ttl(Duration.ofHours(1)))
				.source(Source.single("rest", COUNTER, (key) -> 0L).nonBlocking().build())
				.build();
		}

		private void settle() {
			if (!ServerProcess.within(() -> isSettled(this.publisher) && isSettled(this.reader))) {
				throw new IllegalStateException("the nodes do not hear of each other: " + this.reader.health());
			}
		}

		private static boolean isSettled(SnapshotBuilder node) {
			return node.health()
				.components()
				.entrySet()
				.stream()
				.filter((component) -> component.getKey().startsWith("shared-tier."))
				.map((component) -> component.getValue())
				.allMatch((tier) -> tier.findings().isEmpty() && isHeard(tier));
		}

		private static boolean isHeard(ComponentHealth tier) {
			return Integer.valueOf(1).equals(tier.fields().get("other_nodes"));
		}

		private long tell() {
			this.published++;
			this.publisher.publisher().publish(ResourceUpdate.of(KEY, this.published, "feed"));
			long seen = this.reader.build(REQUEST).get(KEY);
			while (seen < this.published) {
				Thread.onSpinWait();
				seen = this.reader.build(REQUEST).get(KEY);
			}
			return seen;
		}

		private void close() {
			this.reader.close();
			this.publisher.close();
		}

	}

}
