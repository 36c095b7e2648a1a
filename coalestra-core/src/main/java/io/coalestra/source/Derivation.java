package io.coalestra.source;

import io.coalestra.key.ResourceKey;

/**
 * Computes a value from others, and tells what it knows about it.
 *
 * @param <T> the derived value's type
 */
@FunctionalInterface
public interface Derivation<T> {

	/**
	 * Computes one value.
	 * @param key the derived key
	 * @param dependencies the values that it is computed from
	 * @param context what is known about the call
	 * @return the answer; never null
	 * @throws Exception if it cannot be computed
	 */
	Payload<? extends T> derive(ResourceKey<T> key, Dependencies dependencies, FetchContext context) throws Exception;

}
