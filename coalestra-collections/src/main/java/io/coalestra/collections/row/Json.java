package io.coalestra.collections.row;

import java.util.Objects;

/**
 * A JSON document as text: the value of a JSON column. It is not parsed here. Two are
 * equal when their texts are, so that a store that rewrites documents, as PostgreSQL does
 * with {@code jsonb}, gives back one that may differ from what was written. Immutable and
 * safe for concurrent use.
 *
 * @param text the document
 */
public record Json(String text) {

	/**
	 * Checks.
	 * @throws IllegalArgumentException if the text is blank
	 */
	public Json {
		if (Objects.requireNonNull(text, "text").isBlank()) {
			throw new IllegalArgumentException("json: blank (expected: a JSON document)");
		}
	}

	@Override
	public String toString() {
		return this.text;
	}

}
