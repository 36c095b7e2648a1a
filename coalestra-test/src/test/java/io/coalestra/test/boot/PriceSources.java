package io.coalestra.test.boot;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.Source;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Declares the application's sources.
 */
@Configuration(proxyBeanMethods = false)
class PriceSources {

	static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	static final ResourceKey<String> BTC = PRICE.key("BTC");

	@Bean
	Source exchange() {
		return Source.single("exchange", PRICE, (key) -> "price of " + key.subject()).nonBlocking().build();
	}

}
