package io.coalestra.source;

import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;

/**
 * Reads many resources in one call and answers with the bare values.
 *
 * @param <T> the values' type
 */
@FunctionalInterface
public interface BatchValueFetch<T> {

	/**
	 * Reads many resources.
	 * @param keys distinct keys, at least one and at most the source's batch size
	 * @return the values by key. A key that is left out is not known here, and goes on to
	 * the next source; a key that was not asked for fails the whole call
	 * @throws Exception if the source fails for all keys
	 */
	Map<? extends ResourceKey<? extends T>, ? extends T> fetch(List<ResourceKey<T>> keys) throws Exception;

}
