package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.coalestra.Coalestra;
import io.coalestra.benchmarks.report.Figure;
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
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes until a node shows what another has published: the write to the tier,
 * the notice, and the read of the value from the tier. Both nodes are in one JVM, each
 * with connections of its own to a server on loopback. Nothing else is published
 * meanwhile.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 5)
@State(Scope.Benchmark)
public class NewsBenchmark {

	private static final ResourceType<Long> COUNTER = ResourceType.of("news", "counter", Long.class);

	private static final ResourceKey<Long> KEY = COUNTER.key("one");

	private static final SnapshotRequest REQUEST = SnapshotRequest.prefer(KEY);

	private static final int PUBLICATIONS = 300;

	/** Publications a second. */
	@Param("100")
	public int rate;

	private final ServerProcess redisServer = TierServers.redis();

	private final ServerProcess natsServer = TierServers.nats();

	private final Nodes onRedis = new Nodes(() -> RedisTier.at(TierServers.redisAt(this.redisServer)).build());

	private final Nodes onNats = new Nodes(() -> NatsTier.at(TierServers.natsAt(this.natsServer)).build());

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
	 * Over Redis.
	 * @param waits until the other node shows each publication
	 */
	@Benchmark
	@Goal(figure = Figure.LONGEST_WAIT, atMost = 50_000)
	public void seenOverRedis(Waits waits) {
		publications(this.onRedis, waits);
	}

	/**
	 * Over NATS.
	 * @param waits until the other node shows each publication
	 */
	@Benchmark
	@Goal(figure = Figure.LONGEST_WAIT, atMost = 50_000)
	public void seenOverNats(Waits waits) {
		publications(this.onNats, waits);
	}

	private void publications(Nodes nodes, Waits waits) {
		long period = TimeUnit.SECONDS.toNanos(1) / this.rate;
		long[] until = new long[PUBLICATIONS];
		for (int i = 0; i < PUBLICATIONS; i++) {
			long begun = System.nanoTime();
			nodes.tell();
			until[i] = System.nanoTime() - begun;
			LockSupport.parkNanos(period - until[i]);
		}
		waits.take(until, 0);
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

		// Nobody but the publisher knows the value: a source of the reader's, asked where
		// the
		// tier was slow, would have a later word.
		private void tell() {
			this.published++;
			this.publisher.publisher().publish(ResourceUpdate.of(KEY, this.published, "feed"));
			while (this.reader.build(REQUEST).find(KEY).orElse(0L) < this.published) {
				Thread.onSpinWait();
			}
		}

		private void close() {
			this.reader.close();
			this.publisher.close();
		}

	}

}
