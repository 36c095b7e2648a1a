package io.coalestra.tier;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.Coalestra;
import io.coalestra.health.ComponentHealth;
import io.coalestra.key.PayloadType;
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

	// What the source says is older than what is published.
	private final Instant before = Instant.now().minusSeconds(60);

	private final SharedTier tier;

	private final SnapshotBuilder builder;

	/**
	 * Starts a node.
	 * @param tier its tier, which it closes
	 */
	public FaultBench(SharedTier tier) {
		this.tier = tier;
		this.builder = Coalestra.builder()
			.sharedTier(tier, SharedTierOptions.builder().codec(new TextCodec()).budget(BUDGET).build())
			.closing(tier)
			.defaultFreshness(Freshness.ttl(Duration.ofHours(1)))
			.source(Source
				.single("rest", PRICE,
						(key, context) -> Payload.of("price of " + key.subject()).observedAt(this.before))
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
		assertThat(ServerProcess.within(() -> {
			answers();
			return health().findings().isEmpty();
		})).as(health().toString()).isTrue();
		long before = fills();
		assertThat(ServerProcess.within(() -> {
			answers();
			return fills() > before;
		})).as(health().toString()).isTrue();
	}

	/**
	 * Publishes.
	 * @param subject of what
	 * @param value what
	 */
	public void publish(String subject, String value) {
		this.builder.publisher().publish(ResourceUpdate.of(PRICE.key(subject), value, "feed"));
	}

	/**
	 * Waits until this node reads a value.
	 * @param subject of what
	 * @param value what
	 */
	public void sees(String subject, String value) {
		ResourceKey<String> key = PRICE.key(subject);
		assertThat(ServerProcess.within(() -> this.builder.build(key).get(key).equals(value)))
			.as("%s: %s", subject, health())
			.isTrue();
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

	/**
	 * Text as it is, by no library.
	 */
	private static final class TextCodec implements TierCodec {

		@Override
		public String name() {
			return "text";
		}

		@Override
		public <T> byte[] encode(PayloadType<T> type, T payload) {
			return payload.toString().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public <T> T decode(PayloadType<T> type, byte[] bytes) {
			return type.rawType().cast(new String(bytes, StandardCharsets.UTF_8));
		}

	}

}
