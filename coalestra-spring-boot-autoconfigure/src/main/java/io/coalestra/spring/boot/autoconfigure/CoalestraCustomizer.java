package io.coalestra.spring.boot.autoconfigure;

import io.coalestra.Coalestra;

/**
 * Changes the configuration of the auto-configured snapshot builder before it is made:
 * after sources, properties and the beans for single parts. Beans of this type are called
 * in their order.
 */
@FunctionalInterface
public interface CoalestraCustomizer {

	/**
	 * Changes the configuration.
	 * @param coalestra the configuration
	 */
	void customize(Coalestra coalestra);

}
