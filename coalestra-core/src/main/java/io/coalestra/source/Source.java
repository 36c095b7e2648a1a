package io.coalestra.source;

import java.util.List;
import java.util.Objects;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceType;

/**
 * Where values come from: a named, read-only operation with a priority.
 *
 * <p>
 * The builder asks sources in descending priority until one gives a fresh value. There
 * are three kinds: a {@linkplain #single single} source reads one key a call, a
 * {@linkplain #batch batch} source many, and a {@linkplain #derived derived} source
 * computes a value from others. Sources are immutable and safe for concurrent use as far
 * as their functions are.
 *
 * <p>
 * A source that is made of a plain function is taken to block, and runs on a virtual
 * thread. It must say how a call of it is sure to end: by
 * {@link SourceBuilder#transportTimeout the time limit of its own client}, or by
 * {@link SourceBuilder#nonBlocking() not blocking at all}.
 */
public sealed interface Source permits SingleSource, BatchSource, DerivedSource {

	/**
	 * Describes a source that reads one key a call and answers with the bare value.
	 * @param <T> the value's type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param fetch the operation
	 * @return a builder
	 */
	static <T> SingleSource.Builder<T> single(String name, ResourceType<T> type, ValueFetch<T> fetch) {
		Objects.requireNonNull(fetch, () -> missing(name));
		return single(name, type, (key, context) -> Payload.of(Answers.requireValue(fetch.fetch(key))));
	}

	/**
	 * Describes a source that reads one key a call.
	 * @param <T> the value's type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param fetch the operation
	 * @return a builder
	 */
	static <T> SingleSource.Builder<T> single(String name, ResourceType<T> type, Fetch<T> fetch) {
		return new SingleSource.Builder<>(scope(name, type), Objects.requireNonNull(fetch, () -> missing(name)));
	}

	/**
	 * Describes a source that reads one key a call through a client that does not block;
	 * it is declared {@link SourceBuilder#nonBlocking() non-blocking}.
	 * @param <T> the value's type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param fetch the operation
	 * @return a builder
	 */
	static <T> SingleSource.Builder<T> singleAsync(String name, ResourceType<T> type, AsyncFetch<T> fetch) {
		Objects.requireNonNull(fetch, () -> missing(name));
		return single(name, type,
				(ResourceKey<T> key, FetchContext context) -> Answers.await(fetch.fetch(key, context)))
			.nonBlocking();
	}

	/**
	 * Describes a source that reads many keys a call and answers with bare values.
	 * @param <T> the values' type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param fetch the operation
	 * @return a builder
	 */
	static <T> BatchSource.Builder<T> batch(String name, ResourceType<T> type, BatchValueFetch<T> fetch) {
		Objects.requireNonNull(fetch, () -> missing(name));
		return new BatchSource.Builder<>(scope(name, type), (keys, context) -> fetch.fetch(keys));
	}

	/**
	 * Describes a source that reads many keys a call.
	 * @param <T> the values' type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param fetch the operation
	 * @return a builder
	 */
	static <T> BatchSource.Builder<T> batch(String name, ResourceType<T> type, BatchFetch<T> fetch) {
		Objects.requireNonNull(fetch, () -> missing(name));
		return new BatchSource.Builder<>(scope(name, type), fetch::fetch);
	}

	/**
	 * Describes a source that reads many keys a call through a client that does not
	 * block; it is declared {@link SourceBuilder#nonBlocking() non-blocking}.
	 * @param <T> the values' type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param fetch the operation
	 * @return a builder
	 */
	static <T> BatchSource.Builder<T> batchAsync(String name, ResourceType<T> type, AsyncBatchFetch<T> fetch) {
		Objects.requireNonNull(fetch, () -> missing(name));
		return new BatchSource.Builder<T>(scope(name, type),
				(keys, context) -> Answers.await(fetch.fetch(keys, context)))
			.nonBlocking();
	}

	/**
	 * Describes a source that computes a bare value from others; it is declared
	 * {@link SourceBuilder#nonBlocking() non-blocking}.
	 * @param <T> the derived value's type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param dependencies names what a key's value is computed from
	 * @param derivation the computation
	 * @return a builder
	 */
	static <T> DerivedSource.Builder<T> derived(String name, ResourceType<T> type,
			DependencyDeclaration<T> dependencies, ValueDerivation<T> derivation) {
		Objects.requireNonNull(derivation, () -> missing(name));
		return derived(name, type, dependencies,
				(key, values, context) -> Payload.of(Answers.requireValue(derivation.derive(key, values))));
	}

	/**
	 * Describes a source that computes a value from others; it is declared
	 * {@link SourceBuilder#nonBlocking() non-blocking}.
	 * @param <T> the derived value's type
	 * @param name the source's name, unique within a builder
	 * @param type the type of the keys that it supports
	 * @param dependencies names what a key's value is computed from
	 * @param derivation the computation
	 * @return a builder
	 */
	static <T> DerivedSource.Builder<T> derived(String name, ResourceType<T> type,
			DependencyDeclaration<T> dependencies, Derivation<T> derivation) {
		Objects.requireNonNull(dependencies,
				() -> "source \"" + name + "\": dependencies: null (expected: a function that names them)");
		Objects.requireNonNull(derivation, () -> missing(name));
		return new DerivedSource.Builder<T>(scope(name, type), dependencies, derivation).nonBlocking();
	}

	private static SourceScope scope(String name, ResourceType<?> type) {
		Objects.requireNonNull(type, () -> "source \"" + name + "\": type: null (expected: the type of its keys)");
		return new SourceScope(name, List.of(type), List.of(), null);
	}

	private static String missing(String name) {
		return "source \"" + name + "\": operation: null (expected: a function that reads)";
	}

	/**
	 * Returns the name.
	 * @return the name, trimmed, never empty
	 */
	String name();

	/**
	 * Returns how the source is called.
	 * @return the settings
	 */
	SourceSettings settings();

	/**
	 * Returns this source with other settings.
	 * @param settings the settings
	 * @return the source
	 */
	Source with(SourceSettings settings);

	/**
	 * Returns whether any key of a type may be supported.
	 * @param type the type
	 * @return false if no key of the type is
	 */
	boolean covers(ResourceType<?> type);

	/**
	 * Returns whether the source tells keys of one type apart, so that {@link #supports}
	 * has to be asked for each.
	 * @return true if the application narrowed the source by a predicate
	 */
	boolean isSelective();

	/**
	 * Returns whether a key is supported.
	 * @param key the key
	 * @return true if the source can be asked for it
	 */
	boolean supports(ResourceKey<?> key);

}
