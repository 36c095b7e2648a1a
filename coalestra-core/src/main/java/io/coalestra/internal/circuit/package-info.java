/**
 * Circuits on Resilience4j state machines, with outcomes that know their generation.
 */
@NullMarked
package io.coalestra.internal.circuit;

import org.jspecify.annotations.NullMarked;
