package io.coalestra.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.coalestra.Coalestra;
import io.coalestra.benchmarks.report.Goal;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.CircuitPolicy;
import io.coalestra.policy.Freshness;
import io.coalestra.redis.RedisTier;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TierHealth;
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
 * Builds over a shared tier whose server is paused, beside the same over one that
 * answers, and over none. A source takes 20 ms, the budget of the tier is 50 ms.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class PausedTierBenchmark {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private static final Duration SOURCE = Duration.ofMillis(20);

	private static final int NEAR = 100;

	private static final int COLD = 10;

	private final AtomicLong next = new AtomicLong();

	private final SnapshotRequest near = SnapshotRequest.require(keys("near-", NEAR));

	private final ServerProcess answering = TierServers.redis();

	private final ServerProcess paused = TierServers.redis();

	private final SnapshotBuilder withTier = builder(this.answering, SharedTierOptions.DEFAULT);

	private final SnapshotBuilder withPausedTier = builder(this.paused, SharedTierOptions.DEFAULT);

	// Which goes on asking, and so pays each time.
	private final SnapshotBuilder withPausedTierAndNoCircuit = builder(this.paused,
			SharedTierOptions.builder().failureThreshold(CircuitPolicy.MAX_FAILURE_THRESHOLD).build());

	private final SnapshotBuilder withoutTier = Coalestra.builder()
		.defaultFreshness(Freshness.ttl(Duration.ofHours(1)))
		.source(source())
		.build();

	private static SnapshotBuilder builder(ServerProcess server, SharedTierOptions options) {
		RedisTier tier = RedisTier.at(TierServers.redisAt(server)).build();
		ServerProcess.within(() -> tier.health().connection() == TierHealth.Connection.CONNECTED);
		return Coalestra.builder()
			.sharedTier(tier, options)
			.closing(tier)
			.defaultFreshness(Freshness.ttl(Duration.ofHours(1)))
			.source(source())
			.build();
	}

	private static Source source() {
		return Source.batch("rest", PRICE, (keys) -> {
			LockSupport.parkNanos(SOURCE.toNanos());
			return keys.stream().collect(Collectors.toMap((key) -> key, ResourceKey::subject));
		}).timeout(Duration.ofSeconds(2)).transportTimeout(Duration.ofSeconds(1)).maxBatchSize(NEAR).build();
	}

	private static ResourceKey<?>[] keys(String prefix, int size) {
		ResourceKey<?>[] keys = new ResourceKey<?>[size];
		for (int i = 0; i < size; i++) {
			keys[i] = PRICE.key(prefix + i);
		}
		return keys;
	}

	/**
	 * Fills the near caches, and pauses a server.
	 */
	@Setup
	public void pause() {
		List.of(this.withTier, this.withPausedTier, this.withPausedTierAndNoCircuit, this.withoutTier)
			.forEach((builder) -> builder.build(this.near));
		this.paused.pause();
	}

	/**
	 * Lets the server go on and stops all.
	 */
	@TearDown
	public void stop() {
		this.paused.resume();
		List.of(this.withTier, this.withPausedTier, this.withPausedTierAndNoCircuit, this.withoutTier)
			.forEach(SnapshotBuilder::close);
		this.answering.close();
		this.paused.close();
	}

	private Snapshot cold(SnapshotBuilder builder) {
		return builder.build(SnapshotRequest.require(keys("cold-" + this.next.incrementAndGet() + "-", COLD)));
	}

	/**
	 * A hundred keys of the near cache, without a tier.
	 * @return the snapshot
	 */
	@Benchmark
	public Snapshot warmWithoutTier() {
		return this.withoutTier.build(this.near);
	}

	/**
	 * The same, with a tier that answers.
	 * @return the snapshot
	 */
	@Benchmark
	public Snapshot warmWithTier() {
		return this.withTier.build(this.near);
	}

	/**
	 * The same, with a tier whose server is paused.
	 * @return the snapshot
	 */
	@Benchmark
	@Goal(atMost = 1.1, beside = "warmWithTier")
	public Snapshot warmWithPausedTier() {
		return this.withPausedTier.build(this.near);
	}

	/**
	 * Ten keys that nobody has read, without a tier.
	 * @return the snapshot
	 */
	@Benchmark
	public Snapshot coldWithoutTier() {
		return cold(this.withoutTier);
	}

	/**
	 * The same, with a tier whose server is paused, left alone after three failures.
	 * @return the snapshot
	 */
	@Benchmark
	public Snapshot coldWithPausedTier() {
		return cold(this.withPausedTier);
	}

	/**
	 * The same, with a tier that is asked every time all the same.
	 * @return the snapshot
	 */
	@Benchmark
	public Snapshot coldWithPausedTierAskedEachTime() {
		return cold(this.withPausedTierAndNoCircuit);
	}

}
