package io.coalestra.source;

import io.coalestra.key.ResourceKey;

/**
 * Reads one resource, and tells what it knows about the value.
 *
 * @param <T> the value's type
 */
@FunctionalInterface
public interface Fetch<T> {

	/**
	 * Reads one resource. Called on a virtual thread, which is interrupted when time runs
	 * out, unless the source is declared inline.
	 * @param key the key
	 * @param context what is known about the call
	 * @return the answer; never null
	 * @throws Exception if the source fails
	 */
	Payload<? extends T> fetch(ResourceKey<T> key, FetchContext context) throws Exception;

}
