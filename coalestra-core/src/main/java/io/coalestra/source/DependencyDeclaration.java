package io.coalestra.source;

import java.util.Collection;

import io.coalestra.key.ResourceKey;

/**
 * Names what a derived value is computed from.
 *
 * @param <T> the derived value's type
 */
@FunctionalInterface
public interface DependencyDeclaration<T> {

	/**
	 * Names the dependencies of one key. Called on the thread of the build, so it must be
	 * quick and must not block.
	 * @param key the derived key
	 * @return the keys that it is computed from; duplicates collapse, none is legal
	 * @throws Exception if they cannot be told
	 */
	Collection<? extends ResourceKey<?>> of(ResourceKey<T> key) throws Exception;

}
