package io.coalestra.spring.boot.tier;

import io.coalestra.redis.RedisTier;

/**
 * Adds to the configuration of the tier on Redis what has no property. Beans of this type
 * are applied in their order, after the properties.
 */
@FunctionalInterface
public interface RedisTierCustomizer {

	/**
	 * Changes the configuration.
	 * @param tier the configuration
	 */
	void customize(RedisTier.Builder tier);

}
