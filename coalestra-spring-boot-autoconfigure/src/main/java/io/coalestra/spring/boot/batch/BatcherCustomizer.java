package io.coalestra.spring.boot.batch;

import io.coalestra.batch.BatcherBuilder;

/**
 * Changes the configuration of batchers in code, after the properties have been laid over
 * it. Beans of this type are called in their order.
 */
@FunctionalInterface
public interface BatcherCustomizer {

	/**
	 * Changes the configuration of a batcher.
	 * @param batcher the batcher's name
	 * @param builder its configuration
	 */
	void customize(String batcher, BatcherBuilder<?, ?> builder);

}
