package io.coalestra.source;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;

/**
 * A source that reads one key a call. Immutable and safe for concurrent use.
 */
public final class SingleSource implements Source {

	private final SourceScope scope;

	private final SourceSettings settings;

	private final Fetch<Object> fetch;

	private SingleSource(SourceScope scope, SourceSettings settings, Fetch<Object> fetch) {
		this.scope = scope;
		this.settings = settings;
		this.fetch = fetch;
	}

	/**
	 * Reads one resource.
	 * @param key a key that the source supports
	 * @param context what is known about the call
	 * @return the answer
	 * @throws Exception if the source fails
	 */
	@SuppressWarnings("unchecked") // supports() has admitted the key
	public Payload<?> fetch(ResourceKey<?> key, FetchContext context) throws Exception {
		return this.fetch.fetch((ResourceKey<Object>) key, context);
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
	public SingleSource with(SourceSettings settings) {
		return new SingleSource(this.scope, settings, this.fetch);
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
		return "single source \"" + name() + "\"";
	}

	/**
	 * Collects what describes a single source. Not safe for concurrent use.
	 *
	 * @param <T> the value's type
	 */
	public static final class Builder<T> extends SourceBuilder<T, SingleSource, Builder<T>> {

		private final Fetch<Object> fetch;

		@SuppressWarnings("unchecked") // only ever called with keys of the source's types
		Builder(SourceScope scope, Fetch<T> fetch) {
			super(scope);
			this.fetch = (Fetch<Object>) fetch;
		}

		@Override
		Builder<T> self() {
			return this;
		}

		@Override
		SingleSource build(SourceScope scope, SourceSettings settings) {
			return new SingleSource(scope, settings, this.fetch);
		}

		/**
		 * Widens the source to another type.
		 * @param type the type
		 * @return this
		 */
		public Builder<T> alsoFor(ResourceType<? extends T> type) {
			return widen(type);
		}

	}

}
