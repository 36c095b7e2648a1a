package io.coalestra.key;

import java.util.Map;
import java.util.Objects;

/**
 * A kind of resource: a namespace, a name, and the Java type of its payload.
 *
 * <p>
 * Types are declared once, as constants, and make {@linkplain ResourceKey keys}. Two
 * types are equal when namespace and name are; the payload's type and the normaliser are
 * no part of the identity. Immutable and safe for concurrent use.
 *
 * @param <T> the payload's type
 */
public final class ResourceType<T> implements Comparable<ResourceType<?>> {

	/**
	 * The most characters that a namespace may have, inclusive.
	 */
	public static final int MAX_NAMESPACE_LENGTH = 100;

	/**
	 * The most characters that a name may have, inclusive.
	 */
	public static final int MAX_NAME_LENGTH = 100;

	private final String namespace;

	private final String name;

	private final PayloadType<T> payloadType;

	private final KeyNormalizer normalizer;

	private final int hash;

	private ResourceType(String namespace, String name, PayloadType<T> payloadType, KeyNormalizer normalizer) {
		this.normalizer = normalizer;
		this.namespace = KeyText.requireFilled("namespace", namespace, MAX_NAMESPACE_LENGTH);
		this.name = KeyText.requireFilled("name", name, MAX_NAME_LENGTH);
		this.payloadType = Objects.requireNonNull(payloadType, "payloadType");
		this.hash = 31 * this.namespace.hashCode() + this.name.hashCode();
	}

	private static <T> ResourceType<T> of(String namespace, String name, PayloadType<T> payloadType,
			KeyNormalizer normalizer) {
		Objects.requireNonNull(namespace, "namespace");
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(normalizer, "normalizer");
		return new ResourceType<>(normalizer.namespace().apply(namespace), normalizer.name().apply(name), payloadType,
				normalizer);
	}

	// The type of a parsed key, whose parts are in their normal form already.
	static ResourceType<Object> normal(String namespace, String name) {
		return new ResourceType<>(namespace, name, PayloadType.of(Object.class), KeyNormalizer.PRESERVE);
	}

	/**
	 * Declares a type whose payload is a plain class.
	 * @param <T> the payload's type
	 * @param namespace the namespace: 1 to {@value #MAX_NAMESPACE_LENGTH} characters, no
	 * control characters
	 * @param name the name: 1 to {@value #MAX_NAME_LENGTH} characters, no control
	 * characters
	 * @param payloadType the payload's class
	 * @return the type
	 * @throws IllegalArgumentException if a part is empty, too long, or holds a control
	 * character
	 */
	public static <T> ResourceType<T> of(String namespace, String name, Class<T> payloadType) {
		return of(namespace, name, PayloadType.of(payloadType), KeyNormalizer.PRESERVE);
	}

	/**
	 * Declares a type whose payload is generic.
	 * @param <T> the payload's type
	 * @param namespace the namespace: 1 to {@value #MAX_NAMESPACE_LENGTH} characters
	 * @param name the name: 1 to {@value #MAX_NAME_LENGTH} characters
	 * @param payloadType the payload's type
	 * @return the type
	 * @throws IllegalArgumentException if a part is empty, too long, or holds a control
	 * character
	 */
	public static <T> ResourceType<T> of(String namespace, String name, PayloadType<T> payloadType) {
		return of(namespace, name, payloadType, KeyNormalizer.PRESERVE);
	}

	/**
	 * Returns this type with other rules of normalisation, applied to its own namespace
	 * and name at once and to every key that it makes.
	 * @param normalizer the rules
	 * @return the type
	 */
	public ResourceType<T> normalizedBy(KeyNormalizer normalizer) {
		return of(this.namespace, this.name, this.payloadType, normalizer);
	}

	/**
	 * Makes the key without a subject: there is one resource of this type.
	 * @return the key
	 */
	public ResourceKey<T> key() {
		return new ResourceKey<>(this, "", ResourceKey.NO_QUALIFIERS);
	}

	/**
	 * Makes the key of a subject.
	 * @param subject the subject, rendered by {@link Object#toString()}; may be empty
	 * @return the key
	 * @throws IllegalArgumentException if the subject is too long or holds a control
	 * character
	 */
	public ResourceKey<T> key(Object subject) {
		return key(subject, Map.of());
	}

	/**
	 * Makes the key of a subject with qualifiers.
	 * @param subject the subject, rendered by {@link Object#toString()}; may be empty
	 * @param qualifiers names and values, both rendered by {@link Object#toString()}, in
	 * any order
	 * @return the key
	 * @throws IllegalArgumentException if a part breaks its limit, or two qualifiers have
	 * the same name after normalisation
	 */
	public ResourceKey<T> key(Object subject, Map<?, ?> qualifiers) {
		Objects.requireNonNull(subject, "subject");
		return ResourceKey.of(this, subject.toString(), qualifiers);
	}

	/**
	 * Returns the namespace, normalised.
	 * @return the namespace, never empty
	 */
	public String namespace() {
		return this.namespace;
	}

	/**
	 * Returns the name, normalised.
	 * @return the name, never empty
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Returns the payload's type.
	 * @return the payload's type
	 */
	public PayloadType<T> payloadType() {
		return this.payloadType;
	}

	/**
	 * Returns the rules of normalisation.
	 * @return the rules
	 */
	public KeyNormalizer normalizer() {
		return this.normalizer;
	}

	@Override
	public int compareTo(ResourceType<?> other) {
		int byNamespace = this.namespace.compareTo(other.namespace);
		return (byNamespace != 0) ? byNamespace : this.name.compareTo(other.name);
	}

	@Override
	public boolean equals(Object other) {
		return this == other || (other instanceof ResourceType<?> that && this.hash == that.hash
				&& this.namespace.equals(that.namespace) && this.name.equals(that.name));
	}

	@Override
	public int hashCode() {
		return this.hash;
	}

	/**
	 * Renders as {@code namespace:name}, with {@code % : ?} escaped in each part.
	 * @return the rendering
	 */
	@Override
	public String toString() {
		return KeyText.escape(this.namespace) + ":" + KeyText.escape(this.name);
	}

}
