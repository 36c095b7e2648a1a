package io.coalestra.spring.boot.collections;

import io.coalestra.collections.CollectionRegistry;

/**
 * Changes how collections are configured, after all properties have been applied.
 */
@FunctionalInterface
public interface CollectionRegistryCustomizer {

	/**
	 * Changes the configuration.
	 * @param builder the configuration so far
	 */
	void customize(CollectionRegistry.Builder builder);

}
