package io.coalestra.policy;

import java.util.Objects;

import io.coalestra.key.ResourceKey;
import io.coalestra.key.ResourceKeys;

/**
 * How many of some keys must have an acceptable value. Immutable.
 *
 * @param name what it is called in violations; may be empty
 * @param keys the keys, at least one
 * @param minimum how many of them: from 1 to their number
 */
public record Requirement(String name, ResourceKeys keys, int minimum) {

	/**
	 * Checks the bounds.
	 * @throws IllegalArgumentException if there is no key, or the minimum is out of its
	 * bounds
	 */
	public Requirement {
		Objects.requireNonNull(name, "name");
		String title = name.isEmpty() ? "requirement" : "requirement \"" + name + "\"";
		if (keys.isEmpty()) {
			throw new IllegalArgumentException(title + ": no keys (expected: at least one)");
		}
		if (minimum < 1 || minimum > keys.size()) {
			throw new IllegalArgumentException(title + ": at least " + minimum + " of " + keys
					+ " (expected: from 1 to " + keys.size() + ", the number of distinct keys)");
		}
	}

	/**
	 * Requires an acceptable value of every key.
	 * @param keys the keys, at least one; duplicates collapse
	 * @return the requirement
	 * @throws IllegalArgumentException if there is no key
	 */
	public static Requirement allOf(ResourceKey<?>... keys) {
		ResourceKeys distinct = ResourceKeys.of(keys);
		return new Requirement("", distinct, Math.max(1, distinct.size()));
	}

	/**
	 * Requires an acceptable value of one key or more.
	 * @param keys the keys, at least one; duplicates collapse
	 * @return the requirement
	 * @throws IllegalArgumentException if there is no key
	 */
	public static Requirement anyOf(ResourceKey<?>... keys) {
		return atLeast(1, keys);
	}

	/**
	 * Requires acceptable values of a number of keys: a quorum.
	 * @param number how many: from 1 to the number of distinct keys
	 * @param keys the keys, at least one; duplicates collapse
	 * @return the requirement
	 * @throws IllegalArgumentException if there is no key, or the number is out of its
	 * bounds
	 */
	public static Requirement atLeast(int number, ResourceKey<?>... keys) {
		return new Requirement("", ResourceKeys.of(keys), number);
	}

	/**
	 * Returns this requirement with a name, by which violations call it.
	 * @param value the name
	 * @return the requirement
	 */
	public Requirement named(String value) {
		return new Requirement(value, this.keys, this.minimum);
	}

}
