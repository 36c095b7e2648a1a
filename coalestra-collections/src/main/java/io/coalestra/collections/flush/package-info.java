/**
 * Writes that reach the store after the call: what a collection hands over, and what it
 * is told of it.
 */
@NullMarked
package io.coalestra.collections.flush;

import org.jspecify.annotations.NullMarked;
