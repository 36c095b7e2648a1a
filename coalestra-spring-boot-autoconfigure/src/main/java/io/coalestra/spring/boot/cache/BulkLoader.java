package io.coalestra.spring.boot.cache;

import java.util.List;
import java.util.Map;

/**
 * Makes the values of many keys in one call.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
@FunctionalInterface
public interface BulkLoader<K, V> {

	/**
	 * Makes values.
	 * @param keys distinct keys, at least one
	 * @return the values by key; what is left out does not exist
	 * @throws Exception if no value can be made
	 */
	Map<K, V> load(List<K> keys) throws Exception;

}
