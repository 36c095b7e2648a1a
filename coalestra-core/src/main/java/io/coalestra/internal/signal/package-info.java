/**
 * Emits events and metrics, and contains what sinks throw.
 */
@NullMarked
package io.coalestra.internal.signal;

import org.jspecify.annotations.NullMarked;
