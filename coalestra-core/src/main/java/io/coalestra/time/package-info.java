/**
 * The clock that the engine lives by, and its steerable twin for tests.
 */
@NullMarked
package io.coalestra.time;

import org.jspecify.annotations.NullMarked;
