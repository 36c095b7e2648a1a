/**
 * Spring's cache abstraction over the engine: cached methods gain single-flight,
 * stale-while-revalidate, stale-on-error and a time to live of their own.
 */
@NullMarked
package io.coalestra.spring.boot.cache;

import org.jspecify.annotations.NullMarked;
