package io.coalestra.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.coalestra.Coalestra;
import io.coalestra.key.ResourceGroup;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.Freshness;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.tier.ServerProcess;
import io.coalestra.tier.SharedTierOptions;
import io.coalestra.tier.TextCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two nodes that share a cluster of three servers, over which what they share is spread.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RedisClusterBuilderTests {

	private static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	private static final ResourceType<String> BID = ResourceType.of("market", "bid", String.class);

	private static final ResourceType<String> ASK = ResourceType.of("market", "ask", String.class);

	private static final ResourceType<String> TAGGED = ResourceType.of("market", "tagged", String.class);

	private static final ResourceType<String> SPREAD = ResourceType.of("market", "spread", String.class);

	private static final int KEYS = 100;

	private static RedisCluster cluster;

	private final List<AutoCloseable> open = new ArrayList<>();

	// Counts up with each answer of either node's source.
	private final AtomicInteger answers = new AtomicInteger();

	private SnapshotBuilder her;

	private SnapshotBuilder his;

	@BeforeAll
	static void start() {
		cluster = RedisCluster.start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@BeforeEach
	void startNodes() {
		String prefix = "test-" + System.nanoTime();
		this.her = node(prefix);
		this.his = node(prefix);
		for (SnapshotBuilder node : List.of(this.her, this.his)) {
			assertThat(ServerProcess.within(() -> field(node, "other_nodes").equals(1)
					&& node.health().components().get("shared-tier.redis").findings().isEmpty()))
				.as("%s", node.health().components())
				.isTrue();
		}
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open.reversed()) {
			each.close();
		}
	}

	private SnapshotBuilder node(String prefix) {
		RedisTier tier = RedisTier.atCluster(cluster.uris()).prefix(prefix).build();
		SnapshotBuilder node = Coalestra.builder()
			.sharedTier(tier, SharedTierOptions.builder().codec(new TextCodec()).budget(Duration.ofSeconds(5)).build())
			.closing(tier)
			.defaultFreshness(Freshness.ttl(Duration.ofHours(1)))
			.group(ResourceGroup.of("quote", BID, ASK))
			.source(Source.batch("rest", PRICE, (keys, context) -> answer(keys))
				.alsoFor(BID)
				.alsoFor(ASK)
				.maxBatchSize(KEYS)
				.nonBlocking()
				.build())
			.source(Source
				.single("tags", TAGGED,
						(key, context) -> Payload.of("answer " + this.answers.incrementAndGet()).tags("red"))
				.nonBlocking()
				.build())
			.source(Source
				.derived("spread", SPREAD, (key) -> List.of(PRICE.key("low"), PRICE.key("high")),
						(key, values) -> values.get(PRICE.key("low")) + ", " + values.get(PRICE.key("high")))
				.build())
			.build();
		this.open.add(node);
		return node;
	}

	private Map<ResourceKey<String>, Payload<String>> answer(List<ResourceKey<String>> keys) {
		String answer = "answer " + this.answers.incrementAndGet();
		Map<ResourceKey<String>, Payload<String>> answered = new LinkedHashMap<>();
		keys.forEach((key) -> answered.put(key, Payload.of(answer)));
		return answered;
	}

	private static Object field(SnapshotBuilder node, String name) {
		return node.health().components().get("shared-tier.redis").fields().get(name);
	}

	private static List<ResourceKey<String>> prices() {
		return IntStream.range(0, KEYS).mapToObj((i) -> PRICE.key("p" + i)).toList();
	}

	private static Snapshot build(SnapshotBuilder node, List<ResourceKey<String>> keys) {
		return node.build(SnapshotRequest.require(keys.toArray(ResourceKey[]::new)));
	}

	private void areFilled(long fills) {
		assertThat(ServerProcess.within(() -> field(this.her, "fills").equals(fills)))
			.as("%s", this.her.health().components())
			.isTrue();
	}

	@Test
	void whatOneNodeHasReadTheOtherTakesFromTheCluster() {
		build(this.her, prices());
		areFilled(KEYS);
		Snapshot snapshot = build(this.his, prices());
		assertThat(this.answers).hasValue(1);
		assertThat(prices()).allSatisfy((key) -> assertThat(snapshot.get(key)).isEqualTo("answer 1"));
	}

	@Test
	void publicationsReachTheOtherNodeWhereverTheirKeysAreKept() {
		build(this.her, prices());
		areFilled(KEYS);
		build(this.his, prices());
		this.her.publisher()
			.publishAll(prices().stream().map((key) -> ResourceUpdate.of(key, "published", "feed")).toList());
		assertThat(ServerProcess.within(() -> {
			Snapshot snapshot = build(this.his, prices());
			return prices().stream().allMatch((key) -> snapshot.get(key).equals("published"));
		})).isTrue();
		assertThat(this.answers).hasValue(1);
	}

	@Test
	void whatIsDerivedOfTwoPricesFollowsWhatTheOtherNodePublishesOfOne() {
		ResourceKey<String> spread = SPREAD.key("BTC");
		assertThat(this.his.build(SnapshotRequest.require(spread)).get(spread)).isEqualTo("answer 1, answer 1");
		assertThat(this.his.build(SnapshotRequest.require(spread)).value(spread).fromCache()).isTrue();
		this.her.publisher().publish(ResourceUpdate.of(PRICE.key("low"), "published", "feed"));
		assertThat(ServerProcess
			.within(() -> this.his.build(SnapshotRequest.require(spread)).get(spread).equals("published, answer 1")))
			.isTrue();
		assertThat(this.answers).as("the inputs were in the tier").hasValue(1);
	}

	@Test
	void aClearingClearsTheClusterAndTheOtherNode() {
		build(this.her, prices());
		areFilled(KEYS);
		build(this.his, prices());
		this.her.publisher().clear();
		assertThat(ServerProcess.within(() -> {
			Snapshot snapshot = build(this.his, prices());
			return prices().stream().noneMatch((key) -> snapshot.get(key).equals("answer 1"));
		})).isTrue();
	}

	@Test
	void theInvalidationOfATagReachesTheOtherNode() {
		ResourceKey<String> key = TAGGED.key("one");
		String before = this.his.build(SnapshotRequest.require(key)).get(key);
		this.her.publisher().invalidateTag("red");
		assertThat(ServerProcess.within(() -> !this.his.build(SnapshotRequest.require(key)).get(key).equals(before)))
			.isTrue();
	}

	@Test
	void aGroupIsOneEntryOfOneSlotAndItsInvalidationRemovesIt() {
		List<ResourceKey<String>> quote = List.of(BID.key("BTC"), ASK.key("BTC"));
		build(this.her, quote);
		areFilled(1);
		Snapshot snapshot = build(this.his, quote);
		assertThat(snapshot.get(quote.getFirst())).isEqualTo("answer 1");
		assertThat(snapshot.get(quote.getLast())).isEqualTo("answer 1");
		assertThat(this.answers).hasValue(1);
		this.her.publisher().invalidate(ASK.key("BTC"));
		assertThat(ServerProcess.within(() -> !build(this.his, quote).get(quote.getLast()).equals("answer 1")))
			.isTrue();
	}

}
