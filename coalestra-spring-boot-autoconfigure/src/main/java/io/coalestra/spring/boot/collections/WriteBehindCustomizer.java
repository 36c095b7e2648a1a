package io.coalestra.spring.boot.collections;

import io.coalestra.collections.flush.BufferedWriteBehind;

/**
 * Changes how deferred writes are configured, after all properties have been applied: who
 * takes those that are given up, for example.
 */
@FunctionalInterface
public interface WriteBehindCustomizer {

	/**
	 * Changes the configuration.
	 * @param builder the configuration so far
	 */
	void customize(BufferedWriteBehind.Builder builder);

}
