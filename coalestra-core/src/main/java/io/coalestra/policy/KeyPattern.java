package io.coalestra.policy;

import java.util.Objects;

import io.coalestra.key.ResourceType;

/**
 * A pattern over resource types: {@code market:price}, {@code market:*} or {@code *:*}; a
 * single star matches the whole of a part.
 *
 * @param namespace the namespace, or {@code *}
 * @param name the name, or {@code *}
 */
public record KeyPattern(String namespace, String name) implements Comparable<KeyPattern> {

	private static final String ANY = "*";

	/**
	 * Checks.
	 * @throws IllegalArgumentException if a part is empty, or has a star among other
	 * characters
	 */
	public KeyPattern {
		requirePart("namespace", namespace);
		requirePart("name", name);
	}

	/**
	 * Parses a pattern.
	 * @param text {@code namespace:name}, where either part may be {@code *}; {@code *}
	 * alone matches everything
	 * @return the pattern
	 * @throws IllegalArgumentException if the text is no pattern
	 */
	public static KeyPattern parse(String text) {
		String stripped = text.strip();
		if (stripped.equals(ANY)) {
			return new KeyPattern(ANY, ANY);
		}
		int colon = stripped.indexOf(':');
		if (colon < 1 || colon != stripped.lastIndexOf(':') || colon == stripped.length() - 1) {
			throw new IllegalArgumentException(
					"pattern: \"" + text + "\" (expected: namespace:name, namespace:*, *:name or *)");
		}
		return new KeyPattern(stripped.substring(0, colon).strip(), stripped.substring(colon + 1).strip());
	}

	private static void requirePart(String part, String text) {
		Objects.requireNonNull(text, part);
		if (text.isEmpty() || (text.contains(ANY) && !text.equals(ANY))) {
			throw new IllegalArgumentException("pattern " + part + ": \"" + text + "\" (expected: a name or *)");
		}
	}

	/**
	 * Returns whether a type matches.
	 * @param type the type
	 * @return true if it does
	 */
	public boolean matches(ResourceType<?> type) {
		return matches(this.namespace, type.namespace()) && matches(this.name, type.name());
	}

	private static boolean matches(String part, String text) {
		return part.equals(ANY) || part.equals(text);
	}

	/**
	 * Orders the more specific pattern first: an exact type, then a namespace, then a
	 * name, then everything; equals by text.
	 * @param other the other pattern
	 * @return the order
	 */
	@Override
	public int compareTo(KeyPattern other) {
		int bySpecificity = Integer.compare(other.specificity(), specificity());
		if (bySpecificity != 0) {
			return bySpecificity;
		}
		int byNamespace = this.namespace.compareTo(other.namespace);
		return (byNamespace != 0) ? byNamespace : this.name.compareTo(other.name);
	}

	private int specificity() {
		return (this.namespace.equals(ANY) ? 0 : 2) + (this.name.equals(ANY) ? 0 : 1);
	}

	@Override
	public String toString() {
		return this.namespace + ":" + this.name;
	}

}
