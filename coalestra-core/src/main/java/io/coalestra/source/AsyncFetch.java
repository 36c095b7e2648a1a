package io.coalestra.source;

import java.util.concurrent.CompletionStage;

import io.coalestra.key.ResourceKey;

/**
 * Begins to read one resource through a client that does not block.
 *
 * @param <T> the value's type
 */
@FunctionalInterface
public interface AsyncFetch<T> {

	/**
	 * Begins to read one resource. When time runs out the stage is cancelled.
	 * @param key the key
	 * @param context what is known about the call
	 * @return the answer to come; neither the stage nor its result is ever null
	 * @throws Exception if the call cannot be begun
	 */
	CompletionStage<? extends Payload<? extends T>> fetch(ResourceKey<T> key, FetchContext context) throws Exception;

}
