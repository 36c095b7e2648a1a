package io.coalestra.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

import io.coalestra.batch.BatcherSettings.Condition;
import io.coalestra.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Collects the options of a {@link Batcher}. Each setter checks its own value,
 * {@link #build()} what they mean together. Not safe for concurrent use.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
public final class BatcherBuilder<K, V> {

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

	BatcherBuilder(String name, @Nullable Bulk<K, V> bulk, boolean distinct) {
		if (name.isBlank()) {
			throw new IllegalArgumentException("name: \"" + name + "\" (expected: not blank)");
		}
		this.name = name;
		this.bulk = bulk;
		this.distinct = distinct;
	}

	/**
	 * Sets how many callers a batch takes; it goes out as soon as it has them.
	 * @param value the most callers, inclusive: 1 or more; 1 batches nothing. By default
	 * 100
	 * @return this
	 */
	public BatcherBuilder<K, V> maxBatchSize(int value) {
		this.maxBatchSize = atLeastOne("maxBatchSize", value);
		return this;
	}

	/**
	 * Sets how many distinct keys a batch takes, for a back end that limits them. It goes
	 * out as soon as it has them, or as many callers as it takes. Keys of positional and
	 * inline batches are not distinct.
	 * @param value the most keys, inclusive: 1 or more; by default as many as callers
	 * @return this
	 */
	public BatcherBuilder<K, V> maxDistinctKeys(int value) {
		this.maxDistinctKeys = atLeastOne("maxDistinctKeys", value);
		return this;
	}

	/**
	 * Sets how long a batch gathers.
	 * @param value the window; by default adaptive, 10 ms at most
	 * @return this
	 */
	public BatcherBuilder<K, V> window(Window value) {
		this.window = Objects.requireNonNull(value, "window");
		return this;
	}

	/**
	 * Lets only items of equal groups pool. Whatever changes the meaning of a bulk call
	 * beside its keys must be part of the group.
	 * @param value makes a key's group, on the caller's thread; null is a group too
	 * @return this
	 */
	public BatcherBuilder<K, V> groupingBy(Function<? super K, ?> value) {
		this.groupByKey = Objects.requireNonNull(value, "groupingBy");
		return this;
	}

	/**
	 * Lets only items pool whose callers have equal surroundings, such as a tenant or an
	 * identity. {@link #around} can give them to the bulk call.
	 * @param value reads a caller's surroundings, on its thread; null is a group too
	 * @return this
	 */
	public BatcherBuilder<K, V> groupingByCaller(Supplier<?> value) {
		this.groupByCaller = Objects.requireNonNull(value, "groupingByCaller");
		return this;
	}

	/**
	 * Sets how many bulk calls run at a time, over all groups. Further batches queue. A
	 * bulk call that has timed out counts until it has truly ended.
	 * @param value the most bulk calls, inclusive: 1 or more; by default 16
	 * @return this
	 */
	public BatcherBuilder<K, V> maxConcurrentBulkCalls(int value) {
		this.maxConcurrentBulkCalls = atLeastOne("maxConcurrentBulkCalls", value);
		return this;
	}

	/**
	 * Sets how many items may be pending: gathering, queued or in a bulk call. Above,
	 * calls are refused at once. With {@link #shareRunning()} it bounds the callers as
	 * well, joined ones included.
	 * @param value the most items, inclusive: 1 or more, and not below
	 * {@code maxBatchSize}; by default 100,000
	 * @return this
	 */
	public BatcherBuilder<K, V> maxPending(int value) {
		this.maxPending = atLeastOne("maxPending", value);
		return this;
	}

	/**
	 * Sets how long a caller waits at most, gathering and queueing included.
	 * @param value the limit: more than zero, and more than a fixed window; by default
	 * none
	 * @return this
	 */
	public BatcherBuilder<K, V> callTimeout(Duration value) {
		this.callTimeout = positive("callTimeout", value);
		return this;
	}

	/**
	 * Sets how long a bulk call may take. Beyond, its callers fail and it is interrupted.
	 * It does not hold for direct calls, which run on their caller's thread.
	 * @param value the limit: more than zero; by default 30 seconds
	 * @return this
	 */
	public BatcherBuilder<K, V> bulkTimeout(Duration value) {
		this.bulkTimeout = positive("bulkTimeout", value);
		return this;
	}

	/**
	 * Sets how long {@link Batcher#close()} waits for bulk calls before it fails and
	 * interrupts them.
	 * @param value the grace period: zero or more; by default 10 seconds
	 * @return this
	 */
	public BatcherBuilder<K, V> closeGrace(Duration value) {
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
	public BatcherBuilder<K, V> missingIsError() {
		this.missingIsError = true;
		return this;
	}

	/**
	 * Lets a caller join the item of an equal key and group that another caller has
	 * pending, even if its bulk call runs already: each key is read once at a time. The
	 * answer may then be older than the call; leave it off where a caller must see what
	 * it has just written. Joined callers do not count in a batch's size;
	 * {@link #maxPending} bounds how many there are.
	 * @return this
	 */
	public BatcherBuilder<K, V> shareRunning() {
		this.sharesRunning = true;
		return this;
	}

	/**
	 * Interrupts a bulk call whose callers have all given up. Leave it off for writes.
	 * @return this
	 */
	public BatcherBuilder<K, V> interruptWhenAbandoned() {
		this.interruptsAbandoned = true;
		return this;
	}

	/**
	 * Refuses calls while a condition holds on the caller's thread.
	 * @param name the condition, for the error: "calls are refused while" it
	 * @param condition tells whether it holds; quick
	 * @return this
	 */
	public BatcherBuilder<K, V> refuseWhen(String name, BooleanSupplier condition) {
		this.refusals.add(condition(name, condition));
		return this;
	}

	/**
	 * Runs the bulk function directly on the caller's thread, with the caller's key
	 * alone, while a condition holds there: inside a transaction, for example, whose
	 * uncommitted rows another thread would not see. Neither permits nor time limits hold
	 * for it. In the inline form, where this is not possible, collecting is refused.
	 * @param name the condition, for the error: "collecting is not possible while" it
	 * @param condition tells whether it holds; quick
	 * @return this
	 */
	public BatcherBuilder<K, V> bypassWhen(String name, BooleanSupplier condition) {
		this.bypasses.add(condition(name, condition));
		return this;
	}

	/**
	 * Captures something on each caller's thread, a trace context for example, for
	 * {@link BulkCall#captured()}.
	 * @param value captures; may return null
	 * @return this
	 */
	public BatcherBuilder<K, V> capture(Supplier<?> value) {
		this.capture = Objects.requireNonNull(value, "capture");
		return this;
	}

	/**
	 * Wraps the bulk calls; of several, the first is the outermost.
	 * @param value the wrapping
	 * @return this
	 */
	public BatcherBuilder<K, V> around(BulkAround value) {
		Objects.requireNonNull(value, "around");
		this.around = (this.around != null) ? new Nested(this.around, value) : value;
		return this;
	}

	/**
	 * Adds a listener.
	 * @param value the listener
	 * @return this
	 */
	public BatcherBuilder<K, V> listener(BatchListener value) {
		this.listeners.add(Objects.requireNonNull(value, "listener"));
		return this;
	}

	/**
	 * Sets what runs the bulk calls. It must not run them on threads that callers of this
	 * batcher block: if all wait, none is left to answer. It may run them on the thread
	 * that hands them over, as {@code Runnable::run} does: the caller who fills a batch
	 * or flushes then makes its bulk call, before {@code submit}, {@code get} or
	 * {@code flush} returns. What the end of a window, the end of another bulk call or a
	 * method body starts is handed over by a thread of its own.
	 * @param value the executor; by default a new virtual thread each
	 * @return this
	 */
	public BatcherBuilder<K, V> executor(Executor value) {
		this.executor = Objects.requireNonNull(value, "executor");
		return this;
	}

	/**
	 * Sets the clock and the timers.
	 * @param value the time source; by default the machine's
	 * @return this
	 */
	public BatcherBuilder<K, V> timeSource(TimeSource value) {
		this.timeSource = Objects.requireNonNull(value, "timeSource");
		return this;
	}

	/**
	 * Makes the batcher.
	 * @return the batcher; to be closed
	 * @throws IllegalArgumentException if options contradict each other, with all of the
	 * contradictions
	 */
	public Batcher<K, V> build() {
		checkRelations();
		BatcherSettings<K, V> settings = settings();
		Rehearsal.once();
		return new Batcher<>(settings);
	}

	BatcherSettings<K, V> settings() {
		Limits limits = new Limits(this.maxBatchSize, this.maxDistinctKeys, this.maxConcurrentBulkCalls,
				this.maxPending, this.window);
		return new BatcherSettings<>(this.name, this.bulk, limits,
				new BatcherSettings.Grouping<>(this.groupByKey, this.groupByCaller), this.callTimeout, this.bulkTimeout,
				this.closeGrace,
				new BatcherSettings.Options(this.missingIsError, this.sharesRunning, this.interruptsAbandoned),
				List.copyOf(this.refusals), List.copyOf(this.bypasses), this.capture, this.around,
				List.copyOf(this.listeners),
				(this.executor != null) ? BulkThreads.of(this.name, this.executor) : BulkThreads.own(this.name),
				this.timeSource);
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
			faults
				.add("maxPending: " + this.maxPending + " (expected: at least maxBatchSize " + this.maxBatchSize + ")");
		}
		if (this.callTimeout != null && this.window.kind() != Window.Kind.ADAPTIVE
				&& this.callTimeout.compareTo(this.window.length()) <= 0) {
			faults.add("callTimeout: " + this.callTimeout + " (expected: more than the window " + this.window.length()
					+ ")");
		}
		if (!faults.isEmpty()) {
			throw new IllegalArgumentException("batcher \"" + this.name + "\": " + String.join("; ", faults));
		}
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

	private record Nested(BulkAround outer, BulkAround inner) implements BulkAround {

		@Override
		public <R> R around(BulkCall call, Callable<R> body) throws Exception {
			return this.outer.around(call, () -> this.inner.around(call, body));
		}

	}

}
