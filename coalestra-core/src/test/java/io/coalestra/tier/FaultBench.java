package io.coalestra.tier;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.coalestra.Coalestra;
import io.coalestra.health.ComponentHealth;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node with a tier that breaks, and what must hold of it all the same: it answers,
 * later by one budget at most and not by one for each key; its health says why; and it
 * needs no restart.
 */
public final class FaultBench implements AutoCloseable {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	// Long, so that a busy machine is not taken for a slow build; together less than the
	// five seconds for which a client of a tier waits by itself.
	private static final Duration BUDGET = Duration.ofMillis(300);

	private static final Duration ALLOWANCE = Duration.ofSeconds(4);

	private static final int KEYS = 50;

	private final AtomicInteger round = new AtomicInteger();

	private final SharedTier tier;

	private final SnapshotBuilder builder;

	/**
	 * Starts a node whose source says of everything the same, which is older than what is
	 * published.
	 * @param tier its tier, which it closes
	 */
	public FaultBench(SharedTier tier) {
		this(tier, constant(Instant.now().minusSeconds(60)));
	}

	private static Function<String, Payload<String>> constant(Instant observedAt) {
		return (subject) -> Payload.of("price of " + subject).observedAt(observedAt);
	}

	/**
	 * Starts a node.
	 * @param tier its tier, which it closes
	 * @param source says of each subject what it is
	 */
	public FaultBench(SharedTier tier, Function<String, Payload<String>> source) {
		this.tier = tier;
		this.builder = Coalestra.builder()
			.sharedTier(tier, SharedTierOptions.builder().codec(new TextCodec()).budget(BUDGET).build())
			.closing(tier)
			.defaultFreshness(Freshness.ttl(Duration.ofHours(1)))
			.source(Source.single("rest", PRICE, (key, context) -> source.apply(String.valueOf(key.subject())))
				.nonBlocking()
				.build())
			.build();
	}

	/**
	 * Reads keys that nobody has read, and checks that it takes one budget more at most.
	 */
	public void answers() {
		int number = this.round.incrementAndGet();
		ResourceKey<?>[] keys = new ResourceKey<?>[KEYS];
		for (int i = 0; i < KEYS; i++) {
			keys[i] = PRICE.key("cold-" + number + "-" + i);
		}
		long begun = System.nanoTime();
		Snapshot snapshot = this.builder.build(SnapshotRequest.require(keys));
		Duration took = Duration.ofNanos(System.nanoTime() - begun);
		assertThat(snapshot.isComplete()).isTrue();
		assertThat(took).as("a build of %d keys", KEYS).isLessThan(BUDGET.plus(ALLOWANCE));
	}

	/**
	 * Reads until the health says why the tier is not used, or does not do all it should.
	 * @param reason part of what it says
	 */
	public void isDegradedBecause(String reason) {
		assertThat(ServerProcess.within(() -> {
			answers();
			return health().toString().contains(reason);
		})).as(health().toString()).isTrue();
	}

	/**
	 * Reads until the health finds nothing any more, and what is read fills the tier.
	 */
	public void recovers() {
		assertThat(ServerProcess.within(this::isWell)).as(health().toString()).isTrue();
		long before = fills();
		assertThat(ServerProcess.within(() -> {
			answers();
			return fills() > before;
		})).as(health().toString()).isTrue();
	}

	/**
	 * Reads, and returns whether the health finds nothing then.
	 * @return true if so
	 */
	public boolean isWell() {
		answers();
		return health().findings().isEmpty();
	}

	/**
	 * Publishes.
	 * @param subject of what
	 * @param value what
	 */
	public void publish(String subject, String value) {
		publish(subject, value, Instant.now());
	}

	/**
	 * Publishes.
	 * @param subject of what
	 * @param value what
	 * @param observedAt when that was so
	 */
	public void publish(String subject, String value, Instant observedAt) {
		this.builder.publisher().publish(ResourceUpdate.of(PRICE.key(subject), value, "feed").observedAt(observedAt));
	}

	/**
	 * Waits until this node reads a value.
	 * @param subject of what
	 * @param value what
	 */
	public void sees(String subject, String value) {
		assertThat(ServerProcess.within(() -> read(subject).equals(value))).as("%s: %s", subject, health()).isTrue();
	}

	/**
	 * Reads.
	 * @param subject of what
	 * @return the value
	 */
	public String read(String subject) {
		ResourceKey<String> key = PRICE.key(subject);
		return this.builder.build(SnapshotRequest.require(key)).get(key);
	}

	private ComponentHealth health() {
		return this.builder.health().components().get("shared-tier." + this.tier.name());
	}

	private long fills() {
		return ((Number) health().fields().get("fills")).longValue();
	}

	@Override
	public void close() {
		this.builder.close();
	}

}
