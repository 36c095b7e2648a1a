/**
 * The collection itself: reads, writes, and what follows from them.
 */
@NullMarked
package io.coalestra.collections.internal.engine;

import org.jspecify.annotations.NullMarked;
