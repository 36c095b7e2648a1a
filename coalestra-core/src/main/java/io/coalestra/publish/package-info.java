/**
 * The way of events into the cache.
 */
@NullMarked
package io.coalestra.publish;

import org.jspecify.annotations.NullMarked;
