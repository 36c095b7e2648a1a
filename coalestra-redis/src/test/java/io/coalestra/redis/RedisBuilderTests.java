package io.coalestra.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TextCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A builder whose Redis misbehaves.
 */
class RedisBuilderTests {

	private static final Logger logger = LoggerFactory.getLogger(RedisBuilderTests.class);

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private static final String COMPONENT = "shared-tier.redis";

	// Long, so that a busy machine is not taken for a tier that does not answer.
	private static final Duration BUDGET = Duration.ofMillis(300);

	private final AtomicInteger asked = new AtomicInteger();

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	private ServerProcess server() {
		ServerProcess server = RedisServers.start();
		this.open.add(server);
		return server;
	}

	private SnapshotBuilder builder(ServerProcess server) {
		RedisTier tier = RedisTier.at(RedisServers.uri(server)).build();
		SnapshotBuilder builder = Coalestra.builder()
			.sharedTier(tier, SharedTierOptions.builder().codec(new TextCodec()).budget(BUDGET).build())
			.closing(tier)
			.defaultFreshness(Freshness.ttl(Duration.ofHours(1)))
			.source(Source.single("rest", PRICE, (key, context) -> {
				this.asked.incrementAndGet();
				return Payload.of("price of " + key.subject());
			}).nonBlocking().build())
			.build();
		this.open.add(builder);
		return builder;
	}

	private static Object field(SnapshotBuilder builder, String name) {
		return builder.health().components().get(COMPONENT).fields().get(name);
	}

	private static long late(SnapshotBuilder builder) {
		return builder.health().components().get(COMPONENT).faults().getOrDefault("requests_late", 0L);
	}

	private static boolean isWell(SnapshotBuilder builder) {
		return builder.health().components().get(COMPONENT).findings().isEmpty();
	}

	private static SnapshotRequest near(int size) {
		List<ResourceKey<String>> keys = new ArrayList<>();
		for (int i = 0; i < size; i++) {
			keys.add(PRICE.key("near-" + i));
		}
		return SnapshotRequest.require(keys.toArray(ResourceKey[]::new));
	}

	private static long warm(SnapshotBuilder builder, SnapshotRequest request) {
		long begun = System.nanoTime();
		for (int i = 0; i < 1_000; i++) {
			assertThat(builder.build(request).isComplete()).isTrue();
		}
		return System.nanoTime() - begun;
	}

	@Test
	void whileTheServerIsPausedTheNearCacheAnswersAndColdBuildsAreSlowedByOneBudgetAtMost() {
		ServerProcess server = server();
		SnapshotBuilder builder = builder(server);
		assertThat(ServerProcess.within(() -> isWell(builder))).isTrue();
		SnapshotRequest near = near(20);
		builder.build(near);
		assertThat(ServerProcess.within(() -> ((Number) field(builder, "fills")).longValue() >= 20))
			.as("the tier has what is near: %s", builder.health().components())
			.isTrue();
		warm(builder, near);
		long before = warm(builder, near);
		int askedBefore = this.asked.get();
		long lateBefore = late(builder);
		server.pause();
		long paused = warm(builder, near);
		assertThat(this.asked).as("calls of the source by warm builds").hasValue(askedBefore);
		long slowest = 0;
		for (int i = 0; i < 20; i++) {
			long begun = System.nanoTime();
			Snapshot snapshot = builder
				.build(SnapshotRequest.require(PRICE.key("cold-" + i), PRICE.key("colder-" + i)));
			slowest = Math.max(slowest, System.nanoTime() - begun);
			assertThat(snapshot.isComplete()).isTrue();
		}
		assertThat(field(builder, "circuit")).isEqualTo("open");
		assertThat(late(builder) - lateBefore).as("requests that anybody waited for").isLessThanOrEqualTo(4);
		assertThat(ServerProcess.within(() -> builder.build(near).coherenceUnknownSince().isPresent())).isTrue();
		long unknown = warm(builder, near);
		assertThat(this.asked).hasValue(askedBefore + 40);
		logger.info(
				"1,000 warm builds of 20 keys: {} before, {} with the server paused, {} with the circuit open;"
						+ " the slowest of 20 cold builds: {}",
				Duration.ofNanos(before), Duration.ofNanos(paused), Duration.ofNanos(unknown),
				Duration.ofNanos(slowest));
		server.resume();
		assertThat(ServerProcess.within(() -> isWell(builder))).as("%s", builder.health().components()).isTrue();
		assertThat(builder.build(near).isComplete()).isTrue();
		assertThat(this.asked).as("the tier confirmed what is near").hasValue(askedBefore + 40);
	}

	@Test
	void aBuilderStartsWithoutItsServerAndFindsItLater() {
		ServerProcess server = server();
		server.kill();
		SnapshotBuilder builder = builder(server);
		assertThat(builder.build(near(3)).isComplete()).isTrue();
		assertThat(isWell(builder)).isFalse();
		server.start();
		assertThat(ServerProcess.within(() -> isWell(builder))).as("%s", builder.health().components()).isTrue();
		builder.build(SnapshotRequest.require(PRICE.key("another")));
		assertThat(ServerProcess.within(() -> ((Number) field(builder, "fills")).longValue() > 0)).isTrue();
	}

}
