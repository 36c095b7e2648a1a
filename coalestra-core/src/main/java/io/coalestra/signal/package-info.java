/**
 * Events and metrics that the engine emits, and the sinks that take them.
 */
@NullMarked
package io.coalestra.signal;

import org.jspecify.annotations.NullMarked;
