package io.coalestra.spring.boot.cache;

/**
 * What callers of cached methods get.
 */
public enum CachedValues {

	/**
	 * The cached object itself, as from Spring's other caches in memory: who changes it
	 * changes it for all.
	 */
	SHARED,

	/**
	 * An object that nobody else sees, unless the cached one is proven immutable: a value
	 * that can neither be proven nor copied fails its method.
	 */
	COPIED

}
