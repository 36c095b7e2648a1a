package io.coalestra.test.examples;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.snapshot.Snapshot;
import io.coalestra.snapshot.SnapshotBuilder;
import io.coalestra.source.Source;
import io.coalestra.test.CoalestraBench;
import io.coalestra.test.FakeSource;
import io.coalestra.test.boot.CoalestraTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;

import static io.coalestra.test.CoalestraAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The code of the page on testing, as it stands there.
 */
@CoalestraTest(properties = "coalestra.freshness.default.ttl=5s")
class PriceSourcesTests {

	@Autowired
	private SnapshotBuilder builder;

	@Test
	void pricesComeFromTheExchange() {
		assertThat(this.builder.build(BTC)).isFrom(BTC, "exchange");
	}

	static final ResourceType<Price> PRICE = ResourceType.of("market", "price", Price.class);

	static final ResourceKey<Price> BTC = PRICE.key("BTC");

	@Test
	void onABench() {
		// @formatter:off
		FakeSource<Price> exchange = FakeSource.batch("exchange", PRICE).put(BTC, new Price("42"));
		try (CoalestraBench bench = CoalestraBench.of((coalestra) -> coalestra.source(exchange.asSource()))) {
			assertThat(bench.build(BTC)).hasValue(BTC, new Price("42")).isFrom(BTC, "exchange").isFresh(BTC);
			bench.advance(Duration.ofSeconds(2)); // the default time to live is one second
			exchange.failNext(2, new IOException("down"));
			CompletableFuture<Snapshot> build = bench.builder().buildAsync(BTC);
			bench.advance(Duration.ofSeconds(1)); // the retry's delay
			assertThat(bench.finish(build)).isStale(BTC).hasValue(BTC, new Price("42"));
			assertThat(exchange.calls()).hasSize(3);
		}
		// @formatter:on
	}

	@SpringBootConfiguration
	static class Application {

		@Bean
		Source exchange() {
			return Source.single("exchange", PRICE, (key) -> new Price("42")).nonBlocking().build();
		}

	}

	record Price(String amount) {
	}

}
