package io.coalestra.spring.boot.cache;

import java.util.List;
import java.util.Map;

import io.coalestra.key.ResourceKey;
import io.coalestra.source.Payload;

/**
 * What a caller of the cache brings along to have missing values made.
 */
@FunctionalInterface
interface Load {

	/**
	 * Makes values.
	 * @param keys those of the caller's keys that nobody else is loading
	 * @return an answer for each
	 * @throws Exception what the method throws
	 */
	Map<ResourceKey<Object>, Payload<Object>> load(List<ResourceKey<Object>> keys) throws Exception;

}
