package io.coalestra.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.batch.BatcherSettings.Condition;
import io.coalestra.time.TimeSource;
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
 * Safe for concurrent use. Time comes from the {@link Builder#timeSource}. Whatever
 * becomes of a bulk call, every caller gets an answer or a {@link BatchException} of its
 * own; a batch that failed affects no other, nothing is retried, and nothing is
 * remembered of an answer. A caller that gives up, by interrupt, cancellation or its time
 * limit, takes its item back if the bulk call has not begun, and otherwise leaves it to
 * the others.
 *
 * @param <K> the keys' type: with stable {@code equals} and {@code hashCode}
 * @param <V> the values' type; callers of equal keys share one value, so it should be
 * immutable
 */
public final class Batcher<K, V> implements AutoCloseable {

	private final Dispatch<K, V> dispatch;

	private final BatcherSettings<K, V> settings;

	private final Entrance<K, V> entrance;

	private Batcher(BatcherSettings<K, V> settings) {
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
	public static <K, V> Builder<K, V> keyed(String name,
			BulkFunction<K, ? extends Map<K, ? extends @Nullable V>> function) {
		Objects.requireNonNull(function, "function");
		return new Builder<>(name, Bulk.ofDistinct((keys) -> new Answer.Keyed<>(Answer.present(function.apply(keys)))),
				true);
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
	public static <K, V> Builder<K, V> positional(String name,
			BulkFunction<K, ? extends List<? extends @Nullable V>> function) {
		Objects.requireNonNull(function, "function");
		return new Builder<>(name,
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
	public static <K, V> Builder<K, V> outcomes(String name,
			BulkFunction<K, ? extends Map<K, ? extends Outcome<? extends V>>> function) {
		Objects.requireNonNull(function, "function");
		return new Builder<>(name,
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
	public static <K, V> Builder<K, V> inline(String name) {
		return new Builder<>(name, null, false);
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
	 * @throws BatchException if there is no answer; with {@link Builder#missingIsError()}
	 * also if the item does not exist. After an interrupt the thread's interrupt flag is
	 * set
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
	 * that run, for the {@linkplain Builder#closeGrace grace period} at most; what is
	 * left then fails and is interrupted. An interrupt ends the grace period. Called from
	 * inside one of its own bulk calls, it does not wait. May be called any number of
	 * times.
	 */
	@Override
	public void close() {
		this.dispatch.close();
	}

	@Override
	public String toString() {
		return "Batcher[" + name() + "]";
	}

	/**
	 * Collects the options of a {@link Batcher}. Each setter checks its own value,
	 * {@link #build()} what they mean together. Not safe for concurrent use.
	 *
	 * @param <K> the keys' type
	 * @param <V> the values' type
	 */
	public static final class Builder<K, V> {

		private final String name;

		private final @Nullable Bulk<K, V> bulk;

		private final boolean distinct;

		private int maxBatchSize = 100;

		private int maxDistinctKeys = Integer.MAX_VALUE;

		private Window window = Window.adaptive(Duration.ofMillis(10));

		private @Nullable Function<? super K, ?> groupByKey;

		private @Nullable Supplier<?> groupByCaller;

		private int maxConcurrentBulkCalls = 16;

		private int maxPending = 100_000;

		private @Nullable Duration callTimeout;

		private Duration bulkTimeout = Duration.ofSeconds(30);

		private Duration closeGrace = Duration.ofSeconds(10);

		private boolean missingIsError;

		private boolean sharesRunning;

		private boolean interruptsAbandoned;

		private final List<Condition> refusals = new ArrayList<>();

		private final List<Condition> bypasses = new ArrayList<>();

		private @Nullable Supplier<?> capture;

		private @Nullable BulkAround around;

		private final List<BatchListener> listeners = new ArrayList<>();

		private @Nullable Executor executor;

		private TimeSource timeSource = TimeSource.system();

		private Builder(String name, @Nullable Bulk<K, V> bulk, boolean distinct) {
			if (name.isBlank()) {
				throw new IllegalArgumentException("name: \"" + name + "\" (expected: not blank)");
			}
			this.name = name;
			this.bulk = bulk;
			this.distinct = distinct;
		}

		/**
		 * Sets how many callers a batch takes; it goes out as soon as it has them.
		 * @param value the most callers, inclusive: 1 or more; 1 batches nothing. By
		 * default 100
		 * @return this
		 */
		public Builder<K, V> maxBatchSize(int value) {
			this.maxBatchSize = atLeastOne("maxBatchSize", value);
			return this;
		}

		/**
		 * Sets how many distinct keys a batch takes, for a back end that limits them. It
		 * goes out as soon as it has them, or as many callers as it takes. Keys of
		 * positional and inline batches are not distinct.
		 * @param value the most keys, inclusive: 1 or more; by default as many as callers
		 * @return this
		 */
		public Builder<K, V> maxDistinctKeys(int value) {
			this.maxDistinctKeys = atLeastOne("maxDistinctKeys", value);
			return this;
		}

		/**
		 * Sets how long a batch gathers.
		 * @param value the window; by default adaptive, 10 ms at most
		 * @return this
		 */
		public Builder<K, V> window(Window value) {
			this.window = Objects.requireNonNull(value, "window");
			return this;
		}

		/**
		 * Lets only items of equal groups pool. Whatever changes the meaning of a bulk
		 * call beside its keys must be part of the group.
		 * @param value makes a key's group, on the caller's thread; null is a group too
		 * @return this
		 */
		public Builder<K, V> groupingBy(Function<? super K, ?> value) {
			this.groupByKey = Objects.requireNonNull(value, "groupingBy");
			return this;
		}

		/**
		 * Lets only items pool whose callers have equal surroundings, such as a tenant or
		 * an identity. {@link #around} can give them to the bulk call.
		 * @param value reads a caller's surroundings, on its thread; null is a group too
		 * @return this
		 */
		public Builder<K, V> groupingByCaller(Supplier<?> value) {
			this.groupByCaller = Objects.requireNonNull(value, "groupingByCaller");
			return this;
		}

		/**
		 * Sets how many bulk calls run at a time, over all groups. Further batches queue.
		 * A bulk call that has timed out counts until it has truly ended.
		 * @param value the most bulk calls, inclusive: 1 or more; by default 16
		 * @return this
		 */
		public Builder<K, V> maxConcurrentBulkCalls(int value) {
			this.maxConcurrentBulkCalls = atLeastOne("maxConcurrentBulkCalls", value);
			return this;
		}

		/**
		 * Sets how many items may be pending: gathering, queued or in a bulk call. Above,
		 * calls are refused at once. With {@link #shareRunning()} it bounds the callers
		 * as well, joined ones included.
		 * @param value the most items, inclusive: 1 or more, and not below
		 * {@code maxBatchSize}; by default 100,000
		 * @return this
		 */
		public Builder<K, V> maxPending(int value) {
			this.maxPending = atLeastOne("maxPending", value);
			return this;
		}

		/**
		 * Sets how long a caller waits at most, gathering and queueing included.
		 * @param value the limit: more than zero, and more than a fixed window; by
		 * default none
		 * @return this
		 */
		public Builder<K, V> callTimeout(Duration value) {
			this.callTimeout = positive("callTimeout", value);
			return this;
		}

		/**
		 * Sets how long a bulk call may take. Beyond, its callers fail and it is
		 * interrupted. It does not hold for direct calls, which run on their caller's
		 * thread.
		 * @param value the limit: more than zero; by default 30 seconds
		 * @return this
		 */
		public Builder<K, V> bulkTimeout(Duration value) {
			this.bulkTimeout = positive("bulkTimeout", value);
			return this;
		}

		/**
		 * Sets how long {@link Batcher#close()} waits for bulk calls before it fails and
		 * interrupts them.
		 * @param value the grace period: zero or more; by default 10 seconds
		 * @return this
		 */
		public Builder<K, V> closeGrace(Duration value) {
			if (value.isNegative()) {
				throw new IllegalArgumentException("closeGrace: " + value + " (expected: not negative)");
			}
			this.closeGrace = value;
			return this;
		}

		/**
		 * Makes an item that does not exist an error of its caller.
		 * @return this
		 */
		public Builder<K, V> missingIsError() {
			this.missingIsError = true;
			return this;
		}

		/**
		 * Lets a caller join the item of an equal key and group that another caller has
		 * pending, even if its bulk call runs already: each key is read once at a time.
		 * The answer may then be older than the call; leave it off where a caller must
		 * see what it has just written. Joined callers do not count in a batch's size;
		 * {@link #maxPending} bounds how many there are.
		 * @return this
		 */
		public Builder<K, V> shareRunning() {
			this.sharesRunning = true;
			return this;
		}

		/**
		 * Interrupts a bulk call whose callers have all given up. Leave it off for
		 * writes.
		 * @return this
		 */
		public Builder<K, V> interruptWhenAbandoned() {
			this.interruptsAbandoned = true;
			return this;
		}

		/**
		 * Refuses calls while a condition holds on the caller's thread.
		 * @param name the condition, for the error: "calls are refused while" it
		 * @param condition tells whether it holds; quick
		 * @return this
		 */
		public Builder<K, V> refuseWhen(String name, BooleanSupplier condition) {
			this.refusals.add(condition(name, condition));
			return this;
		}

		/**
		 * Runs the bulk function directly on the caller's thread, with the caller's key
		 * alone, while a condition holds there: inside a transaction, for example, whose
		 * uncommitted rows another thread would not see. Neither permits nor time limits
		 * hold for it. In the inline form, where this is not possible, collecting is
		 * refused.
		 * @param name the condition, for the error: "collecting is not possible while" it
		 * @param condition tells whether it holds; quick
		 * @return this
		 */
		public Builder<K, V> bypassWhen(String name, BooleanSupplier condition) {
			this.bypasses.add(condition(name, condition));
			return this;
		}

		/**
		 * Captures something on each caller's thread, a trace context for example, for
		 * {@link BulkCall#captured()}.
		 * @param value captures; may return null
		 * @return this
		 */
		public Builder<K, V> capture(Supplier<?> value) {
			this.capture = Objects.requireNonNull(value, "capture");
			return this;
		}

		/**
		 * Wraps the bulk calls; of several, the first is the outermost.
		 * @param value the wrapping
		 * @return this
		 */
		public Builder<K, V> around(BulkAround value) {
			Objects.requireNonNull(value, "around");
			this.around = (this.around != null) ? new Nested(this.around, value) : value;
			return this;
		}

		/**
		 * Adds a listener.
		 * @param value the listener
		 * @return this
		 */
		public Builder<K, V> listener(BatchListener value) {
			this.listeners.add(Objects.requireNonNull(value, "listener"));
			return this;
		}

		/**
		 * Sets what runs the bulk calls. It must not run them on the thread that hands
		 * them over, which may be a caller's or the timer's, nor on threads that callers
		 * of this batcher block: if all wait, none is left to answer.
		 * @param value the executor; by default a new virtual thread each
		 * @return this
		 */
		public Builder<K, V> executor(Executor value) {
			this.executor = Objects.requireNonNull(value, "executor");
			return this;
		}

		/**
		 * Sets the clock and the timers.
		 * @param value the time source; by default the machine's
		 * @return this
		 */
		public Builder<K, V> timeSource(TimeSource value) {
			this.timeSource = Objects.requireNonNull(value, "timeSource");
			return this;
		}

		/**
		 * Makes the batcher.
		 * @return the batcher; to be closed
		 * @throws IllegalArgumentException if options contradict each other, with all of
		 * the contradictions
		 */
		public Batcher<K, V> build() {
			checkRelations();
			Limits limits = new Limits(this.maxBatchSize, this.maxDistinctKeys, this.maxConcurrentBulkCalls,
					this.maxPending, this.window);
			return new Batcher<>(
					new BatcherSettings<>(this.name, this.bulk, limits,
							new BatcherSettings.Grouping<>(this.groupByKey, this.groupByCaller), this.callTimeout,
							this.bulkTimeout, this.closeGrace,
							new BatcherSettings.Options(this.missingIsError, this.sharesRunning,
									this.interruptsAbandoned),
							List.copyOf(this.refusals), List.copyOf(this.bypasses), this.capture, this.around,
							List.copyOf(this.listeners),
							(this.executor != null) ? this.executor : ownThreads(this.name), this.timeSource));
		}

		private void checkRelations() {
			List<String> faults = new ArrayList<>();
			if (!this.distinct && this.maxDistinctKeys < this.maxBatchSize) {
				faults.add("maxDistinctKeys: " + this.maxDistinctKeys
						+ " (expected: not set, as positional and inline batches keep duplicates)");
			}
			if (!this.distinct && this.sharesRunning) {
				faults.add("shareRunning (expected: not set, as positional and inline batches keep duplicates)");
			}
			if (this.maxPending < this.maxBatchSize) {
				faults.add("maxPending: " + this.maxPending + " (expected: at least maxBatchSize " + this.maxBatchSize
						+ ")");
			}
			if (this.callTimeout != null && this.window.kind() != Window.Kind.ADAPTIVE
					&& this.callTimeout.compareTo(this.window.length()) <= 0) {
				faults.add("callTimeout: " + this.callTimeout + " (expected: more than the window "
						+ this.window.length() + ")");
			}
			if (!faults.isEmpty()) {
				throw new IllegalArgumentException("batcher \"" + this.name + "\": " + String.join("; ", faults));
			}
		}

		private static Executor ownThreads(String name) {
			ThreadFactory threads = Thread.ofVirtual().name("coalestra-batch-" + name).factory();
			return (task) -> threads.newThread(task).start();
		}

		private static Condition condition(String name, BooleanSupplier condition) {
			return new Condition(Objects.requireNonNull(name, "name"), Objects.requireNonNull(condition, "condition"));
		}

		private int atLeastOne(String option, int value) {
			if (value < 1) {
				throw new IllegalArgumentException(
						"batcher \"" + this.name + "\": " + option + ": " + value + " (expected: 1 or more)");
			}
			return value;
		}

		private Duration positive(String option, Duration value) {
			if (value.isNegative() || value.isZero()) {
				throw new IllegalArgumentException(
						"batcher \"" + this.name + "\": " + option + ": " + value + " (expected: more than zero)");
			}
			return value;
		}

	}

	private record Nested(BulkAround outer, BulkAround inner) implements BulkAround {

		@Override
		public <R> R around(BulkCall call, Callable<R> body) throws Exception {
			return this.outer.around(call, () -> this.inner.around(call, body));
		}

	}

}
