package io.coalestra.source;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.coalestra.key.ResourceKey;

/**
 * Begins to read many resources in one call through a client that does not block.
 *
 * @param <T> the values' type
 */
@FunctionalInterface
public interface AsyncBatchFetch<T> {

	/**
	 * Begins to read many resources. When time runs out the stage is cancelled.
	 * @param keys distinct keys, at least one and at most the source's batch size
	 * @param context what is known about the call
	 * @return the answers by key to come, as in {@link BatchFetch}
	 * @throws Exception if the call cannot be begun
	 */
	CompletionStage<? extends Map<? extends ResourceKey<? extends T>, ? extends Payload<? extends T>>> fetch(
			List<ResourceKey<T>> keys, FetchContext context) throws Exception;

}
