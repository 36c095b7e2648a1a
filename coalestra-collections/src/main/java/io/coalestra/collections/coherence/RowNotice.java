package io.coalestra.collections.coherence;

import java.util.Objects;

/**
 * Says that a row was written or deleted.
 *
 * @param collection the collection's name, the same on every node
 * @param key the row's key as text
 */
public record RowNotice(String collection, String key) {

	/**
	 * Checks.
	 */
	public RowNotice {
		Objects.requireNonNull(collection, "collection");
		Objects.requireNonNull(key, "key");
	}

}
