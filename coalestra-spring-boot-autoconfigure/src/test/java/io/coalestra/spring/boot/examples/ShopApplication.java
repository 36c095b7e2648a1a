package io.coalestra.spring.boot.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Source;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
class ShopApplication {

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	// any bean of type Source is found
	@Bean
	Source exchange(ExchangeClient client) {
		return Source.batch("exchange", PRICE, (keys) -> client.prices(keys))
			.priority(100)
			.maxBatchSize(100)
			.timeout(Duration.ofSeconds(2))
			// the client's own limit, so that a call is sure to end
			.transportTimeout(Duration.ofMillis(1750))
			.build();
	}

	// asked where the exchange does not answer
	@Bean
	Source priceList(PriceList list) {
		return Source.single("list", PRICE, (key) -> list.lookUp(key.subject())).inline().build();
	}

	@RestController
	static class Quotes {

		private final SnapshotBuilder builder;

		Quotes(SnapshotBuilder builder) {
			this.builder = builder;
		}

		@GetMapping("/quotes/{a}/{b}")
		List<Price> quotes(@PathVariable String a, @PathVariable String b) {
			Snapshot snapshot = this.builder
				.build(SnapshotRequest.require(PRICE.key(a), PRICE.key(b)).deadline(Duration.ofSeconds(3)));
			// typed by their keys: no cast
			return List.of(snapshot.get(PRICE.key(a)), snapshot.get(PRICE.key(b)));
		}

	}

}

record Price(String symbol, BigDecimal amount) {
}

interface ExchangeClient {

	Map<ResourceKey<Price>, Price> prices(List<ResourceKey<Price>> keys);

}

interface PriceList {

	Price lookUp(String symbol);

}
