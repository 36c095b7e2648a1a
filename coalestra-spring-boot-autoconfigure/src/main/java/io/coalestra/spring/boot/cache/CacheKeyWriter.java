package io.coalestra.spring.boot.cache;

import org.jspecify.annotations.Nullable;

/**
 * Writes keys of a class that {@link CoalestraCacheManager} does not know as text. What
 * it writes is what tells keys apart, so two keys that are not equal must never come to
 * the same text. Immutable and safe for concurrent use.
 */
@FunctionalInterface
public interface CacheKeyWriter {

	/**
	 * Writes a key, or a part of one.
	 * @param key the key
	 * @return its text, or null where the class is not this writer's
	 */
	@Nullable String write(Object key);

}
