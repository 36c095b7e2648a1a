package io.coalestra.batch;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Turns concurrent calls for one item each into bulk calls for many.
 *
 * <pre>{@code
 * Batcher<String, Price> prices = Batcher.keyed("prices", (List<String> ids) -> client.prices(ids))
 *     .maxBatchSize(100)
 *     .callTimeout(Duration.ofSeconds(2))
 *     .build();
 *
 * Price price = prices.get("BTC"); // as if for one; a hundred such calls cost one request
 * }</pre>
 *
 * By default a call goes out at once while no bulk call runs, and gathers with others
 * while one does ({@link Window#adaptive}); a batch takes 100 callers, 16 bulk calls run
 * at a time, each for 30 seconds at most, and 100,000 items may be pending. Items pool
 * when their group is equal; within a batch they keep their order of arrival.
 *
 * <p>
 * Safe for concurrent use. Time comes from the {@link BatcherBuilder#timeSource}.
 * Whatever becomes of a bulk call, every caller gets an answer or a
 * {@link BatchException} of its own; a batch that failed affects no other, nothing is
 * retried, and nothing is remembered of an answer. A caller that gives up, by interrupt,
 * cancellation or its time limit, takes its item back if the bulk call has not begun, and
 * otherwise leaves it to the others.
 *
 * @param <K> the keys' type: with stable {@code equals} and {@code hashCode}
 * @param <V> the values' type; callers of equal keys share one value, so it should be
 * immutable
 */
public final class Batcher<K, V> implements AutoCloseable {

	private final Dispatch<K, V> dispatch;

	private final BatcherSettings<K, V> settings;

	private final Entrance<K, V> entrance;

	Batcher(BatcherSettings<K, V> settings) {
		this.settings = settings;
		this.dispatch = new Dispatch<>(settings);
		this.entrance = new Entrance<>(this.dispatch);
	}

	/**
	 * Starts a batcher whose bulk function answers by key. It is asked for each key once;
	 * a key that is not in the map does not exist, one that is there with null has null
	 * as its value, and keys that nobody asked for are ignored.
	 * @param <K> the keys' type
	 * @param <V> the values' type
	 * @param name what to call it in errors and metrics
	 * @param function the bulk function
	 * @return the configuration
	 */
	public static <K, V> BatcherBuilder<K, V> keyed(String name,
			BulkFunction<K, ? extends Map<K, ? extends @Nullable V>> function) {
		Objects.requireNonNull(function, "function");
		return new BatcherBuilder<>(name,
				Bulk.ofDistinct((keys) -> new Answer.Keyed<>(Answer.present(function.apply(keys)))), true);
	}

	/**
	 * Starts a batcher whose bulk function answers by position: one element for each key,
	 * in their order. It is asked for each caller's key, duplicates included; an answer
	 * of another length fails the batch.
	 * @param <K> the keys' type
	 * @param <V> the values' type
	 * @param name what to call it in errors and metrics
	 * @param function the bulk function
	 * @return the configuration
	 */
	public static <K, V> BatcherBuilder<K, V> positional(String name,
			BulkFunction<K, ? extends List<? extends @Nullable V>> function) {
		Objects.requireNonNull(function, "function");
		return new BatcherBuilder<>(name,
				Bulk.ofPositions((keys) -> new Answer.Positional<>(Answer.present(function.apply(keys)))), false);
	}

	/**
	 * Starts a batcher whose bulk function answers with an outcome for each key: a value,
	 * absence, or a failure of this item alone. It is asked for each key once; a key that
	 * is not in the map does not exist.
	 * @param <K> the keys' type
	 * @param <V> the values' type
	 * @param name what to call it in errors and metrics
	 * @param function the bulk function
	 * @return the configuration
	 */
	public static <K, V> BatcherBuilder<K, V> outcomes(String name,
			BulkFunction<K, ? extends Map<K, ? extends Outcome<? extends V>>> function) {
		Objects.requireNonNull(function, "function");
		return new BatcherBuilder<>(name,
				Bulk.ofDistinct((keys) -> new Answer.Outcomes<>(Answer.present(function.apply(keys)))), true);
	}

	/**
	 * Starts a batcher without a bulk function, for {@link #inline(Object, InlineBody)}
	 * alone. Prefer a bulk function where there is a choice: it is cheaper, and its
	 * surroundings are nobody's.
	 * @param <K> the items' type
	 * @param <V> the values' type
	 * @param name what to call it in errors and metrics
	 * @return the configuration
	 */
	public static <K, V> BatcherBuilder<K, V> inline(String name) {
		return new BatcherBuilder<>(name, null, false);
	}

	/**
	 * Returns the name.
	 * @return the name
	 */
	public String name() {
		return this.settings.name();
	}

	/**
	 * Asks for an item and waits for it.
	 * @param key the item's key
	 * @return the value; null if the item does not exist or its value is null
	 * @throws BatchException if there is no answer; with
	 * {@link BatcherBuilder#missingIsError()} also if the item does not exist. After an
	 * interrupt the thread's interrupt flag is set
	 * @throws IllegalArgumentException if the key does not equal itself
	 */
	public @Nullable V get(K key) {
		return this.entrance.begin(key).await(name());
	}

	/**
	 * Asks for an item that may not exist, and waits for it.
	 * @param key the item's key
	 * @return the value; empty if the item does not exist or its value is null
	 * @throws BatchException if there is no answer, as for {@link #get}
	 */
	public Optional<V> find(K key) {
		return Optional.ofNullable(get(key));
	}

	/**
	 * Asks for an item and waits for what becomes of it. Failures are returned, not
	 * thrown; after an interrupt the thread's interrupt flag is set.
	 * @param key the item's key
	 * @return the outcome: a null value and an absent item differ here
	 */
	public Outcome<V> outcome(K key) {
		return this.entrance.begin(key).awaitOutcome(name());
	}

	/**
	 * Asks for an item without waiting. The future is the caller's own: cancelling or
	 * completing it withdraws this item and no other. It fails with a
	 * {@link BatchException}, also when the call is refused.
	 *
	 * <p>
	 * Dependent stages that are not asynchronous run on the bulk call's thread, after its
	 * permit has been given back and the blocking callers have their answers, one caller
	 * after the other: they must be short.
	 * @param key the item's key
	 * @return the future of the value; null as for {@link #get}
	 */
	public CompletableFuture<@Nullable V> submit(K key) {
		return this.entrance.beginFuture(key);
	}

	/**
	 * Asks for several items, side by side, and waits for all. They go out together as
	 * far as they are of one group and a batch takes them.
	 * @param keys the items' keys; duplicates count once
	 * @return the values by key, in the keys' order, unmodifiable; without items that do
	 * not exist
	 * @throws BatchException if one has no answer: the first such, in the keys' order;
	 * the others are withdrawn
	 */
	public Map<K, @Nullable V> getAll(Collection<? extends K> keys) {
		Map<K, Call<K, V>> calls = this.entrance.beginAll(keys);
		Map<K, @Nullable V> values = LinkedHashMap.newLinkedHashMap(calls.size());
		try {
			calls.forEach((key, call) -> {
				V value = call.await(name());
				if (!call.isAbsent()) {
					values.put(key, value);
				}
			});
		}
		catch (BatchException ex) {
			calls.values().forEach((call) -> call.cancel(false));
			throw ex;
		}
		return Collections.unmodifiableMap(values);
	}

	/**
	 * Asks for several items, side by side, without waiting. They go out together as far
	 * as they are of one group and a batch takes them; each future is the caller's own,
	 * as that of {@link #submit}.
	 * @param keys the items' keys; duplicates count once
	 * @return the futures of the values by key, in the keys' order, unmodifiable
	 */
	public Map<K, CompletableFuture<@Nullable V>> submitAll(Collection<? extends K> keys) {
		return Collections.unmodifiableMap(this.entrance.beginAllFutures(keys));
	}

	/**
	 * Asks for several items, side by side, and waits for what becomes of each.
	 * @param keys the items' keys; duplicates count once
	 * @return the outcomes by key, in the keys' order, unmodifiable
	 */
	public Map<K, Outcome<V>> outcomes(Collection<? extends K> keys) {
		Map<K, Call<K, V>> calls = this.entrance.beginAll(keys);
		Map<K, Outcome<V>> outcomes = LinkedHashMap.newLinkedHashMap(calls.size());
		calls.forEach((key, call) -> outcomes.put(key, call.awaitOutcome(name())));
		return Collections.unmodifiableMap(outcomes);
	}

	/**
	 * Runs a method body for an item: up to {@link InlineScope#collect()} for each
	 * caller, and from there on once for the batch, on the thread of one of its callers.
	 *
	 * <pre>{@code
	 * return batcher.inline(id, (scope) -> {
	 *     List<String> ids = scope.collect();
	 *     return scope.scatter(client.prices(ids));
	 * });
	 * }</pre>
	 *
	 * Only calls of one and the same lambda or class pool, within their group. All that
	 * the code after {@code collect} uses beside the items is the leader's alone: what
	 * changes its meaning must be part of the group.
	 * @param <X> what the body may throw
	 * @param item the item
	 * @param body the method body; the same place in the code each time
	 * @return what was scattered for this item, or what the body returned if it did not
	 * collect
	 * @throws X if the body failed before it collected, or after it scattered
	 * @throws BatchException if there is no answer: each caller of the batch gets one
	 */
	public <X extends Exception> @Nullable V inline(K item, InlineBody<K, V, X> body) throws X {
		InlineCall<K, V> call = this.entrance.newInlineCall(item);
		return new InlineScope<>(this.dispatch, call, () -> this.entrance.handIn(call, body.getClass())).run(body);
	}

	/**
	 * Dispatches what gathers in all groups, without waiting for its window and without
	 * waiting for it: when no further caller is to be expected, for example. It still
	 * needs a permit. Does nothing when nothing gathers.
	 */
	public void flush() {
		this.dispatch.flush();
	}

	/**
	 * Returns what has happened so far, and the state.
	 * @return the counts
	 */
	public BatcherStatistics statistics() {
		return this.dispatch.statistics();
	}

	/**
	 * Refuses new calls, dispatches what gathers at once, and waits for the bulk calls
	 * that run, for the {@linkplain BatcherBuilder#closeGrace grace period} at most; what
	 * is left then fails and is interrupted. An interrupt ends the grace period. Called
	 * from inside one of its own bulk calls, it does not wait. May be called any number
	 * of times.
	 */
	@Override
	public void close() {
		this.dispatch.close();
	}

	@Override
	public String toString() {
		return "Batcher[" + name() + "]";
	}

}
