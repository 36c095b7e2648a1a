package io.coalestra.spring.boot.source;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;
import io.coalestra.source.Dependencies;
import io.coalestra.source.FetchContext;
import org.jspecify.annotations.Nullable;

/**
 * What one parameter is bound to.
 */
sealed interface Binding {

	/**
	 * Returns the argument for a call.
	 * @param given what the call is about
	 * @return the argument
	 */
	@Nullable Object argument(Given given);

	default boolean isBatch() {
		return false;
	}

	default boolean isOfOneKey() {
		return false;
	}

	/**
	 * What a call is about.
	 *
	 * @param keys what is asked for; one key unless the source is a batch
	 * @param dependencies the values to derive from, or null
	 * @param context what is known about the call
	 */
	record Given(List<? extends ResourceKey<?>> keys, @Nullable Dependencies dependencies, FetchContext context) {

		ResourceKey<?> key() {
			return this.keys.getFirst();
		}

	}

	/** The key. */
	record OfKey() implements Binding {

		@Override
		public Object argument(Given given) {
			return given.key();
		}

		@Override
		public boolean isOfOneKey() {
			return true;
		}

	}

	/** The key's subject. */
	record OfSubject(Class<?> target) implements Binding {

		@Override
		public @Nullable Object argument(Given given) {
			return MethodArguments.convert(given.key().subject(), this.target);
		}

		@Override
		public boolean isOfOneKey() {
			return true;
		}

	}

	/** A qualifier of the key. */
	record OfQualifier(String name, boolean optional, Class<?> target) implements Binding {

		@Override
		public @Nullable Object argument(Given given) {
			String text = given.key().qualifier(this.name);
			Object value = (text != null) ? MethodArguments.convert(text, this.target) : null;
			return this.optional ? Optional.ofNullable(value) : value;
		}

		@Override
		public boolean isOfOneKey() {
			return true;
		}

	}

	/** The keys of a batch. */
	record OfKeys(boolean asSet) implements Binding {

		@Override
		public Object argument(Given given) {
			return this.asSet ? new LinkedHashSet<>(given.keys()) : given.keys();
		}

		@Override
		public boolean isBatch() {
			return true;
		}

	}

	/** The subjects of a batch. */
	record OfSubjects(boolean asSet) implements Binding {

		@Override
		public Object argument(Given given) {
			List<String> subjects = given.keys().stream().<String>map(ResourceKey::subject).toList();
			return this.asSet ? new LinkedHashSet<>(subjects) : subjects;
		}

		@Override
		public boolean isBatch() {
			return true;
		}

	}

	/** The value of another resource. */
	record OfDependency(ResourceType<Object> type, boolean optional, Class<?> payload) implements Binding {

		@Override
		public @Nullable Object argument(Given given) {
			Dependencies values = given.dependencies();
			if (values == null) {
				throw new IllegalStateException("a dependency was bound to a call that derives nothing");
			}
			ResourceKey<Object> key = given.key().of(this.type);
			return this.optional ? values.find(key) : values.get(key);
		}

	}

	/** What is known about the call. */
	record OfContext() implements Binding {

		@Override
		public Object argument(Given given) {
			return given.context();
		}

	}

}
