package io.coalestra.source;

import io.coalestra.key.ResourceKey;

/**
 * Computes a bare value from others.
 *
 * @param <T> the derived value's type
 */
@FunctionalInterface
public interface ValueDerivation<T> {

	/**
	 * Computes one value.
	 * @param key the derived key
	 * @param dependencies the values that it is computed from
	 * @return the value; never null
	 * @throws Exception if it cannot be computed
	 */
	T derive(ResourceKey<T> key, Dependencies dependencies) throws Exception;

}
