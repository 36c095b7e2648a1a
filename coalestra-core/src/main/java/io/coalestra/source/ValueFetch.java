package io.coalestra.source;

import io.coalestra.key.ResourceKey;

/**
 * Reads one resource and answers with the bare value.
 *
 * @param <T> the value's type
 */
@FunctionalInterface
public interface ValueFetch<T> {

	/**
	 * Reads one resource.
	 * @param key the key
	 * @return the value; never null: a source that knows that there is none uses
	 * {@link Fetch} and answers {@link Payload#absent()}
	 * @throws Exception if the source fails
	 */
	T fetch(ResourceKey<T> key) throws Exception;

}
