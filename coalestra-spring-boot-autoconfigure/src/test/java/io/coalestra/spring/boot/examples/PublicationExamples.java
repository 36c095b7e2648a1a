package io.coalestra.spring.boot.examples;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.coalestra.Coalestra;
import io.coalestra.cache.SnapshotCache;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.policy.KeyPolicies;
import io.coalestra.policy.SourceAuthority;
import io.coalestra.publish.PublishResult;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.publish.StandalonePublisher;
import io.coalestra.snapshot.SnapshotBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The code of the page on publication, as it stands there.
 */
class PublicationExamples {

	private static final Logger logger = LoggerFactory.getLogger(PublicationExamples.class);

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	static final ResourceKey<Price> BTC = PRICE.key("BTC");

	static final ResourceKey<Price> ETH = PRICE.key("ETH");

	CompletableFuture<PublishResult> onTick(SnapshotBuilder builder, Tick tick) {
		ResourcePublisher publisher = builder.publisher();

		// in the cache when the call returns
		PublishResult result = publisher.publish(BTC, new Price("BTC", 64_000), "feed", tick.time());
		if (!result.isPublished()) {
			logger.debug("{} stays at {}: {}", result.key(), result.version(), result.status());
		}

		// seen together or not at all
		publisher.publishAll(List.of(ResourceUpdate.of(BTC, new Price("BTC", 64_001), "feed"),
				ResourceUpdate.of(ETH, new Price("ETH", 3_100), "feed")));

		// never waits: captured now, written soon, in order
		CompletableFuture<PublishResult> later = publisher
			.submit(ResourceUpdate.of(BTC, new Price("BTC", 64_002), "feed").observedAt(tick.time()));

		publisher.invalidate(ETH);
		return later;
	}

	void apart() {
		SnapshotCache cache = SnapshotCache.bounded(10_000);

		try (StandalonePublisher feed = Coalestra.builder()
			.name("feed")
			.cache(cache)
			.authority(KeyPolicies.of(SourceAuthority.EQUAL.rank("exchange", 300)))
			.buildPublisher()) {
			feed.publish(BTC, new Price("BTC", 64_003), "exchange");
		}
	}

	record Price(String symbol, long amount) {
	}

	record Tick(Instant time) {
	}

}
