package io.coalestra.test;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;

/**
 * Types and keys for tests.
 */
final class TestTypes {

	static final ResourceType<String> PRICE = ResourceType.of("market", "price", String.class);

	static final ResourceKey<String> BTC = PRICE.key("BTC");

	static final ResourceKey<String> ETH = PRICE.key("ETH");

	private TestTypes() {
	}

}
