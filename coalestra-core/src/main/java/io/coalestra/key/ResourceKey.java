package io.coalestra.key;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * The identity of one resource: its type's namespace and name, a subject, and qualifiers.
 *
 * <p>
 * Keys are made by their {@link ResourceType}, or {@linkplain #parse(String) parsed} from
 * their rendering. Equality, hash and order use namespace, name, subject and qualifiers,
 * never the payload's Java type. The hash is computed once. Immutable and safe for
 * concurrent use.
 *
 * @param <T> the payload's type
 */
public final class ResourceKey<T> implements Comparable<ResourceKey<?>> {

	/**
	 * The most characters that a subject may have, inclusive.
	 */
	public static final int MAX_SUBJECT_LENGTH = 512;

	/**
	 * The most qualifiers that a key may have, inclusive.
	 */
	public static final int MAX_QUALIFIERS = 16;

	/**
	 * The most characters that a qualifier's name may have, inclusive.
	 */
	public static final int MAX_QUALIFIER_NAME_LENGTH = 64;

	/**
	 * The most characters that a qualifier's value may have, inclusive.
	 */
	public static final int MAX_QUALIFIER_VALUE_LENGTH = 512;

	static final String[] NO_QUALIFIERS = {};

	// Escaping makes at most three characters of one, form-encoding nine.
	private static final int MAX_RENDERING_LENGTH = 3
			* (ResourceType.MAX_NAMESPACE_LENGTH + 1 + ResourceType.MAX_NAME_LENGTH + 1 + MAX_SUBJECT_LENGTH)
			+ MAX_QUALIFIERS * (2 + 9 * (MAX_QUALIFIER_NAME_LENGTH + MAX_QUALIFIER_VALUE_LENGTH));

	// For parts that are in their normal form already, whatever made them so.
	private static final KeyNormalizer EXACT = KeyNormalizer.uniform(UnaryOperator.identity());

	private final ResourceType<T> type;

	private final String subject;

	// name, value, name, value, … sorted by name
	private final String[] qualifiers;

	private final int hash;

	ResourceKey(ResourceType<T> type, String normalizedSubject, String[] sortedQualifiers) {
		this.type = type;
		this.subject = normalizedSubject;
		this.qualifiers = sortedQualifiers;
		this.hash = spread(
				(type.hashCode() * 31 + normalizedSubject.hashCode()) * 31 + Arrays.hashCode(sortedQualifiers));
	}

	static <T> ResourceKey<T> of(ResourceType<T> type, String subject, Map<?, ?> qualifiers) {
		String normalized = KeyText.requireWithin("subject", type.normalizer().subject().apply(subject),
				MAX_SUBJECT_LENGTH);
		return new ResourceKey<>(type, normalized, sorted(type.normalizer(), qualifiers, Map.of()));
	}

	/**
	 * Parses a rendering back into a key that carries no payload type.
	 * @param text what {@link #toString()} gave
	 * @return an equal key; its payload type is {@link Object}
	 * @throws IllegalArgumentException if the text is no rendering of a key
	 */
	public static ResourceKey<Object> parse(String text) {
		Objects.requireNonNull(text, "text");
		KeyText.requireShort("key", text, MAX_RENDERING_LENGTH);
		int query = text.indexOf('?');
		String path = (query < 0) ? text : text.substring(0, query);
		List<String> parts = List.of(path.split(":", -1));
		if (parts.size() < 2 || parts.size() > 3 || (parts.size() == 3 && parts.get(2).isEmpty())) {
			throw new IllegalArgumentException(
					"key: \"" + KeyText.excerpt(text) + "\" (expected: namespace:name[:subject][?name=value&…])");
		}
		ResourceType<Object> type = ResourceType.normal(KeyText.unescape(parts.get(0)), KeyText.unescape(parts.get(1)));
		String subject = (parts.size() == 3) ? KeyText.unescape(parts.get(2)) : "";
		return new ResourceKey<>(type, KeyText.requireWithin("subject", subject, MAX_SUBJECT_LENGTH),
				sorted(EXACT, (query < 0) ? Map.of() : parseQualifiers(text, query + 1), Map.of()));
	}

	private static Map<String, String> parseQualifiers(String text, int start) {
		Map<String, String> qualifiers = new LinkedHashMap<>();
		for (String pair : text.substring(start).split("&", -1)) {
			int equals = pair.indexOf('=');
			if (equals < 1) {
				throw new IllegalArgumentException("key: \"" + KeyText.excerpt(text)
						+ "\" (expected: name=value, found \"" + KeyText.excerpt(pair) + "\")");
			}
			String name = KeyText.formDecode(pair.substring(0, equals));
			if (qualifiers.put(name, KeyText.formDecode(pair.substring(equals + 1))) != null) {
				throw new IllegalArgumentException("key: \"" + KeyText.excerpt(text)
						+ "\" (expected: each qualifier once, found \"" + KeyText.excerpt(name) + "\" twice)");
			}
		}
		return qualifiers;
	}

	private static String[] sorted(KeyNormalizer normalizer, Map<?, ?> qualifiers, Map<String, String> present) {
		if (qualifiers.isEmpty() && present.isEmpty()) {
			return NO_QUALIFIERS;
		}
		TreeMap<String, String> merged = new TreeMap<>();
		qualifiers.forEach((name, value) -> {
			Objects.requireNonNull(name, "qualifier name");
			Objects.requireNonNull(value, () -> "qualifier \"" + name + "\"");
			String normalName = KeyText.requireFilled("qualifier name",
					normalizer.qualifierName().apply(String.valueOf(name)), MAX_QUALIFIER_NAME_LENGTH);
			String normalValue = KeyText.requireWithin("qualifier \"" + normalName + "\"",
					normalizer.qualifierValue().apply(String.valueOf(value)), MAX_QUALIFIER_VALUE_LENGTH);
			if (merged.put(normalName, normalValue) != null) {
				throw new IllegalArgumentException(
						"qualifier \"" + normalName + "\": given twice (expected: distinct names after normalisation)");
			}
		});
		present.forEach(merged::putIfAbsent);
		if (merged.size() > MAX_QUALIFIERS) {
			throw new IllegalArgumentException(
					"qualifiers: " + merged.size() + " (expected: at most " + MAX_QUALIFIERS + ")");
		}
		String[] flat = new String[merged.size() * 2];
		int next = 0;
		for (Map.Entry<String, String> entry : merged.entrySet()) {
			flat[next++] = entry.getKey();
			flat[next++] = entry.getValue();
		}
		return flat;
	}

	// String hashes differ mostly in their low bits; tables indexed by a mask want them
	// mixed.
	private static int spread(int hash) {
		return hash ^ (hash >>> 16);
	}

	/**
	 * Returns the type that made this key.
	 * @return the type
	 */
	public ResourceType<T> type() {
		return this.type;
	}

	/**
	 * Returns the namespace.
	 * @return the namespace, never empty
	 */
	public String namespace() {
		return this.type.namespace();
	}

	/**
	 * Returns the resource name.
	 * @return the name, never empty
	 */
	public String name() {
		return this.type.name();
	}

	/**
	 * Returns the subject.
	 * @return the subject; empty when the type has one resource only
	 */
	public String subject() {
		return this.subject;
	}

	/**
	 * Returns the qualifiers, sorted by name.
	 * @return an unmodifiable map
	 */
	public SequencedMap<String, String> qualifiers() {
		SequencedMap<String, String> map = new LinkedHashMap<>();
		for (int i = 0; i < this.qualifiers.length; i += 2) {
			map.put(this.qualifiers[i], this.qualifiers[i + 1]);
		}
		return Collections.unmodifiableSequencedMap(map);
	}

	/**
	 * Returns the value of one qualifier.
	 * @param name the qualifier's name, normalised as the key's own were
	 * @return the value, or null when the key has no such qualifier
	 */
	public @Nullable String qualifier(String name) {
		String wanted = this.type.normalizer().qualifierName().apply(name);
		for (int i = 0; i < this.qualifiers.length; i += 2) {
			if (this.qualifiers[i].equals(wanted)) {
				return this.qualifiers[i + 1];
			}
		}
		return null;
	}

	/**
	 * Returns this key with one qualifier set or replaced.
	 * @param name the qualifier's name
	 * @param value the value, rendered by {@link Object#toString()}
	 * @return the key
	 * @throws IllegalArgumentException if a limit is broken
	 */
	public ResourceKey<T> with(String name, Object value) {
		return with(Map.of(name, value));
	}

	/**
	 * Returns this key with qualifiers set or replaced. Names are normalised before they
	 * are merged, so that another spelling of a name replaces it.
	 * @param additional names and values
	 * @return the key
	 * @throws IllegalArgumentException if a limit is broken, or two of the given names
	 * are the same after normalisation
	 */
	public ResourceKey<T> with(Map<?, ?> additional) {
		return new ResourceKey<>(this.type, this.subject, sorted(this.type.normalizer(), additional, qualifiers()));
	}

	/**
	 * Returns this key without the named qualifiers; names that it does not have are
	 * passed over.
	 * @param names the qualifiers' names
	 * @return the key
	 */
	public ResourceKey<T> without(String... names) {
		Map<String, String> rest = new LinkedHashMap<>(qualifiers());
		for (String name : names) {
			rest.remove(this.type.normalizer().qualifierName().apply(name));
		}
		return new ResourceKey<>(this.type, this.subject, sorted(EXACT, rest, Map.of()));
	}

	/**
	 * Returns this key brought into the spelling of another normaliser, which the new key
	 * keeps.
	 * @param normalizer the rules
	 * @return the key
	 */
	public ResourceKey<T> normalizedBy(KeyNormalizer normalizer) {
		return of(this.type.normalizedBy(normalizer), this.subject, qualifiers());
	}

	/**
	 * Returns the key of another type with the subject and qualifiers of this one.
	 * @param <U> the other type's payload
	 * @param other the other type
	 * @return the key
	 */
	public <U> ResourceKey<U> of(ResourceType<U> other) {
		return of(other, this.subject, qualifiers());
	}

	@Override
	public int compareTo(ResourceKey<?> other) {
		int byType = this.type.compareTo(other.type);
		if (byType != 0) {
			return byType;
		}
		int bySubject = this.subject.compareTo(other.subject);
		return (bySubject != 0) ? bySubject : Arrays.compare(this.qualifiers, other.qualifiers);
	}

	@Override
	public boolean equals(Object other) {
		return this == other
				|| (other instanceof ResourceKey<?> that && this.hash == that.hash && this.subject.equals(that.subject)
						&& this.type.equals(that.type) && Arrays.equals(this.qualifiers, that.qualifiers));
	}

	@Override
	public int hashCode() {
		return this.hash;
	}

	/**
	 * Renders as {@code namespace:name[:subject][?name=value&…]}: {@code % : ?} escaped
	 * in the first three parts, qualifiers form-encoded. No two different keys share a
	 * rendering.
	 * @return the rendering
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(this.type.toString());
		if (!this.subject.isEmpty()) {
			text.append(':').append(KeyText.escape(this.subject));
		}
		for (int i = 0; i < this.qualifiers.length; i += 2) {
			text.append((i == 0) ? '?' : '&')
				.append(KeyText.formEncode(this.qualifiers[i]))
				.append('=')
				.append(KeyText.formEncode(this.qualifiers[i + 1]));
		}
		return text.toString();
	}

}
