package io.coalestra.spring.boot.tier;

import io.nats.client.Options;

/**
 * Adds to the options of the connection to NATS what has no property: an authentication
 * handler, for example. Beans of this type are applied in their order, after the
 * connection details. They are not asked where the application's own connection is used.
 */
@FunctionalInterface
public interface NatsOptionsCustomizer {

	/**
	 * Changes the options.
	 * @param options the options
	 */
	void customize(Options.Builder options);

}
