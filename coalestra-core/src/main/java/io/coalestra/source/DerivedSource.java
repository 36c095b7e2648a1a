package io.coalestra.source;

import java.util.Collection;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;

/**
 * A source that computes a value from others. Immutable and safe for concurrent use.
 */
public final class DerivedSource implements Source {

	private final SourceScope scope;

	private final SourceSettings settings;

	private final DependencyDeclaration<Object> dependencies;

	private final Derivation<Object> derivation;

	private DerivedSource(SourceScope scope, SourceSettings settings, DependencyDeclaration<Object> dependencies,
			Derivation<Object> derivation) {
		this.scope = scope;
		this.settings = settings;
		this.dependencies = dependencies;
		this.derivation = derivation;
	}

	/**
	 * Names what a key's value is computed from.
	 * @param key a key that the source supports
	 * @return the keys
	 * @throws Exception if they cannot be told
	 */
	@SuppressWarnings("unchecked") // supports() has admitted the key
	public Collection<? extends ResourceKey<?>> dependencies(ResourceKey<?> key) throws Exception {
		return this.dependencies.of((ResourceKey<Object>) key);
	}

	/**
	 * Computes one value.
	 * @param key a key that the source supports
	 * @param values what it is computed from
	 * @param context what is known about the call
	 * @return the answer
	 * @throws Exception if it cannot be computed
	 */
	@SuppressWarnings("unchecked") // supports() has admitted the key
	public Payload<?> derive(ResourceKey<?> key, Dependencies values, FetchContext context) throws Exception {
		return this.derivation.derive((ResourceKey<Object>) key, values, context);
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
	public DerivedSource with(SourceSettings settings) {
		return new DerivedSource(this.scope, settings, this.dependencies, this.derivation);
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
		return "derived source \"" + name() + "\"";
	}

	/**
	 * Collects what describes a derived source. Not safe for concurrent use.
	 *
	 * @param <T> the derived value's type
	 */
	public static final class Builder<T> extends SourceBuilder<T, DerivedSource, Builder<T>> {

		private final DependencyDeclaration<Object> dependencies;

		private final Derivation<Object> derivation;

		@SuppressWarnings("unchecked") // only ever called with keys of the source's types
		Builder(SourceScope scope, DependencyDeclaration<T> dependencies, Derivation<T> derivation) {
			super(scope);
			this.dependencies = (DependencyDeclaration<Object>) (DependencyDeclaration<?>) dependencies;
			this.derivation = (Derivation<Object>) derivation;
		}

		@Override
		Builder<T> self() {
			return this;
		}

		@Override
		DerivedSource build(SourceScope scope, SourceSettings settings) {
			return new DerivedSource(scope, settings, this.dependencies, this.derivation);
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
