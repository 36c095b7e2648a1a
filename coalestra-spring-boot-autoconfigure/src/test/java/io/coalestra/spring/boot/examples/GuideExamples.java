package io.coalestra.spring.boot.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.coalestra.key.PayloadType;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.publish.ResourcePublisher;
import io.coalestra.publish.ResourceUpdate;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.snapshot.SnapshotRequest;
import io.coalestra.source.Payload;
import io.coalestra.source.Source;
import io.coalestra.spring.boot.source.Dependency;
import io.coalestra.spring.boot.source.KeyQualifier;
import io.coalestra.spring.boot.source.ResourceSource;
import io.coalestra.spring.boot.source.Subject;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Service;

/**
 * The code of the guide, as it stands there.
 */
class GuideExamples {

	static final ResourceType<Price> ASK = ResourceType.of("market", "ask", Price.class);

	static final ResourceType<Price> BID = ResourceType.of("market", "bid", Price.class);

	static final ResourceType<Price> SPREAD = ResourceType.of("market", "spread", Price.class);

	static final ResourceType<Account> ACCOUNT = ResourceType.of("ledger", "account", Account.class);

	static final ResourceType<Positions> POSITIONS = ResourceType.of("ledger", "positions", Positions.class);

	static final ResourceType<String> NEWS = ResourceType.of("press", "news", String.class);

	static final ResourceType<Product> PRODUCT = ResourceType.of("shop", "product", Product.class);

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	static final ResourceType<List<Candle>> CANDLES = ResourceType.of("market", "candles",
			new PayloadType<List<Candle>>() {
			});

	static final ResourceKey<Price> BTC = PRICE.key("BTC"); // market:price:BTC

	static final ResourceKey<List<Candle>> BTC_MINUTES = CANDLES.key("BTC").with("interval", "1m"); // market:candles:BTC?interval=1m

	@Bean
	Source catalogue(CatalogueClient client) {
		return Source.single("catalogue", PRODUCT, (key, context) -> {
			CatalogueClient.Response response = client.product(key.subject(), context.knownVersion(key));
			return response.notModified() ? Payload.notModified()
					: Payload.of(response.product()).version(response.etag());
		}).transportTimeout(Duration.ofSeconds(1)).build();
	}

	@Bean
	Source spread() {
		return Source
			.derived("spread", SPREAD, (key) -> List.of(key.of(ASK), key.of(BID)),
					(key, values) -> values.get(key.of(ASK)).minus(values.get(key.of(BID))))
			.build();
	}

	// compiled once, built often
	static final SnapshotRequest BOARD = SnapshotRequest.require(PRICE.key("BTC"), ACCOUNT.key("a-1"))
		.optional(NEWS.key())
		.softDeadline(Duration.ofMillis(200))
		.deadline(Duration.ofSeconds(3));

	Price read(SnapshotBuilder builder) {
		Snapshot snapshot = builder.build(BOARD);
		return snapshot.get(PRICE.key("BTC"));
	}

	void onTick(ResourcePublisher publisher, Price price, Instant observedAt) {
		publisher.publish(PRICE.key("BTC"), price, "ticker", observedAt);
	}

	void onBooking(ResourcePublisher publisher, Account account, Positions positions) {
		// seen together, or not at all
		publisher.publishAll(List.of(ResourceUpdate.of(ACCOUNT.key("a-1"), account, "ledger-events"),
				ResourceUpdate.of(POSITIONS.key("a-1"), positions, "ledger-events")));
	}

	void onCorrection(ResourcePublisher publisher) {
		publisher.invalidate(PRICE.key("BTC"));
		publisher.invalidateTag("tenant-7");
	}

	@Service
	static class Market {

		@ResourceSource(type = "market:ask", timeout = "2s", transportTimeout = "1750ms", priority = 100)
		Map<String, Price> asks(@Subject List<String> symbols) {
			return this.exchange.asks(symbols);
		}

		@ResourceSource(type = "market:bid", name = "bids", timeout = "${market.timeout:2s}")
		Mono<Price> bid(@Subject String symbol, @KeyQualifier("venue") Optional<String> venue) {
			return this.exchange.bid(symbol, venue);
		}

		@ResourceSource("market:spread")
		Price spread(@Dependency("market:ask") Price ask, @Dependency("market:bid") Price bid) {
			return ask.minus(bid);
		}

		private final Exchange exchange;

		Market(Exchange exchange) {
			this.exchange = exchange;
		}

	}

	interface Exchange {

		Map<String, Price> asks(List<String> symbols);

		Mono<Price> bid(String symbol, Optional<String> venue);

	}

	record Price(BigDecimal amount) {

		Price minus(Price other) {
			return new Price(this.amount.subtract(other.amount));
		}

	}

	record Candle(BigDecimal open, BigDecimal close) {
	}

	record Account(String id) {
	}

	record Positions(List<String> symbols) {
	}

	record Product(String name) {
	}

	interface CatalogueClient {

		Response product(String id, Optional<String> knownTag);

		record Response(Product product, String etag, boolean notModified) {
		}

	}

}
