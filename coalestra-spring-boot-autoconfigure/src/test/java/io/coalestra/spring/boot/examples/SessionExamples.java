package io.coalestra.spring.boot.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.SessionOptions;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.snapshot.SnapshotSession;

/**
 * The code of the page about sessions, as it stands there.
 */
class SessionExamples {

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	static final ResourceType<Positions> POSITIONS = ResourceType.of("ledger", "positions", Positions.class);

	static final ResourceType<String> NEWS = ResourceType.of("press", "news", String.class);

	Decision decide(SnapshotBuilder builder) {
		try (SnapshotSession session = builder
			.openSession(SessionOptions.DEFAULT.deadline(Duration.ofSeconds(3)).metadata("user", "u-7"))) {
			Positions positions = session.resolve(POSITIONS.key("a-1")).get(POSITIONS.key("a-1"));
			List<ResourceKey<Price>> prices = positions.symbols().stream().map((symbol) -> PRICE.key(symbol)).toList();
			Snapshot all = session.resolve(SnapshotRequest.require(prices).optional(NEWS.key()));
			return new Decision(all.id(), prices.stream().map(all::get).toList());
		}
	}

	Snapshot beforeOrdering(SnapshotSession session) {
		// from the cache where that is fresh, with everything derived from it
		session.revalidate(SnapshotRequest.require(POSITIONS.key("a-1")).maxSkew(Duration.ofSeconds(1)));
		// from the source, whatever is cached
		return session.forceRefresh(PRICE.key("BTC"));
	}

	record Price(BigDecimal amount) {
	}

	record Positions(List<String> symbols) {
	}

	record Decision(String basedOn, List<Price> prices) {
	}

}
