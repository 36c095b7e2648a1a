package io.coalestra.batch;

import org.jspecify.annotations.Nullable;

/**
 * A method body that runs for one item up to {@link InlineScope#collect()}, and from
 * there on once for the whole batch.
 *
 * @param <K> the items' type
 * @param <V> the values' type
 * @param <X> what it may throw, or {@link RuntimeException}
 */
@FunctionalInterface
public interface InlineBody<K, V, X extends Exception> {

	/**
	 * Runs for the item.
	 * @param scope collects and scatters; good on this thread, until this method returns
	 * @return what {@code scatter} returned, or a value of its own if it did not collect
	 * @throws X if it failed: before {@code collect} the caller alone sees it, as it is;
	 * after, every caller of the batch gets a {@link BatchException} with it as the cause
	 */
	@Nullable V run(InlineScope<K, V> scope) throws X;

}
