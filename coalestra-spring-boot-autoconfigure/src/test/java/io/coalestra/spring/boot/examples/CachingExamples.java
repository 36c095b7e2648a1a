package io.coalestra.spring.boot.examples;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import io.coalestra.spring.boot.cache.CacheKeyWriter;
import io.coalestra.spring.boot.cache.CacheableElements;
import io.coalestra.spring.boot.cache.CoalestraCacheManager;

import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.annotation.Bean;

/**
 * The code of the page about cached methods, as it stands there.
 */
class CachingExamples {

	private final Exchange exchange;

	CachingExamples(Exchange exchange) {
		this.exchange = exchange;
	}

	@Cacheable("prices")
	public Price price(String symbol) {
		return this.exchange.price(symbol);
	}

	@CacheableElements("prices")
	public Map<String, Price> prices(Collection<String> symbols) {
		return this.exchange.prices(symbols);
	}

	Map<String, Price> inCode(CoalestraCacheManager caches) {
		Map<String, Price> prices = caches.getCache("prices").getAll(List.of("BTC", "ETH"), this.exchange::prices);
		return prices;
	}

	@Bean
	CacheKeyWriter moneyKeys() {
		return (key) -> (key instanceof Money money) ? money.currency() + money.amount().toPlainString() : null;
	}

	interface Exchange {

		Price price(String symbol);

		Map<String, Price> prices(Collection<String> symbols);

	}

	record Price(BigDecimal amount) {
	}

	interface Money {

		String currency();

		BigDecimal amount();

	}

}
