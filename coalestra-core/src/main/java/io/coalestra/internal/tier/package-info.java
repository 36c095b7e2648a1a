/**
 * The shared tier in the engine: the first step of a flight, fills after its end, writes
 * after the local decision, and what other nodes tell.
 */
@NullMarked
package io.coalestra.internal.tier;

import org.jspecify.annotations.NullMarked;
