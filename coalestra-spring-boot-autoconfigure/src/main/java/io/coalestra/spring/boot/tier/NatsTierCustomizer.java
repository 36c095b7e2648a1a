package io.coalestra.spring.boot.tier;

import io.coalestra.nats.NatsTier;

/**
 * Adds to the configuration of the tier on NATS what has no property. Beans of this type
 * are applied in their order, after the properties.
 */
@FunctionalInterface
public interface NatsTierCustomizer {

	/**
	 * Changes the configuration.
	 * @param tier the configuration
	 */
	void customize(NatsTier.Builder tier);

}
