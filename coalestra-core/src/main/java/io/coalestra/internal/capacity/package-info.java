/**
 * Permits: how many calls of a source, and of all sources, run at a time.
 */
@NullMarked
package io.coalestra.internal.capacity;

import org.jspecify.annotations.NullMarked;
