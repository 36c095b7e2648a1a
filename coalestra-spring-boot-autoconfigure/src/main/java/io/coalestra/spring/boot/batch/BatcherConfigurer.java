package io.coalestra.spring.boot.batch;

import io.coalestra.batch.Batcher;
import io.coalestra.batch.BatcherBuilder;

/**
 * Configures batchers that an application makes itself as those that are made for it, by
 * {@code coalestra.batching}, {@code coalestra.batchers} and the
 * {@link BatcherCustomizer} beans.
 *
 * {@snippet lang = "java" :
 * &#64;Bean
 * Batcher<Long, User> users(BatcherConfigurer configurer, Repository repository) {
 * 	return configurer.configure("users", Batcher.keyed("users", repository::byId)).build();
 * }
 * }
 */
public interface BatcherConfigurer {

	/**
	 * Lays what the application says over a configuration.
	 * @param <K> the keys' type
	 * @param <V> the values' type
	 * @param name the batcher's name
	 * @param builder its configuration
	 * @return the same builder
	 */
	<K, V> BatcherBuilder<K, V> configure(String name, BatcherBuilder<K, V> builder);

}
