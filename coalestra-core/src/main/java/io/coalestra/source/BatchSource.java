package io.coalestra.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.coalestra.batch.Window;
import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;

/**
 * A source that reads many keys a call. Immutable and safe for concurrent use.
 */
public final class BatchSource implements Source {

	private final SourceScope scope;

	private final SourceSettings settings;

	private final Operation operation;

	private BatchSource(SourceScope scope, SourceSettings settings, Operation operation) {
		this.scope = scope;
		this.settings = settings;
		this.operation = operation;
	}

	/**
	 * Reads many resources.
	 * @param keys distinct keys that the source supports
	 * @param context what is known about the call
	 * @return bare values or {@linkplain Payload payloads} by key
	 * @throws Exception if the source fails for all keys
	 */
	public Map<?, ?> fetch(List<? extends ResourceKey<?>> keys, FetchContext context) throws Exception {
		return this.operation.fetch(keys, context);
	}

	@Override
	public String name() {
		return this.scope.name();
	}

	@Override
	public SourceSettings settings() {
		return this.settings;
	}

	@Override
	public BatchSource with(SourceSettings settings) {
		return new BatchSource(this.scope, settings, this.operation);
	}

	@Override
	public boolean covers(ResourceType<?> type) {
		return this.scope.covers(type);
	}

	@Override
	public boolean isSelective() {
		return this.scope.predicate() != null;
	}

	@Override
	public boolean supports(ResourceKey<?> key) {
		return this.scope.supports(key);
	}

	@Override
	public String toString() {
		return "batch source \"" + name() + "\"";
	}

	// Bare values and payloads alike, so that bare ones need no wrapper each.
	@FunctionalInterface
	private interface Operation {

		Map<?, ?> fetch(List<? extends ResourceKey<?>> keys, FetchContext context) throws Exception;

	}

	@FunctionalInterface
	interface TypedOperation<T> {

		Map<?, ?> fetch(List<ResourceKey<T>> keys, FetchContext context) throws Exception;

	}

	/**
	 * Collects what describes a batch source. Not safe for concurrent use.
	 *
	 * @param <T> the values' type
	 */
	public static final class Builder<T> extends SourceBuilder<T, BatchSource, Builder<T>> {

		private final Operation operation;

		@SuppressWarnings("unchecked") // only ever called with keys of the source's types
		Builder(SourceScope scope, TypedOperation<T> operation) {
			super(scope);
			this.operation = (keys, context) -> operation.fetch((List<ResourceKey<T>>) keys, context);
		}

		@Override
		Builder<T> self() {
			return this;
		}

		@Override
		BatchSource build(SourceScope scope, SourceSettings settings) {
			return new BatchSource(scope, settings, this.operation);
		}

		/**
		 * Widens the source to another type.
		 * @param type the type
		 * @return this
		 */
		public Builder<T> alsoFor(ResourceType<? extends T> type) {
			return widen(type);
		}

		/**
		 * Sets how many keys one call may have; more are split into calls of this size.
		 * @param value the limit: 1 or more
		 * @return this
		 * @throws IllegalArgumentException if the limit is below 1
		 */
		public Builder<T> maxBatchSize(int value) {
			return set((values) -> values.maxBatchSize(value));
		}

		/**
		 * Lets keys of different builds gather for one call: a build goes out at once
		 * while no call of the source runs, and while one does, keys gather until it
		 * ends, {@code maxBatchSize} is reached or this time has passed. A key whose
		 * build could not wait that long and still get its answer does not wait.
		 * @param max how long a key gathers at most; zero turns it off
		 * @return this
		 * @throws IllegalArgumentException if the time is negative
		 */
		public Builder<T> window(Duration max) {
			return set((values) -> values.window(Window.adaptive(max)));
		}

		/**
		 * Lets keys of different builds gather for one call.
		 * @param value when a call goes out; a length of zero turns it off
		 * @return this
		 */
		public Builder<T> window(Window value) {
			return set((values) -> values.window(value));
		}

	}

}
